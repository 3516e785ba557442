package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Reads a properties file as Java does, and notes the line of each entry. */
final class PropertiesFile {
  /**
   * One setting of the file.
   *
   * @param line where it begins, counted from 1
   */
  record Entry(String name, String value, int line) {}

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private PropertiesFile() {}

  /**
   * The entries in the file's order.
   *
   * @throws Stop if the file cannot be read or is not a properties file in UTF-8
   */
  static List<Entry> read(String file) {
    Lines lines = new Lines(text(file));
    List<Entry> entries = new ArrayList<>();
    Properties each =
        new Properties() {
          @Override
          public synchronized @Nullable Object put(Object name, Object value) {
            entries.add(new Entry(name.toString(), value.toString(), lines.begin()));
            return null;
          }
        };
    try {
      each.load(lines);
    } catch (IOException | IllegalArgumentException e) {
      throw Stop.usage(
          "--config %s, line %d cannot be read: %s.", file, lines.begin(), e.getMessage());
    }
    return entries;
  }

  /**
   * Hands out one line at a time. An entry is complete when the line after its last one, or the
   * end, has been asked for: Java reads on while an entry may continue, and no farther.
   */
  private static final class Lines extends Reader {
    private final String[] lines;
    private StringReader current = new StringReader("");
    private int asked;
    private int unread; // lines before this one belong to entries that are complete

    Lines(String text) {
      lines = text.split("\r\n|\n|\r", -1);
    }

    /** The line where the entry that has just been completed begins; ask once per entry. */
    int begin() {
      while (unread < asked - 1 && isEmptyOrComment(lines[unread])) {
        unread++;
      }
      int begin = unread + 1;
      unread = asked - 1;
      return begin;
    }

    private static boolean isEmptyOrComment(String line) {
      return line.matches("[ \t\f]*([#!].*)?");
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      int count = current.read(buffer, offset, length);
      if (count >= 0 || asked > lines.length) {
        return count;
      }
      String line = asked < lines.length ? lines[asked] : "";
      asked++;
      current = new StringReader(asked < lines.length ? line + "\n" : line);
      return current.read(buffer, offset, length);
    }

    @Override
    public void close() {}
  }

  private static String text(String file) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(file)));
    } catch (IOException | InvalidPathException e) {
      throw Stop.usage("--config %s cannot be read: %s.", file, e);
    }
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = UTF_8.newDecoder().decode(bytes, text, true);
    text.flip();
    if (result.isError()) {
      throw Stop.usage(
          "--config %s, line %d is not UTF-8. Save the file in UTF-8.",
          file, text.toString().split("\r\n|\n|\r", -1).length);
    }
    // Some editors begin a UTF-8 file with this mark, which would become part of a name.
    String read = text.toString();
    return read.startsWith(BYTE_ORDER_MARK) ? read.substring(1) : read;
  }
}
