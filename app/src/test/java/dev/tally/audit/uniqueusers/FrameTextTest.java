package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.audit.Unusable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameTextTest {
  private static FrameText read(String json) throws Unusable {
    return FrameText.parse(json.getBytes(UTF_8));
  }

  /** One char is one byte, so that a value need not be UTF-8. */
  private static FrameText readBytes(String bytes) throws Unusable {
    return FrameText.parse(bytes.getBytes(ISO_8859_1));
  }

  @Test
  void theMembersOfTheRootCountInAnyOrder() throws Unusable {
    FrameText frame = new FrameText("u1", 1468244340);
    assertEquals(frame, read("{\"uid\":\"u1\",\"ts\":1468244340}"));
    assertEquals(
        frame,
        read(
            "{\"a\":{\"uid\":\"no\",\"ts\":1},\"ts\":\"1468244340\",\"b\":[{\"uid\":2}],"
                + "\"b\":\"\\\"uid\\\":\\\"no\\\"\",\"uid\":\"u1\"}"));
  }

  @Test
  void namesAndUidsMayBeEscaped() throws Unusable {
    assertEquals(
        new FrameText("\u044f\ud83d\ude00\n", 0),
        read("{\"\\u0075id\":\"\\u044f\\ud83d\\ude00\\n\",\"t\\u0073\":0}"));
  }

  @Test
  void whatFollowsIsNotRead() throws Unusable {
    assertEquals(new FrameText("a", 5), read("{\"uid\":\"a\",\"ts\":5,\"uid\":7,\"ts\":"));
    assertEquals(new FrameText("a", 5), readBytes("{\"uid\":\"a\",\"ts\":5,\u00ff"));
  }

  @Test
  void ofTwoUidsBeforeTheTimeTheFirstCounts() throws Unusable {
    assertEquals(new FrameText("a", 5), read("{\"uid\":\"a\",\"uid\":{\"x\":1},\"ts\":5}"));
    assertEquals(new FrameText("a", 5), read("{\"ts\":5,\"ts\":\"x\",\"uid\":\"a\"}"));
  }

  @Test
  void onlyTheUidMustBeUtf8() throws Unusable {
    assertEquals(
        new FrameText("a", 5), readBytes("{\"n\u00ff\":\"\u00c3\",\"uid\":\"a\",\"ts\":5}"));
    assertEquals(new FrameText("\u00e9", 5), readBytes("{\"uid\":\"\u00c3\u00a9\",\"ts\":5}"));
    assertEquals(new FrameText("\ufffd", 5), read("{\"uid\":\"\ufffd\",\"ts\":5}"));
    Unusable refused =
        assertThrows(Unusable.class, () -> readBytes("{\"uid\":\"a\u00ff\",\"ts\":5}"));
    assertEquals("uid is not UTF-8", refused.getMessage());
  }

  @Test
  void aUidHasAtMost1024Bytes() throws Unusable {
    String longest = "\u044f".repeat(512);
    assertEquals(longest, read("{\"uid\":\"" + longest + "\",\"ts\":5}").uid());
    Unusable refused =
        assertThrows(Unusable.class, () -> read("{\"uid\":\"a" + longest + "\",\"ts\":5}"));
    assertEquals("uid has 1025 bytes", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "99999999999", "\"0\"", "\"99999999999\""})
  void aTimeIsAWholeNumberOfSecondsOrAStringWithOne(String time) throws Unusable {
    long seconds = Long.parseLong(time.replace("\"", ""));
    assertEquals(new FrameText("a", seconds), read("{\"ts\":" + time + ",\"uid\":\"a\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1.0",
        "1e3",
        "100000000000",
        "\"\"",
        "\"01\"",
        "\" 1\"",
        "\"+1\"",
        "null",
        "true",
        "[1]",
        "{}",
        "NaN",
        "01",
        "-0"
      })
  void anyOtherTimeIsUnreadable(String time) {
    assertThrows(Unusable.class, () -> read("{\"ts\":" + time + ",\"uid\":\"a\"}"));
    assertThrows(Unusable.class, () -> read("{\"uid\":\"a\",\"ts\":" + time + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "[]",
        "null",
        "{}",
        "{\"uid\":\"a\"}",
        "{\"ts\":1}",
        "{\"uid\":\"\",\"ts\":1}",
        "{\"uid\":1,\"ts\":1}",
        "{\"uid\":null,\"ts\":1}",
        "{\"uid\":\"\\ud83d\",\"ts\":1}",
        "{\"uid\":\"a\" \"ts\":1}",
        "{\"x\":{\"uid\":\"a\",\"ts\":1}}",
        "{uid:\"a\",ts:1}"
      })
  void aValueWithoutBothIsUnreadable(String value) {
    assertThrows(Unusable.class, () -> read(value));
  }

  @Test
  void aRecordWithoutAValueIsUnreadable() {
    assertThrows(Unusable.class, () -> FrameText.parse(null));
  }
}
