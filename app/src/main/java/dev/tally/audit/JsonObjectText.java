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
 * The needed root members of one JSON object: RFC 8259 to the letter, with gson's limits (nesting
 * 255, numbers shorter than 1,024 characters), plus the bare NaN, Infinity and -Infinity that
 * Python sends, which are read as null.
 */
public final class JsonObjectText {
  /** A root member: a string's content, a number as it was written, or anything else. */
  public record Member(JsonToken kind, String text) {}

  private static final Member OTHER = new Member(JsonToken.NULL, "");

  /** Longest first, since one ends in another. */
  private static final List<String> CONSTANTS = List.of("-Infinity", "Infinity", "NaN");

  private JsonObjectText() {}

  /** Members by name in order of first appearance; of a repeated name the last one counts. */
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
   * Constants become null and keep standing where they stood: beside another letter or digit they
   * are no less an error than before. Raw control characters in strings are refused here, since
   * gson does not look into strings that it skips.
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
