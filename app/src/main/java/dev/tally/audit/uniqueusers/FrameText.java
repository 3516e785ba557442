package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tally.audit.Unusable;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a readable frame. It is read until its root has shown both members, so that what
 * follows them may be anything.
 *
 * @param uid as unescaped text
 * @param seconds its `ts`, since 1970
 */
record FrameText(String uid, long seconds) {
  private static final int UID_BYTES_MAX = 1_024;

  /** Up to eleven digits: below 10^11. */
  private static final Pattern SECONDS = Pattern.compile("0|[1-9][0-9]{0,10}");

  /**
   * Reads a record value.
   *
   * @throws Unusable if it is unreadable
   */
  static FrameText parse(byte @Nullable [] value) throws Unusable {
    if (value == null || value.length == 0) {
      throw new Unusable("no value");
    }
    FrameText frame;
    try {
      frame = read(UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException e) {
      // Only the uid has to be UTF-8. If what stands for the wrong bytes changes it, it has some.
      frame = read(decoded(value, "\ufffd"));
      if (!frame.equals(read(decoded(value, "?")))) {
        throw new Unusable("uid is not UTF-8");
      }
    }
    int bytes = frame.uid.getBytes(UTF_8).length;
    if (bytes == 0 || bytes > UID_BYTES_MAX) {
      throw new Unusable("uid has " + bytes + " bytes");
    }
    return frame;
  }

  private static String decoded(byte[] value, String replacement) {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .replaceWith(replacement)
          .decode(ByteBuffer.wrap(value))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("every malformed byte is replaced", e);
    }
  }

  private static FrameText read(String text) throws Unusable {
    String uid = null;
    String seconds = null;
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw new Unusable("not a JSON object");
      }
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (uid == null && name.equals("uid")) {
          uid = uid(json);
        } else if (seconds == null && name.equals("ts")) {
          seconds = seconds(json);
        } else {
          json.skipValue();
        }
        if (uid != null && seconds != null) {
          return new FrameText(uid, Long.parseLong(seconds));
        }
      }
    } catch (IOException | IllegalStateException e) {
      throw new Unusable("not JSON: " + e.getMessage());
    }
    throw new Unusable(uid == null ? "uid is missing" : "ts is missing");
  }

  private static String uid(JsonReader json) throws IOException, Unusable {
    if (json.peek() != JsonToken.STRING) {
      throw new Unusable("uid is not a string");
    }
    String uid = json.nextString();
    if (!UTF_8.newEncoder().canEncode(uid)) {
      throw new Unusable("uid holds half a surrogate pair");
    }
    return uid;
  }

  private static String seconds(JsonReader json) throws IOException, Unusable {
    JsonToken kind = json.peek();
    if (kind == JsonToken.NUMBER || kind == JsonToken.STRING) {
      String text = json.nextString();
      if (SECONDS.matcher(text).matches()) {
        return text;
      }
    }
    throw new Unusable("ts is no whole number of seconds from 0 to 10^11");
  }
}
