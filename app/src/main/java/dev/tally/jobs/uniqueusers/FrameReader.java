package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tally.jobs.sources.RootObject;
import dev.tally.jobs.sources.Unreadable;
import java.io.IOException;
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

  /** The two members, as far as they have been found. */
  private static final class Members implements RootObject.Members {
    private @Nullable String uid;
    private long tsSeconds = -1;

    @Override
    public boolean complete() {
      return uid != null && tsSeconds >= 0;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException, Unreadable {
      if (name.equals("uid") && uid == null) {
        uid = uid(json);
        return true;
      }
      if (name.equals("ts") && tsSeconds < 0) {
        tsSeconds = ts(json);
        return true;
      }
      return false;
    }

    /** The uid, with all members there. */
    private String requireAll() throws Unreadable {
      if (uid == null) {
        throw new Unreadable("uid is missing");
      }
      if (tsSeconds < 0) {
        throw new Unreadable("ts is missing");
      }
      return uid;
    }
  }

  private FrameReader() {}

  /**
   * Reads uid and ts into `frame`. If a name comes twice before both are found, the first counts.
   *
   * @throws Unreadable with the field that is wrong and what was found there
   */
  static void read(byte @Nullable [] value, Frame frame) throws Unreadable {
    Members members = new Members();
    String text = RootObject.text(value);
    RootObject.read(text, members);
    String found = members.requireAll();
    if (found.contains(REPLACEMENT) && !sameOtherwiseDecoded(members, requireNonNull(value))) {
      throw new Unreadable("uid is not UTF-8: " + RootObject.shortened(found));
    }
    byte[] uid = found.getBytes(UTF_8);
    if (uid.length == 0 || uid.length > Frame.UID_BYTES_MAX) {
      throw new Unreadable(
          "uid has " + uid.length + " bytes; 1 to " + Frame.UID_BYTES_MAX + " are accepted");
    }
    frame.set(UidHash.of(uid, 0, uid.length), members.tsSeconds);
  }

  /** Whether the members are the same with another character in the place of invalid bytes. */
  private static boolean sameOtherwiseDecoded(Members members, byte[] value) throws Unreadable {
    String text;
    try {
      text =
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .replaceWith(OTHER_REPLACEMENT)
              .decode(ByteBuffer.wrap(value))
              .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("what is malformed is replaced", e);
    }
    Members others = new Members();
    RootObject.read(text, others);
    return others.requireAll().equals(members.uid) && others.tsSeconds == members.tsSeconds;
  }

  private static String uid(JsonReader json) throws IOException, Unreadable {
    if (json.peek() != JsonToken.STRING) {
      throw new Unreadable("uid is not a string: " + RootObject.shortened(RootObject.found(json)));
    }
    return json.nextString(); // refuses half a surrogate pair, which has no UTF-8 form
  }

  private static long ts(JsonReader json) throws IOException, Unreadable {
    JsonToken token = json.peek();
    String text = RootObject.found(json);
    boolean scalar = token == JsonToken.NUMBER || token == JsonToken.STRING;
    if (scalar && TS.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    throw new Unreadable(
        scalar && NUMBER.matcher(text).matches() && !leadingZero(text)
            ? "ts is out of range, 0 to 10^11 seconds: " + RootObject.shortened(text)
            : "ts is not a whole number of seconds since 1970: " + RootObject.shortened(text));
  }

  private static boolean leadingZero(String number) {
    return number.charAt(number.charAt(0) == '-' ? 1 : 0) == '0';
  }
}
