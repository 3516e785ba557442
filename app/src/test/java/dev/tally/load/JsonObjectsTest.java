package dev.tally.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonObjectsTest {
  private static List<String> read(InputStream in) throws IOException {
    List<String> objects = new ArrayList<>();
    try (JsonObjects json = new JsonObjects(in)) {
      for (byte[] object = json.next(); object != null; object = json.next()) {
        objects.add(new String(object, UTF_8));
      }
    }
    return objects;
  }

  private static List<String> read(String file) throws IOException {
    return read(new ByteArrayInputStream(file.getBytes(UTF_8)));
  }

  private static String refusal(String file) {
    return String.valueOf(assertThrows(JsonObjects.Malformed.class, () -> read(file)).getMessage());
  }

  @Test
  void everyObjectComesAsItStandsWithItsDigitsAndBlanks() throws IOException {
    String first = "{\"amount\": 233639.66000000003, \"price\":1.10}";
    String second = "{\n  \"a\": [{\"b\": \"}]{[\\\"\\\\\"}],\n  \"n\": 12345678901234567890e-3\n}";
    String third = "{}";
    List<String> all = List.of(first, second, third);
    assertEquals(all, read("[" + first + ",\n" + second + " , " + third + "]\n"));
    assertEquals(all, read(first + "\r\n\n" + second + "\n" + third));
    assertEquals(all, read("\uFEFF[" + String.join(",", all) + "]"));
    assertEquals(all, read("\uFEFF" + String.join("\n", all) + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n \n", "[]", " [ \n] \n"})
  void aFileWithoutObjectsHasNone(String file) throws IOException {
    assertEquals(List.of(), read(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} ; ; 7 | line 3: an object must begin here with '{', not with '7'",
        "{},; {} | line 1: an object must begin here with '{', not with ','",
        "[{},; {},; ] | line 3: an object must begin here with '{', not with ']'",
        "[{}; {}] | line 2: a ',' or ']' must follow an element, not '{'",
        "[{}]; {} | line 2: something follows the array",
        "[{}; | line 2: the file ends within the array",
        "{}; {'a': 1} | line 2: not JSON, at $.: neither a name nor a value of JSON",
        "{; \"a\": 1,; \"b\": tru} | line 3: not JSON, at $.b: neither",
        "{; \"a\": 01; } | line 2: not JSON, at $.a: ",
        "{\"a\": NaN} | line 1: not JSON, at $.a: ",
        "{; \"a\": [1 2] } | line 2: not JSON, at $.a[1]: ",
        "{\"a\": 1]} | line 1: not JSON, at $.a: ",
        "{}; {\"a\": [1, 2] | line 2: the file ends within the object that begins here",
        "{}; {\"a\": 1; {\"b\": 2};{} | line 3: not JSON, at $.a: ",
        "{\"a\": \"x; | line 1: not JSON, at $.a: Unescaped control characters",
      })
  void whatIsWrongIsNamedWithItsLine(String file, String named) {
    String said = refusal(file.replaceAll("; ?", "\n"));
    assertTrue(said.startsWith(named.strip()), () -> said + " instead of " + named);
  }

  @Test
  void anObjectThatIsNotUtf8IsNamed() {
    byte[] file = "{}\n{\"a\":\"\u00e9\"}".getBytes(ISO_8859_1);
    JsonObjects.Malformed e =
        assertThrows(JsonObjects.Malformed.class, () -> read(new ByteArrayInputStream(file)));
    assertEquals("line 2: the object that begins here is not UTF-8", e.getMessage());
  }

  @Test
  void anObjectWithoutAnEndIsRefusedBeforeItFillsMemory() {
    String said = refusal("{\"a\":\"" + "x".repeat(JsonObjects.OBJECT_BYTES_MAX));
    assertTrue(said.contains("longer than"), said);
  }

  /** A pipe may bring any number of bytes at once, and objects lie across the buffer's end. */
  @Test
  void objectsAreTheSameHoweverTheFileArrives() throws IOException {
    Random random = new Random(14);
    for (int round = 0; round < 20; round++) {
      List<String> objects = new ArrayList<>();
      for (int i = random.nextInt(40); i >= 0; i--) {
        objects.add("{\"a\":\"" + "\u017c\\\\\\\"]".repeat(random.nextInt(1_500)) + "\",\"b\":[]}");
      }
      boolean array = random.nextBoolean();
      String file = array ? "[" + String.join(",", objects) + "]" : String.join("\n", objects);
      assertEquals(objects, read(new Dribble(file.getBytes(UTF_8), random)));
    }
  }

  private static final class Dribble extends ByteArrayInputStream {
    private final Random random;

    Dribble(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] to, int offset, int length) {
      return super.read(to, offset, Math.min(length, 1 + random.nextInt(30_000)));
    }
  }
}
