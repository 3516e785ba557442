package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PropertiesFileTest {
  @TempDir Path folder;

  private List<PropertiesFile.Entry> read(String text) throws IOException {
    return PropertiesFile.read(Files.writeString(folder.resolve("p"), text).toString());
  }

  @Test
  void anEntryHasTheNumberOfTheLineWhereItBegins() throws IOException {
    assertEquals(
        List.of(
            new PropertiesFile.Entry("a", "1", 3),
            new PropertiesFile.Entry("b", "2# 3", 4),
            new PropertiesFile.Entry("c", "\\", 7),
            new PropertiesFile.Entry("d", "", 8)),
        read("# x \\\n\r\n  a = 1\rb 2\\\n  # 3\n! y\nc:\\\\\nd"));
  }

  /** java.util.Properties is the reference, for every kind of line ending. */
  @Test
  void everyTextHasTheEntriesThatJavaReads() throws IOException {
    String letters = "ab=: \t\\\\\\\n\n\n#!\f";
    for (int seed = 0; seed < 3_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      Properties expected = new Properties();
      expected.load(new StringReader(text.toString()));
      Properties found = new Properties();
      String end = List.of("\n", "\r\n", "\r").get(seed % 3);
      read(text.toString().replace("\n", end))
          .forEach(entry -> found.setProperty(entry.name(), entry.value()));
      assertEquals(expected, found, "seed " + seed);
    }
  }
}
