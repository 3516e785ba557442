package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import dev.tally.json.Utf8;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON objects of a file one by one: the elements of an array, or one object after the
 * other, as in JSON lines. Each comes as the bytes that stand in the file, so that every number
 * keeps its digits. Brackets and quotes alone tell where an object ends; whether it is JSON up to
 * there, gson has the last word.
 */
final class JsonObjects implements Closeable {
  /** Far above what brokers take. Without it, a missing bracket would read the file to memory. */
  static final int OBJECT_BYTES_MAX = 16 << 20;

  /** A place in the file where it is not what it should be, counted in lines from 1. */
  static final class Malformed extends IOException {
    Malformed(long line, String message) {
      super("line " + line + ": " + message);
    }
  }

  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** How gson tells a place. Its lines are those of the object, and a second line names a page. */
  private static final Pattern PLACE = Pattern.compile(" at line (\\d+) column \\d+ path (\\S+)");

  /** To programmers, about anything that is not JSON. */
  private static final String GSON_ADVICE = "Use JsonReader.setStrictness";

  private final InputStream in;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long line = 1;
  private boolean first = true;
  private boolean begun;
  private boolean array;
  private boolean ended;

  JsonObjects(InputStream in) {
    this.in = in;
  }

  /**
   * The bytes of the next object; null at the end of the file.
   *
   * @throws Malformed if something else stands there, or it is not JSON in UTF-8
   * @throws IOException if the file cannot be read
   */
  byte @Nullable [] next() throws IOException {
    if (!begun) {
      begin();
    } else if (array && !ended) {
      afterElement();
    }
    int next = skipBlanks();
    if (array && first && next == ']') {
      position++;
      ended = true;
      next = skipBlanks();
    }
    if (next < 0 && (ended || !array)) {
      return null;
    }
    if (next < 0) {
      throw new Malformed(line, "the file ends within the array; its last character must be ']'");
    }
    if (ended) {
      throw new Malformed(line, "something follows the array, where the file must end");
    }
    if (next != '{') {
      throw new Malformed(line, "an object must begin here with '{', not with " + shown(next));
    }
    first = false;
    return object();
  }

  private void begin() throws IOException {
    begun = true;
    while (limit < BYTE_ORDER_MARK.length && fill()) {
      // A pipe may bring single bytes.
    }
    if (Arrays.equals(buffer, 0, Math.min(limit, 3), BYTE_ORDER_MARK, 0, 3)) {
      position = BYTE_ORDER_MARK.length;
    }
    array = skipBlanks() == '[';
    position += array ? 1 : 0;
  }

  private void afterElement() throws IOException {
    int next = skipBlanks();
    if (next != ',' && next != ']' && next >= 0) {
      throw new Malformed(line, "a ',' or ']' must follow an element, not " + shown(next));
    }
    position += next < 0 ? 0 : 1;
    ended = next == ']';
  }

  private static String shown(int character) {
    boolean visible = character > ' ' && character < 0x7f;
    return visible ? "'" + (char) character + "'" : String.format("byte 0x%02x", character);
  }

  /** The first byte that is not a blank, which stays; -1 at the end of the file. */
  private int skipBlanks() throws IOException {
    while (position < limit || fill()) {
      byte next = buffer[position];
      if (next != ' ' && next != '\t' && next != '\r' && next != '\n') {
        return next & 0xff;
      }
      line += next == '\n' ? 1 : 0;
      position++;
    }
    return -1;
  }

  private byte[] object() throws IOException {
    int length = 0;
    int depth = 0;
    boolean quoted = false;
    boolean escaped = false;
    do {
      if (position + length == limit && !fill()) {
        require(Arrays.copyOfRange(buffer, position, limit)); // finds an error before the end
        throw new Malformed(line, "the file ends within the object that begins here");
      }
      byte next = buffer[position + length++];
      if (quoted) {
        quoted = escaped || next != '"';
        escaped = !escaped && next == '\\';
      } else if (next == '"') {
        quoted = true;
      } else if (next == '{' || next == '[') {
        depth++;
      } else if (next == '}' || next == ']') {
        depth--;
      }
    } while (depth > 0);
    byte[] object = Arrays.copyOfRange(buffer, position, position + length);
    require(object);
    for (byte each : object) {
      line += each == '\n' ? 1 : 0;
    }
    position += length;
    return object;
  }

  private void require(byte[] object) throws Malformed {
    if (!Utf8.valid(object, 0, object.length)) {
      throw new Malformed(line, "the object that begins here is not UTF-8");
    }
    try (JsonReader json =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(object), UTF_8))) {
      json.setStrictness(Strictness.STRICT);
      walk(json);
    } catch (EOFException e) {
      throw new Malformed(line, "the file ends within the object that begins here");
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      Matcher place = PLACE.matcher(said);
      throw place.find()
          ? new Malformed(
              line + Long.parseLong(place.group(1)) - 1,
              "not JSON, at %s: %s"
                  .formatted(place.group(2), words(said.substring(0, place.start()))))
          : new Malformed(line, "not JSON: " + said);
    }
  }

  /**
   * Name by name, so that gson can tell the path to an error, which skipValue forgets. And strings
   * are read, as skipValue lets control characters pass.
   */
  private static void walk(JsonReader json) throws IOException {
    int depth = 0;
    do {
      switch (json.peek()) {
        case BEGIN_OBJECT -> {
          json.beginObject();
          depth++;
        }
        case BEGIN_ARRAY -> {
          json.beginArray();
          depth++;
        }
        case END_OBJECT -> {
          json.endObject();
          depth--;
        }
        case END_ARRAY -> {
          json.endArray();
          depth--;
        }
        case NAME -> {
          var unused = json.nextName();
        }
        case STRING -> {
          var unused = json.nextString();
        }
        default -> json.skipValue();
      }
    } while (depth > 0);
  }

  private static String words(String said) {
    return said.startsWith(GSON_ADVICE) ? "neither a name nor a value of JSON" : said;
  }

  /** Reads more after what has not been returned; false at the end of the file. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    if (limit == OBJECT_BYTES_MAX) {
      throw new Malformed(
          line,
          "the object that begins here is longer than "
              + OBJECT_BYTES_MAX
              + " bytes; is a closing bracket or quote missing?");
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * limit);
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    limit += Math.max(0, read);
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
