package dev.tally.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The scanner by itself; {@code SaleFuzzTest} compares a job's use of it with that job's reader.
 */
final class JsonScannerTest {
  private static final int TS = 1;
  private static final int UID = 2;

  private final JsonScanner json = new JsonScanner("ts", "uid");

  /**
   * The values of an object by the scanner, as `field=value` texts; where it gave up, "unusual".
   */
  private String scanned(String object) {
    // Not at the beginning and not at the end of the bytes, as a record in a fetch.
    byte[] bytes = ("}" + object + "{").getBytes(UTF_8);
    int end = bytes.length - 1;
    StringBuilder found = new StringBuilder();
    int at = json.open(bytes, 1, end);
    if (at == JsonScanner.UNUSUAL) {
      return "unusual";
    }
    int member = 0;
    do {
      int value = json.name(member++, bytes, at, end);
      if (value == JsonScanner.UNUSUAL) {
        return found + "unusual";
      }
      int field = json.field();
      at = read(field, bytes, value, end);
      if (at == JsonScanner.UNUSUAL) {
        return found + "unusual";
      }
      if (field == TS) {
        found.append("ts=").append(json.unscaled()).append('/').append(json.decimals()).append(' ');
      } else if (field == UID) {
        found.append("uid=").append(new String(bytes, value, at - value, UTF_8)).append(' ');
      }
      at = JsonScanner.skipBlanks(bytes, at, end);
    } while (at < end && bytes[at] == ',');
    return found + (json.close(bytes, 1, at, end) ? "whole" : "unusual");
  }

  private int read(int field, byte[] bytes, int at, int end) {
    return switch (field) {
      case TS -> json.decimal(bytes, at, end);
      case UID -> json.plainString(bytes, at, end);
      default -> json.skip(bytes, at, end);
    };
  }

  @Test
  void wantedFieldsAreFoundInAnyOrderAmongOthers() {
    assertEquals("uid=\"a\" ts=15/1 whole", scanned("{\"x\":1,\"uid\":\"a\",\"ts\":1.5}"));
    assertEquals("ts=15/1 uid=\"a\" whole", scanned("{\"ts\":1.5,\"x\":1,\"uid\":\"a\"}"));
    assertEquals("ts=-20/0 whole", scanned(" {\n\"ts\"\t: -20\r} "));
    assertEquals("ts=1/0 ts=2/0 whole", scanned("{\"ts\":1,\"ts\":2}"));
    assertEquals("whole", scanned("{\"tS\":1,\"t\":1,\"tss\":1,\"ui\":1}"));
  }

  @Test
  void valuesThatAreNotWantedAreSkipped() {
    for (String value :
        new String[] {
          "\"\"",
          "\"a\\\"b\\\\\\u00e9\"",
          "\"\u0436 \u20ac\"",
          "true",
          "false",
          "null",
          "NaN",
          "Infinity",
          "0",
          "-1.25",
          "1234567890123456789012345.5"
        }) {
      assertEquals("ts=1/0 whole", scanned("{\"x\":" + value + ",\"ts\":1}"), value);
    }
    for (String value :
        new String[] {
          "",
          "{}",
          "[]",
          "01",
          "1.",
          ".5",
          "-",
          "+1",
          "1e3",
          "1E3",
          "tru",
          "nul",
          "\"\\x\"",
          "\"\\u00g0\"",
          "\"\n\"",
          "\"",
          "-Infinity"
        }) {
      assertEquals("unusual", scanned("{\"x\":" + value + ",\"ts\":1}"), value);
    }
  }

