package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import dev.tally.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.Stream;

/**
 * Any file is a sequence of objects, each of which stands in it and is one to gson, or is refused
 * with a line that it has.
 */
final class JsonObjectsFuzzTest implements FuzzTarget {
  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "[{\"a\": [1, {}], \"b\": \"]}\\\"\"},\n{}]\n",
            "{\"a\": 233639.66000000003}\r\n{\"\u017c\": null}",
            "\uFEFF[ ]",
            "{\"a\":\"\\u00e9\",\"b\":-1e-7}")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  @Override
  public List<String> tokens() {
    return List.of("[", "]", "{", "}", "\"", "\\", ",", "\n", "true", "NaN", "\uFEFF", "{}", "[]");
  }

  @Override
  public boolean accepts(byte[] input) throws IOException {
    String file = new String(input, UTF_8);
    try (JsonObjects objects = new JsonObjects(new ByteArrayInputStream(input))) {
      int from = 0;
      for (byte[] next = objects.next(); next != null; next = objects.next()) {
        String object = new String(next, UTF_8);
        from = file.indexOf(object, from) + object.length();
        assertTrue(from >= object.length(), () -> object + " is not in the file, or before");
        JsonReader reader = new JsonReader(new StringReader(object));
        reader.setStrictness(Strictness.STRICT);
        assertTrue(JsonParser.parseReader(reader).isJsonObject(), object);
      }
      return true;
    } catch (JsonObjects.Malformed e) {
      long lines = file.chars().filter(c -> c == '\n').count() + 1;
      String said = String.valueOf(e.getMessage());
      long line = Long.parseLong(said.replaceAll("(?s)^line (\\d+): .*", "$1"));
      assertTrue(line >= 1 && line <= lines, said);
      return false;
    }
  }
}
