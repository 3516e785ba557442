package dev.tally.generate.frames;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameTimeTest {
  @ParameterizedTest
  @CsvSource({
    "1000, 999, 0",
    "1000, 1000, 1",
    "0.02, 1, 50",
    "0.02, 3, 150",
    "1.5, 1, 0",
    "1.5, 2, 1",
    "1.5, 3, 2",
    "3, 3000000000001, 1000000000000",
    "0.000001, 5, 5000000",
    "999999, 9223372036854775807, 9223381260227",
  })
  void theEventTimeOfAFrameIsItsNumberByTheRate(String rate, long n, long seconds) {
    FrameTime time = FrameTime.parse("1970-01-01T00:00:00Z", rate);
    if (seconds < FrameTime.SECONDS_END) {
      assertEquals(seconds, time.secondsOf(n, 0));
    } else {
      Stop stop = assertThrows(Stop.class, () -> time.secondsOf(n, 0));
      assertTrue(String.valueOf(stop.getMessage()).contains("raise --frames.per.second"));
    }
  }

  @Test
  void theRateIsAThousandUnlessItIsGiven() {
    assertEquals(
        FrameTime.parse("2016-07-11T13:39:00Z", "1000.000"),
        FrameTime.parse("2016-07-11T13:39:00Z", null));
  }

  @Test
  void noFrameIsWhereTsEnds() {
    FrameTime time = new FrameTime.Stepped(FrameTime.SECONDS_END - 1, 1_000_000);
    assertEquals(FrameTime.SECONDS_END - 1, time.secondsOf(0, 0));
    assertThrows(Stop.class, () -> time.secondsOf(1, 0));
    FrameTime slowest = new FrameTime.Stepped(0, 1);
    assertEquals(FrameTime.SECONDS_END - 1_000_000, slowest.secondsOf(99_999, 0));
    assertThrows(Stop.class, () -> slowest.secondsOf(100_000, 0));
    assertThrows(Stop.class, () -> slowest.secondsOf(Long.MAX_VALUE, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2016-07-11",
        "2016-07-11T13:39:00.5Z",
        "1969-12-31T23:59:59Z",
        "+5138-11-16T09:46:40Z",
        "+1000000000-12-31T23:59:59Z"
      })
  void aStartThatNoFrameCanHaveIsNamed(String start) {
    Stop stop = assertThrows(Stop.class, () -> FrameTime.parse(start, null));
    assertTrue(String.valueOf(stop.getMessage()).startsWith("--start '" + start + "' is neither"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "-1", "1e3", "1000000", "0.0000001", "many", ""})
  void aRateOutOfBoundsIsNamed(String rate) {
    Stop stop = assertThrows(Stop.class, () -> FrameTime.parse("2016-07-11T13:39:00Z", rate));
    assertTrue(
        String.valueOf(stop.getMessage()).startsWith("--frames.per.second '" + rate + "': give"));
  }
}
