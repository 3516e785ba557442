package dev.tally.csv;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a comma-separated file one by one. Lines end with LF or CRLF. A field that
 * begins with a quote runs to its closing quote, across commas and line ends; a quote within it is
 * written twice. A quote elsewhere is text, as spreadsheets write it. A line is UTF-8 if its bytes
 * are valid UTF-8, and ISO-8859-1 otherwise: published files mix both. A byte order mark, which
 * spreadsheets put in front of UTF-8, is left out.
 */
public final class Csv implements Closeable {
  /** The most bytes of one record. Without it, a missing closing quote would swallow the file. */
  static final int RECORD_BYTES_MAX = 1 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final InputStream in;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long linesRead;
  private long recordLine;
  private int recordBytes;

  public Csv(InputStream in) {
    this.in = in;
  }

  /** The line on which the last record began, counted from 1. */
  public long line() {
    return recordLine;
  }

  /**
   * The fields of the next record, empty lines skipped; null at the end of the file.
   *
   * @throws IOException if the file cannot be read, a quoted field has no end, or a record is
   *     longer than {@link #RECORD_BYTES_MAX}
   */
  public @Nullable List<String> next() throws IOException {
    String line;
    do {
      recordLine = linesRead + 1;
      recordBytes = 0;
      line = nextLine();
    } while (line != null && withoutLineEnd(line).isEmpty());
    return line == null ? null : fields(line);
  }

  private List<String> fields(String firstLine) throws IOException {
    List<String> fields = new ArrayList<>();
    String line = firstLine;
    int from = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      if (from < line.length() && line.charAt(from) == '"') {
        int i = from + 1;
        while (true) {
          if (i == line.length()) {
            String more = nextLine();
            if (more == null) {
              throw new IOException("the quoted field that begins here has no closing quote");
            }
            line = more;
            i = 0;
          } else if (line.charAt(i) != '"') {
            field.append(line.charAt(i++));
          } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
            field.append('"');
            i += 2;
          } else {
            break;
          }
        }
        from = i + 1;
      }
      int comma = line.indexOf(',', from);
      if (comma < 0) {
        fields.add(field.append(withoutLineEnd(line.substring(from))).toString());
        return fields;
      }
      fields.add(field.append(line, from, comma).toString());
      from = comma + 1;
    }
  }

  private static String withoutLineEnd(String line) {
    if (!line.endsWith("\n")) {
      return line;
    }
    return line.substring(0, line.length() - (line.endsWith("\r\n") ? 2 : 1));
  }

  /** The next line with its line end; null at the end of the file. */
  private @Nullable String nextLine() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    boolean ended = false;
    while (!ended && (position < limit || fill())) {
      int from = position;
      while (position < limit && !ended) {
        ended = buffer[position++] == '\n';
      }
      recordBytes += position - from;
      if (recordBytes > RECORD_BYTES_MAX) {
        throw new IOException(
            "the record that begins here is longer than "
                + RECORD_BYTES_MAX
                + " bytes; is a closing quote missing?");
      }
      bytes.write(buffer, from, position - from);
    }
    if (bytes.size() == 0) {
      return null;
    }
    String line = decode(bytes.toByteArray());
    return ++linesRead == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private String decode(byte[] line) {
    try {
      return utf8.decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return new String(line, StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
