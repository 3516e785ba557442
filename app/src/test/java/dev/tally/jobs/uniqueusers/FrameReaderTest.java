package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is accepted, line by line, and the message for everything else. The scanner is asked too: it
 * may leave a frame to the reader, but must never accept one with other values than the reader.
 */
final class FrameReaderTest {
  private static void assertReads(String expected, byte @Nullable [] value) {
    assertEquals(expected, FrameText.read(value));
    String scanned = value == null ? null : FrameText.scan(value);
    if (scanned != null) {
      assertEquals(expected, scanned);
    }
  }

  private static void assertFrame(String uid, long ts, String json) {
    assertReads(FrameText.of(uid, ts), json.getBytes(UTF_8));
  }

  private static void assertUnreadable(String message, String json) {
    assertReads("unreadable: " + message, json.getBytes(UTF_8));
  }

  @Test
  void uidAndTsAreReadFromTheRootInAnyOrder() {
    assertFrame("u-1", 1_468_244_384, "{\"uid\":\"u-1\",\"ts\":1468244384}");
    assertFrame("u-1", 1_468_244_384, " {\n\"ts\" : 1468244384\t,\r\"uid\" : \"u-1\" }\n");
    assertFrame(
        "u", 7, "{\"a\":[{\"uid\":\"x\",\"ts\":1}],\"ts\":7,\"b\":{\"uid\":2},\"uid\":\"u\"}");
    assertFrame("u", 7, "{\"a\":\"\\\"uid\\\":\\\"x\\\",\",\"uid\":\"u\",\"x\":\"ts\",\"ts\":7}");
    assertFrame(
        "u", 7, "{\"Uid\":1,\"uid \":1,\"ui\":1,\"uidd\":1,\"tS\":1,\"uid\":\"u\",\"ts\":7}");
    assertFrame("u", 7, "\ufeff{\"uid\":\"u\",\"ts\":7}");
  }

  @Test
  void ofARepeatedNameTheFirstCounts() {
    assertFrame("first", 7, "{\"uid\":\"first\",\"uid\":\"second\",\"ts\":7,\"ts\":8}");
    assertFrame("first", 7, "{\"ts\":7,\"ts\":[8],\"uid\":\"first\",\"uid\":\"second\"}");
    assertFrame("first", 7, "{\"x\":1,\"x\":2,\"uid\":\"first\",\"x\":3,\"uid\":null,\"ts\":7}");
    assertUnreadable("uid is not a string: 1", "{\"uid\":1,\"uid\":\"second\",\"ts\":7}");
  }

  @Test
  void aNameWrittenWithEscapesIsTheSameName() {
    assertFrame("u", 7, "{\"\\u0075id\":\"u\",\"t\\u0073\":7}");
    assertFrame("u", 7, "{\"\\u0075\\u0069\\u0064\":\"u\",\"\\u0074\\u0073\":7}");
    assertFrame("u", 7, "{\"\\u0075\\u0069\\u0064\\u0020\":1,\"ui\\nd\":1,\"uid\":\"u\",\"ts\":7}");
    assertFrame("u", 7, "{\"\\u043f\\u043e\\u043b\\u0435\":1,\"uid\":\"u\",\"ts\":7}");
  }

  @Test
  void whatComesAfterBothIsNotRead() {
    for (String tail :
        new String[] {"}", "", "]", ",", ",}", "}}", " x", ",\"a\":\u0001", "\u0000", "\"", "\\"}) {
      assertFrame("u", 7, "{\"ts\":7,\"uid\":\"u\"" + tail);
      assertFrame("u", 7, "{\"uid\":\"u\",\"ts\":\"7\"" + tail);
    }
    for (String tail : new String[] {"}", "", "]", ",", ",}", "}}", " x", "\n", ":", "{", "["}) {
      assertFrame("u", 7, "{\"uid\":\"u\",\"ts\":7" + tail);
    }
  }