  @Test
  void aNumberIsReadUpToEighteenDigits() {
    assertEquals("ts=123456789012345678/0 whole", scanned("{\"ts\":123456789012345678}"));
    assertEquals("ts=-123456789012345678/12 whole", scanned("{\"ts\":-123456.789012345678}"));
    assertEquals("ts=1/17 whole", scanned("{\"ts\":0.00000000000000001}"));
    assertEquals("unusual", scanned("{\"ts\":1234567890123456789}"));
    assertEquals("unusual", scanned("{\"ts\":123456.7890123456789}"));
    assertEquals("unusual", scanned("{\"ts\":9e5}"));
    assertEquals("unusual", scanned("{\"ts\":\"9\"}"));
  }

  /** A literal that gson refuses must not be skipped, or a reader could disagree. */
  @Test
  void aLiteralIsSkippedUpToTheLengthThatGsonReads() {
    String longest = "1".repeat(JsonScanner.NUMBER_CHARACTERS_MAX);
    assertEquals("whole", scanned("{\"x\":" + longest + "}"));
    assertEquals("unusual", scanned("{\"x\":" + longest + "1}"));
  }

  @Test
  void anObjectThatIsNotWholeIsUnusual() {
    for (String object :
        new String[] {
          "",
          " ",
          "[]",
          "{",
          "{}",
          "{\"ts\"",
          "{\"ts\":",
          "{\"ts\" 1}",
          "{ts:1}",
          "{\"t\\u0073\":1}"
        }) {
      assertEquals("unusual", scanned(object), object);
    }
    for (String object : new String[] {"{\"ts\":1", "{\"ts\":1}}", "{\"ts\":1} x", "{\"ts\":1]"}) {
      assertEquals("ts=1/0 unusual", scanned(object), object);
    }
  }

  /** The bytes of a name are compared with those before; after a malformed one none is learnt. */
  @Test
  void bytesThatAreNotUtf8AreRefusedWhereverTheyStand() {
    byte[] good = "{\"name of it\":\"\u00e9\",\"ts\":1}".getBytes(UTF_8);
    for (int round = 0; round < 3; round++) {
      assertTrue(isWhole(good));
      for (int at = 2; at < 12; at++) {
        byte[] bad = good.clone();
        bad[at] = (byte) 0xff;
        assertFalse(isWhole(bad), "byte " + at);
      }
      byte[] cutOff = good.clone();
      cutOff[16] = 'x'; // the second byte of the value
      assertFalse(isWhole(cutOff));
    }
  }

  private boolean isWhole(byte[] bytes) {
    int at = json.open(bytes, 0, bytes.length);
    at = json.skip(bytes, json.name(0, bytes, at, bytes.length), bytes.length);
    at = json.skip(bytes, json.name(1, bytes, at, bytes.length), bytes.length);
    return json.close(bytes, 0, at, bytes.length);
  }

  /** Index after the value by {@link JsonScanner#skipAny}, from its first byte; or UNUSUAL. */
  private int skippedAny(String value, String after) {
    byte[] bytes = ("[" + value + after + "]").getBytes(UTF_8);
    int at = json.skipAny(bytes, 1, bytes.length - 1);
    return at == JsonScanner.UNUSUAL ? at : at - 1;
  }

  @Test
  void anyValueIsSkippedWithAllThatItHolds() {
    for (String value :
        new String[] {
          "0",
          "-1.25",
          "1e5",
          "-0.5E-07",
          "true",
          "null",
          "\"\"",
          "\"]}\\\"\\u00e9\"",
          "{}",
          "[]",
          "[[],[{}]]",
          "{\"a\":{\"b\":[1,\"]\",{\"c\":null}],\"d\":2},\"\\ne\":\"}\"}",
          "[ 1 ,\n\"a\"\t, { } , [ ] ]",
          "{ \"a\" : 1 , \"b\" : { \"c\" : [ true , false ] } }",
          "[".repeat(64) + "]".repeat(64),
          "{\"a\":".repeat(63) + "[]" + "}".repeat(63)
        }) {
      int length = value.getBytes(UTF_8).length;
      for (String after : new String[] {"", ",", "]", "}", " ", ",1", "\"", "{"}) {
        assertEquals(length, skippedAny(value, after), value + after);
      }
    }
  }

