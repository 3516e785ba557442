package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InputFileTest {
  @TempDir Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file"), bytes);
  }

  private static String read(Path file, AtomicLong bytesRead) throws IOException {
    try (InputStream in = InputFile.open(file, bytesRead)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** As `cat a.gz b.gz` writes them: the second begins anywhere in the buffer. */
  @Test
  void aFileOfSeveralCompressedMembersIsReadToItsEnd() throws IOException {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      StringBuilder text = new StringBuilder();
      for (int member = 0; member < 3; member++) {
        StringBuilder some = new StringBuilder();
        for (int i = random.nextInt(100_000); i > 0; i--) {
          some.append((char) ('a' + random.nextInt(26)));
        }
        text.append(some);
        try (OutputStream out = new GZIPOutputStream(bytes)) {
          out.write(some.toString().getBytes(UTF_8));
        }
      }
      AtomicLong bytesRead = new AtomicLong();
      assertEquals(text.toString(), read(file(bytes.toByteArray()), bytesRead));
      assertEquals(bytes.size(), bytesRead.get());
    }
  }

  @Test
  void aPlainFileMayBeShorterThanTheMarkOfACompressedOne() throws IOException {
    for (String text : new String[] {"", "x", "{}"}) {
      AtomicLong bytesRead = new AtomicLong();
      assertEquals(text, read(file(text.getBytes(UTF_8)), bytesRead));
      assertEquals(text.length(), bytesRead.get());
    }
  }
}