  @Test
  void aNumberEndsWhereItCannotGoOn() {
    for (String tail : new String[] {"x", "\"", "-", "\u0436"}) {
      assertEquals(
          "unreadable: not JSON",
          FrameText.read(("{\"uid\":\"u\",\"ts\":7" + tail).getBytes(UTF_8)).substring(0, 20));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0 | 0",
        "1 | 1",
        "1468244384 | 1468244384",
        "99999999999 | 99999999999",
        "\"0\" | 0",
        "\"1468244384\" | 1468244384",
        "\"99999999999\" | 99999999999",
        "\"\\u0031\\u0034\" | 14"
      })
  void aTsIsAWholeNumberOrAStringWithOne(String json, long ts) {
    assertFrame("u", ts, "{\"uid\":\"u\",\"ts\":" + json + "}");
    assertFrame("u", ts, "{\"ts\":" + json + ",\"uid\":\"u\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.5",
        "1.0",
        "1e3",
        "1E3",
        "-0",
        "\"\"",
        "\" 1\"",
        "\"1 \"",
        "\"+1\"",
        "\"01\"",
        "\"-0\"",
        "\"00\"",
        "\"1.0\"",
        "\"1e3\"",
        "\"0x10\"",
        "\"\u0661\"",
        "true",
        "null",
        "\"null\""
      })
  void aTsThatIsNoWholeNumberIsRefused(String json) {
    String shown = json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
    String message = "ts is not a whole number of seconds since 1970: " + shown;
    assertUnreadable(message, "{\"ts\":" + json + ",\"uid\":\"u\"}");
    assertUnreadable(message, "{\"uid\":\"u\",\"ts\":" + json + "}");
  }