  @Test
  void aNestedValueThatIsUnusualIsNotSkipped() {
    for (String value :
        new String[] {
          "",
          " 1",
          "[",
          "[1",
          "[1,",
          "[1,]",
          "[,1]",
          "[1 2]",
          "[1}",
          "[{]}",
          "[[]",
          "[NaN]",
          "NaN",
          "-Infinity",
          "[tru]",
          "[01]",
          "[1.]",
          "[1e]",
          "[1e+]",
          "[\"a]",
          "[\"\n\"]",
          "[\"\\x\"]",
          "{",
          "{\"a\"",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1",
          "{\"a\":1,",
          "{\"a\":1,}",
          "{,\"a\":1}",
          "{\"a\":1]",
          "{\"a\" 1}",
          "{a:1}",
          "{1:1}",
          "{\"a\":1 \"b\":2}",
          "{\"a\":1,2}",
          "[".repeat(65) + "]".repeat(65)
        }) {
      assertEquals(JsonScanner.UNUSUAL, skippedAny(value, ""), value);
    }
  }

  @Test
  void aNumberWithAnExponentIsSkippedUpToTheLengthThatGsonReads() {
    String longest = "-1e" + "0".repeat(JsonScanner.NUMBER_CHARACTERS_MAX - 3);
    assertEquals(longest.length(), skippedAny(longest, ""));
    assertEquals(JsonScanner.UNUSUAL, skippedAny(longest + "0", ""));
  }

  /** The field of a name by {@link JsonScanner#anyName}; -1 if it is unusual. */
  private int anyName(String name) {
    byte[] bytes = ("{" + name + "1}").getBytes(UTF_8);
    int value = json.anyName(bytes, 0, bytes.length);
    if (value == JsonScanner.UNUSUAL) {
      return -1;
    }
    assertEquals('1', bytes[value]);
    return json.field();
  }

  @Test
  void aNameIsFoundWithoutAnyBeforeIt() {
    assertEquals(TS, anyName("\"ts\":"));
    assertEquals(UID, anyName(" \"uid\" :\n"));
    for (String other : new String[] {"", "t", "tss", "tS", "uids", "\u0436", "a long name: {}"}) {
      assertEquals(JsonScanner.NOT_WANTED, anyName("\"" + other + "\":"), other);
    }
    for (String unusual : new String[] {"", "\"ts\"", "\"ts", "ts:", ":", "'ts':", "\"\t\":"}) {
      assertEquals(-1, anyName(unusual), unusual);
    }
  }

  @Test
  void aNameIsFoundHoweverItIsEscaped() {
    assertEquals(TS, anyName("\"t\\u0073\":"));
    assertEquals(UID, anyName("\"\\u0075\\u0069\\u0064\":"));
    byte[] bytes = "{\"a\\/\\\"\\\\\\b\\f\\n\\r\\t\\u006b\":1}".getBytes(UTF_8);
    JsonScanner scanner = new JsonScanner("a/\"\\\b\f\n\r\tk");
    assertEquals(bytes.length - 2, scanner.anyName(bytes, 0, bytes.length));
    assertEquals(1, scanner.field());
  }

  @Test
  void anEscapedNameThatIsNotWantedIsNone() {
    for (String other :
        new String[] {
          "\\u0075\\u0069\\u0064s",
          "\\u0075i",
          "\\n",
          "uid\\n",
          "\\u0175id",
          "t\\u7300",
          "total\\u20ac",
          "\\ntwo lines"
        }) {
      assertEquals(JsonScanner.NOT_WANTED, anyName("\"" + other + "\":"), other);
    }
    for (String half : new String[] {"\\ud83d", "\\uDE00", "\\x", "\\u00g0"}) {
      assertEquals(-1, anyName("\"a name " + half + "\":"), half);
    }
  }
}
