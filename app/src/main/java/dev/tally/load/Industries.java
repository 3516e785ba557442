package dev.tally.load;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The industries that are known. Others are mistakes: a misspelt one would get a ranking of its own
 * and be missing in that of the right one.
 */
public record Industries(Set<String> names) {
  /** Between the industries of one customer. */
  static final String SEPARATOR = ";";

  /** Those of the original data. */
  public static final Industries BUILT_IN =
      new Industries(
          Set.of(
              "Agriculture",
              "Cleaning",
              "Colours",
              "Construction",
              "Cosmetics",
              "Food",
              "Lubricants",
              "Oil&Gas",
              "Pharmaceuticals",
              "Polymer"));

  public Industries {
    names = Set.copyOf(names);
  }

  /**
   * Reads a file in UTF-8 with one name a line; blanks around it and empty lines do not count.
   *
   * @throws Stop if it cannot be read, has no name, or one that no customer can have
   */
  public static Industries read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw Stop.usage("--industries %s is not UTF-8. Save the file in UTF-8.", file);
    } catch (IOException e) {
      throw Stop.usage("--industries %s cannot be read: %s.", file, InputFile.words(e));
    }
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String name = lines.get(i).strip();
      if (name.contains(SEPARATOR)) {
        throw Stop.usage(
            "--industries %s, line %d: '%s' has a ';', which separates the industries of a"
                + " customer. Write one name a line.",
            file, i + 1, name);
      }
      names.add(name);
    }
    names.remove("");
    if (names.isEmpty()) {
      throw Stop.usage("--industries %s names no industry; write one name a line.", file);
    }
    return new Industries(names);
  }
}
