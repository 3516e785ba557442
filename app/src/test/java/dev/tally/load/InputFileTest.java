package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  private static byte[] read(Path file, AtomicLong bytesRead) throws IOException {
    try (InputStream in = InputFile.open(file, bytesRead)) {
      return in.readAllBytes();
    }
  }

  private static byte[] compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  /** As `cat a.gz b.gz` writes them; the first ends at the end of the buffer, and around it. */
  @Test
  void aFileOfSeveralCompressedMembersIsReadToItsEnd() throws IOException {
    byte[] random = new byte[InputFile.BUFFER_BYTES];
    new Random(3).nextBytes(random);
    int first = random.length;
    while (compressed(Arrays.copyOf(random, first)).length > InputFile.BUFFER_BYTES + 2) {
      first--;
    }
    for (int length = first; length > first - 40; length--) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes(compressed(Arrays.copyOf(random, length)));
      file.writeBytes(compressed("the second".getBytes(UTF_8)));
      AtomicLong bytesRead = new AtomicLong();
      assertEquals(
          length + "the second".length(), read(file(file.toByteArray()), bytesRead).length);
      assertEquals(file.size(), bytesRead.get());
    }
  }

  @Test
  void aPlainFileMayBeShorterThanTheMarkOfACompressedOne() throws IOException {
    for (String text : new String[] {"", "x", "{}"}) {
      AtomicLong bytesRead = new AtomicLong();
      assertEquals(text, new String(read(file(text.getBytes(UTF_8)), bytesRead), UTF_8));
      assertEquals(text.length(), bytesRead.get());
    }
  }
}
