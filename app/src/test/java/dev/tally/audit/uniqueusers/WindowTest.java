package dev.tally.audit.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowTest {
  @ParameterizedTest
  @CsvSource({
    "minute/2016-07-11T13:39:00Z, 2016-07-11T13:40:00Z",
    "hour/2016-07-11T13:00:00Z, 2016-07-11T14:00:00Z",
    "day/2016-07-11T00:00:00Z, 2016-07-12T00:00:00Z",
    "week/2016-07-11T00:00:00Z, 2016-07-18T00:00:00Z",
    "month/2016-07-01T00:00:00Z, 2016-08-01T00:00:00Z",
    "year/2016-01-01T00:00:00Z, 2017-01-01T00:00:00Z"
  })
  void aFrameIsInOneWindowOfEachKind(String name, String end) {
    long seconds = Instant.parse("2016-07-11T13:39:59Z").getEpochSecond();
    WindowKind kind = WindowKind.named(name.substring(0, name.indexOf('/'))).orElseThrow();
    Window window = Window.of(kind, seconds);
    assertEquals(name, window.toString());
    assertEquals(end, Window.time(window.end()));
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, week/1969-12-29T00:00:00Z",
    "2021-01-03T23:59:59Z, week/2020-12-28T00:00:00Z",
    "2021-01-04T00:00:00Z, week/2021-01-04T00:00:00Z"
  })
  void aWeekBeginsOnMondayWhateverTheYear(String time, String week) {
    assertEquals(week, Window.of(WindowKind.WEEK, Instant.parse(time).getEpochSecond()).toString());
  }

  @Test
  void everyTimeIsInItsWindowAndWindowsFollowEachOther() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      long seconds = random.nextLong(100_000_000_000L);
      for (WindowKind kind : WindowKind.values()) {
        Window window = Window.of(kind, seconds);
        assertEquals(window, Window.of(kind, window.start()));
        assertEquals(window, Window.of(kind, window.end() - 1));
        assertEquals(window.end(), Window.of(kind, window.end()).start());
        assertTrue(window.start() <= seconds && seconds < window.end());
      }
    }
  }
}
