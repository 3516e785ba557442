package dev.tally.audit;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the needed root members of one JSON object, by RFC 8259 to the letter and with gson's
 * limits (255 levels of nesting, numbers shorter than 1,024 characters). The bare NaN, Infinity and
 * -Infinity that Python writes are accepted too, and read as null.
 */
public final class JsonObjectText {
  /**
   * A root member.
   *
   * @param kind STRING, NUMBER, or NULL for anything else
   * @param text the content of a string, or a number as it is written; empty for anything else
   */
  public record Member(JsonToken kind, String text) {}

  private static final Member OTHER = new Member(JsonToken.NULL, "");

  /** Longest first, since one is the end of another. */
  private static final List<String> CONSTANTS = List.of("-Infinity", "Infinity", "NaN");

  private JsonObjectText() {}

  /**
   * The needed members by name, in order of first appearance; the last of a repeated name counts.
   *
   * @throws Unusable if the value is not one JSON object
   */
  public static Map<String, Member> members(byte @Nullable [] value, Set<String> needed)
      throws Unusable {
    if (value == null || value.length == 0) {
      throw new Unusable("no value");
    }
    try (JsonReader reader = new JsonReader(new StringReader(withNulls(text(value))))) {
      reader.setStrictness(Strictness.STRICT);
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw new Unusable("not a JSON object");
      }
      Map<String, Member> members = new LinkedHashMap<>();
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (needed.contains(name)) {
          members.put(name, read(reader));
        } else {
          reader.skipValue();
        }
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new Unusable("more than one JSON value");
      }
      return members;
    } catch (IOException | IllegalStateException e) {
      throw new Unusable("not JSON: " + e.getMessage());
    }
  }

  private static String text(byte[] value) throws Unusable {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new Unusable("not UTF-8");
    }
  }

  /**
   * Replaces the bare constants by null where they are, so that one beside another letter or digit
   * stays an error. Refuses raw control characters in strings, since gson does not look into the
   * strings that it skips.
   */
  private static String withNulls(String json) throws Unusable {
    StringBuilder replaced = new StringBuilder(json.length());
    boolean inString = false;
    for (int i = 0; i < json.length(); ) {
      char c = json.charAt(i);
      int length = 1;
      if (inString && c < ' ') {
        throw new Unusable("not JSON: a raw control character in a string");
      }
      if (c == '"') {
        inString = !inString;
      } else if (c == '\\' && inString) {
        length = Math.min(2, json.length() - i);
      } else if (!inString && (c == 'N' || c == 'I' || c == '-')) {
        int constant = constantLength(json, i);
        if (constant > 0) {
          replaced.append("null");
          i += constant;
          continue;
        }
      }
      replaced.append(json, i, i + length);
      i += length;
    }
    return replaced.toString();
  }

  private static int constantLength(String json, int at) {
    for (String constant : CONSTANTS) {
      if (json.startsWith(constant, at)) {
        return constant.length();
      }
    }
    return 0;
  }

  private static Member read(JsonReader reader) throws IOException {
    JsonToken token = reader.peek();
    if (token == JsonToken.STRING || token == JsonToken.NUMBER) {
      return new Member(token, reader.nextString());
    }
    reader.skipValue();
    return OTHER;
  }
}
