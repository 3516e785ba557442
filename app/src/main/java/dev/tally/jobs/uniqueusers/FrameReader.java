package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a frame with gson's strict streaming reader until it has the root's uid and ts, and no
 * farther, and says exactly what is wrong with a value that does not get there. It is the
 * reference: what it accepts is what tally accepts. Stateless: any thread may use it.
 */
final class FrameReader {
  private static final Pattern TS = Pattern.compile("0|[1-9][0-9]{0,10}"); // up to Frame.TS_END
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+"); // out of range, then

  // What stands for bytes that are not UTF-8: Java's own, and another one, to tell whether a uid
  // has any of them or holds that character itself.
  private static final String REPLACEMENT = "\ufffd";
  private static final String OTHER_REPLACEMENT = "\ufffe";

  private static final String GSON_ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON";

  private static final int SHOWN_CHARACTERS_MAX = 80;
  private static final int MALFORMED_CHARACTERS_MAX = 160; // its end tells where

  /** The two members as they were found. */
  private record Members(String uid, long tsSeconds) {}

  private FrameReader() {}

  /**
   * Reads uid and ts into `frame`. If a name comes twice before both are found, the first counts.
   *
   * @throws Unreadable with the field that is wrong and what was found there
   */
  static void read(byte @Nullable [] value, Frame frame) throws Unreadable {
    if (value == null) {
      throw new Unreadable("the value is null (a tombstone)");
    }
    if (value.length == 0) {
      throw new Unreadable("the value is empty");
    }
    Members members = members(new String(value, UTF_8));
    if (members.uid().contains(REPLACEMENT) && !members.equals(members(otherwiseDecoded(value)))) {
      throw new Unreadable("uid is not UTF-8: " + shortened(members.uid()));
    }
    byte[] uid = members.uid().getBytes(UTF_8);
    if (uid.length == 0 || uid.length > Frame.UID_BYTES_MAX) {
      throw new Unreadable(
          "uid has " + uid.length + " bytes; 1 to " + Frame.UID_BYTES_MAX + " are accepted");
    }
    frame.set(UidHash.of(uid, 0, uid.length), members.tsSeconds());
  }

  private static String otherwiseDecoded(byte[] value) {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .replaceWith(OTHER_REPLACEMENT)
          .decode(ByteBuffer.wrap(value))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("what is malformed is replaced", e);
    }
  }

  private static Members members(String text) throws Unreadable {
    String uid = null;
    long tsSeconds = -1;
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw new Unreadable("the value is JSON but not an object: " + shortened(found(json)));
      }
      json.beginObject();
      while ((uid == null || tsSeconds < 0) && json.hasNext()) {
        String name = json.nextName();
        if (name.equals("uid") && uid == null) {
          uid = uid(json);
        } else if (name.equals("ts") && tsSeconds < 0) {
          tsSeconds = ts(json);
        } else {
          json.skipValue();
        }
      }
    } catch (EOFException e) {
      throw new Unreadable("the JSON ends too early");
    } catch (MalformedJsonException e) {
      throw new Unreadable("not JSON: " + shortened(malformed(e), MALFORMED_CHARACTERS_MAX));
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    if (uid == null) {
      throw new Unreadable("uid is missing");
    }
    if (tsSeconds < 0) {
      throw new Unreadable("ts is missing");
    }
    return new Members(uid, tsSeconds);
  }

  private static String uid(JsonReader json) throws IOException, Unreadable {
    if (json.peek() != JsonToken.STRING) {
      throw new Unreadable("uid is not a string: " + shortened(found(json)));
    }
    return json.nextString(); // refuses half a surrogate pair, which has no UTF-8 form
  }

  private static long ts(JsonReader json) throws IOException, Unreadable {
    JsonToken token = json.peek();
    String text = found(json);
    boolean scalar = token == JsonToken.NUMBER || token == JsonToken.STRING;
    if (scalar && TS.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    throw new Unreadable(
        scalar && NUMBER.matcher(text).matches() && !leadingZero(text)
            ? "ts is out of range, 0 to 10^11 seconds: " + shortened(text)
            : "ts is not a whole number of seconds since 1970: " + shortened(text));
  }

  private static boolean leadingZero(String number) {
    return number.charAt(number.charAt(0) == '-' ? 1 : 0) == '0';
  }

  /** The text of a string, the characters of a number, or what the value is instead. */
  private static String found(JsonReader json) throws IOException {
    return switch (json.peek()) {
      case STRING, NUMBER -> json.nextString();
      case BOOLEAN -> String.valueOf(json.nextBoolean());
      case NULL -> "null";
      case BEGIN_ARRAY -> "an array";
      case BEGIN_OBJECT -> "an object";
      default -> throw new IllegalStateException("a value cannot be " + json.peek());
    };
  }

  /** The message of gson without its advice to programmers. */
  private static String malformed(MalformedJsonException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return (end < 0 ? message : message.substring(0, end)).replace(GSON_ADVICE, "malformed");
  }

  /** Enough of a value to recognise it in a message. */
  private static String shortened(String text) {
    return shortened(text, SHOWN_CHARACTERS_MAX);
  }

  private static String shortened(String text, int charactersMax) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax) + "...";
  }
}