  @Test
  void aTsThatIsAnObjectOrAnArrayIsRefused() {
    String message = "ts is not a whole number of seconds since 1970: ";
    assertUnreadable(message + "an object", "{\"ts\":{\"ts\":1},\"uid\":\"u\"}");
    assertUnreadable(message + "an array", "{\"ts\":[1],\"uid\":\"u\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "100000000000", "1468244384000", "99999999999999999999999", "-1468244384"})
  void aTsOutOfRangeIsRefused(String number) {
    String message = "ts is out of range, 0 to 10^11 seconds: " + number;
    assertUnreadable(message, "{\"ts\":" + number + ",\"uid\":\"u\"}");
    assertUnreadable(message, "{\"uid\":\"u\",\"ts\":\"" + number + "\"}");
  }

  @Test
  void aLongValueIsShortenedInTheMessage() {
    assertUnreadable(
        "ts is out of range, 0 to 10^11 seconds: " + "9".repeat(80) + "...",
        "{\"ts\":\"" + "9".repeat(5_000) + "\",\"uid\":\"u\"}");
  }

  @Test
  void aUidIsTheTextOfAString() {
    assertFrame("\u0436\u20ac\ud83d\ude00", 7, "{\"uid\":\"\u0436\u20ac\ud83d\ude00\",\"ts\":7}");
    assertFrame(
        "\u0436\u20ac\ud83d\ude00", 7, "{\"uid\":\"\\u0436\u20ac\\ud83d\\ude00\",\"ts\":7}");
    assertFrame("\"\\/\b\f\n\r\t", 7, "{\"uid\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"ts\":7}");
    assertFrame(" ", 7, "{\"uid\":\" \",\"ts\":7}");
    assertFrame("\u0000\ufffd\uffff", 7, "{\"uid\":\"\\u0000\ufffd\uffff\",\"ts\":7}");
  }

  @Test
  void aUidOfAnotherTypeIsRefused() {
    assertUnreadable("uid is not a string: 5", "{\"uid\":5,\"ts\":7}");
    assertUnreadable("uid is not a string: -1.50e3", "{\"uid\":-1.50e3,\"ts\":7}");
    assertUnreadable("uid is not a string: true", "{\"uid\":true,\"ts\":7}");
    assertUnreadable("uid is not a string: null", "{\"uid\":null,\"ts\":7}");
    assertUnreadable("uid is not a string: an object", "{\"uid\":{\"uid\":\"u\"},\"ts\":7}");
    assertUnreadable("uid is not a string: an array", "{\"uid\":[\"u\"],\"ts\":7}");
  }

  @Test
  void aUidHasOneToAThousandAndTwentyFourBytes() {
    assertUnreadable("uid has 0 bytes; 1 to 1024 are accepted", "{\"uid\":\"\",\"ts\":7}");
    assertFrame("u".repeat(1024), 7, "{\"uid\":\"" + "u".repeat(1024) + "\",\"ts\":7}");
    assertUnreadable(
        "uid has 1025 bytes; 1 to 1024 are accepted",
        "{\"uid\":\"" + "u".repeat(1025) + "\",\"ts\":7}");
    assertFrame("\u0436".repeat(512), 7, "{\"uid\":\"" + "\\u0436".repeat(512) + "\",\"ts\":7}");
    assertUnreadable(
        "uid has 1026 bytes; 1 to 1024 are accepted",
        "{\"uid\":\"" + "\u0436".repeat(513) + "\",\"ts\":7}");
  }

  @Test
  void aUidThatIsNotUtf8IsRefused() {
    for (String bad :
        new String[] {"\u00ff", "\u00c0\u0080", "\u00e2\u0082", "\u00ed\u00a0\u0080"}) {
      byte[] value = ("{\"uid\":\"a" + bad + "b\",\"ts\":7}").getBytes(ISO_8859_1);
      String message = FrameText.read(value);
      assertEquals(
          "unreadable: uid is not UTF-8: a\ufffdb", message.replaceAll("\ufffd+", "\ufffd"));
      assertReads(message, value);
    }
  }

  @Test
  void aUidWithHalfASurrogatePairIsRefused() {
    for (String half : new String[] {"\\ud83d", "\\ude00", "\\ude00\\ud83d"}) {
      assertUnreadable(
          "not JSON: Unpaired surrogate characters are not allowed in strict mode at line 1 column "
              + (10 + half.length())
              + " path $.uid",
          "{\"uid\":\"" + half + "\",\"ts\":7}");
    }
  }

  @Test
  void bytesThatAreNotUtf8AreAcceptedOutsideTheUid() {
    for (String bad :
        new String[] {"\u00ff", "\u00c0\u0080", "\u00e2\u0082", "\u00ed\u00a0\u0080"}) {
      for (String json :
          new String[] {
            "{\"a\":\"" + bad + "\",\"uid\":\"u\",\"ts\":7}",
            "{\"" + bad + "\":1,\"uid\":\"u\",\"ts\":7}",
            "{\"a\":{\"" + bad + "\":[\"" + bad + "\"]},\"uid\":\"u\",\"ts\":7}",
            "{\"uid\":\"u\",\"ts\":7,\"a\":\"" + bad
          }) {
        assertReads(FrameText.of("u", 7), json.getBytes(ISO_8859_1));
      }
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    assertUnreadable("uid is missing", "{}");
    assertUnreadable("uid is missing", "{\"ts\":7}");
    assertUnreadable("ts is missing", "{\"uid\":\"u\"}");
    assertUnreadable("ts is missing", "{\"uid\":\"u\",\"a\":{\"ts\":7}}");
  }

  @Test
  void aValueThatIsNotAnObjectIsRefused() {
    assertReads("unreadable: the value is null (a tombstone)", null);
    assertUnreadable("the value is empty", "");
    assertUnreadable("the JSON ends too early", " ");
    assertUnreadable("the value is JSON but not an object: null", "null");
    assertUnreadable("the value is JSON but not an object: 5", "5");
    assertUnreadable("the value is JSON but not an object: text", "\"text\"");
    assertUnreadable("the value is JSON but not an object: an array", "[{\"uid\":\"u\",\"ts\":7}]");
  }

  @Test
  void jsonThatEndsTooEarlyIsRefused() {
    String frame = "{\"a\":[1,{\"b\":\"c\"}],\"uid\":\"u\",\"ts\":7";
    for (int length = 1; length < frame.length() - 1; length++) {
      assertEquals(
          "unreadable: ",
          FrameText.read(frame.substring(0, length).getBytes(UTF_8)).substring(0, 12));
    }
    assertUnreadable(
        "not JSON: Unterminated string at line 1 column 10 path $.uid", "{\"uid\":\"u");
    assertUnreadable("the JSON ends too early", "{\"a\":[");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "-Infinity",
        "'x'",
        "x",
        "01",
        "1.",
        "+1",
        "[1,]",
        "[1;2]",
        "{\"a\"=1}",
        "{a:1}",
        "{\"a\":1,}",
        "[1 2]",
        "\"\\x\"",
        "\"\\u00g0\"",
        "True",
        "/**/1",
        "[}",
        "{]",
        "{\"a\"}"
      })
  void whatIsNotJsonBeforeTheEndOfBothIsRefused(String json) {
    String message =
        FrameText.read(("{\"uid\":\"u\",\"a\":" + json + ",\"ts\":7}").getBytes(UTF_8));
    assertEquals("unreadable: not JSON: ", message.substring(0, 22));
  }

  @Test
  void aMalformedFrameIsNamedWithItsPlace() {
    assertUnreadable(
        "not JSON: malformed at line 1 column 16 path $.a", "{\"uid\":\"u\",\"a\":x,\"ts\":7}");
  }

  @Test
  void valuesAreNestedUpToTheLimitOfGson() {
    for (int levels : new int[] {1, 62, 63, 64, 65, 254}) {
      assertFrame(
          "u", 7, "{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + ",\"uid\":\"u\",\"ts\":7}");
      assertFrame(
          "u",
          7,
          "{\"a\":"
              + "{\"\":".repeat(levels)
              + "1"
              + "}".repeat(levels)
              + ",\"uid\":\"u\",\"ts\":7}");
    }
    String tooDeep =
        FrameText.read(("{\"a\":" + "[".repeat(255) + "]".repeat(255) + "}").getBytes(UTF_8));
    assertEquals(0, tooDeep.indexOf("unreadable: not JSON: Nesting limit 255 reached"), tooDeep);
  }
}
