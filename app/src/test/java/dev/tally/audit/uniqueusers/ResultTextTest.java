package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.audit.Message;
import dev.tally.audit.Unusable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResultTextTest {
  private static final String KEY = "minute/2016-07-11T13:39:00Z";
  private static final String VALUE =
      "{\"window\":\"minute\",\"start\":\"2016-07-11T13:39:00Z\",\"end\":\"2016-07-11T13:40:00Z\","
          + "\"users\":16193,\"exact\":true,\"lower\":16193,\"upper\":16193,\"frames\":20480,"
          + "\"final\":true}";

  private static ResultText read(String key, String value) throws Unusable {
    return ResultText.parse(
        new Message(0, 1, 2, key.getBytes(UTF_8), value.getBytes(UTF_8), List.of()));
  }

  private static String refusal(String key, String value) {
    return String.valueOf(assertThrows(Unusable.class, () -> read(key, value)).getMessage());
  }

  @Test
  void aResultIsReadAndWrittenAlike() throws Unusable {
    ResultText result = read(KEY, VALUE);
    assertEquals(
        new ResultText(
            new Window(WindowKind.MINUTE, 1468244340), Users.exactly(16193), 20480, true),
        result);
    assertEquals(VALUE, result.write());
  }

  @Test
  void anEstimateHasTheBoundsOfItsError() throws Unusable {
    String users = "\"users\":1000000,\"exact\":false,\"lower\":994038,\"upper\":1006034,";
    String value = VALUE.replaceAll("\"users.*(?=\"frames)", users).replace("20480", "1000000");
    assertEquals(Users.estimated(1_000_000), read(KEY, value).users());
    assertEquals(
        "its bounds are 994037 and 1006034, must be 994038 and 1006034",
        refusal(KEY, value.replace("994038", "994037")));
    // An estimate may be above the number of frames, but not where users are counted.
    assertEquals(900_000, read(KEY, value.replace("frames\":1000000", "frames\":900000")).frames());
    assertEquals(
        "it has 1000000 users in 131072 frames",
        refusal(KEY, value.replace("frames\":1000000", "frames\":131072")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20480 | 16192 | it has 16193 users in 16192 frames",
        "upper\":16193 | upper\":16194 | its bounds are 16193 and 16194, must be 16193 and 16193",
        "16193 | 0 | it has 0 users in 20480 frames",
        "16193 | 131073 | it calls 131073 users exact",
        "minute | hour | no hour goes from 2016-07-11T13:39:00Z to 2016-07-11T13:40:00Z",
        "minute | second | there is no window second",
        "13:40:00Z | 13:40:01Z | no minute goes from 2016-07-11T13:39:00Z to 2016-07-11T13:40:01Z",
        "07-11T13:39 | 07-32T13:39 | 2016-07-32T13:39:00Z is no time",
        "20480 | 020480 | its value is not written as a result",
        ":20480 | : 20480 | its value is not written as a result",
        "final | Final | its value is not written as a result",
        "11T13:39 | 11T13:38 | no minute goes from 2016-07-11T13:38:00Z to 2016-07-11T13:40:00Z"
      })
  void anythingElseIsNamed(String from, String to, String said) {
    assertEquals(said, refusal(KEY, VALUE.replace(from, to)));
  }

  @Test
  void theKeyNamesTheWindow() {
    assertEquals("its key is not " + KEY, refusal("minute/2016-07-11T13:38:00Z", VALUE));
    assertThrows(
        Unusable.class, () -> ResultText.parse(new Message(0, 1, 2, null, null, List.of())));
  }
}
