package dev.tally.audit.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tally.audit.Reason;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times are seconds from one moment on, which also is the record timestamp of live frames. */
final class AcceptanceTest {
  private static final long NOW = 1_700_000_000;
  private static final long YEAR = 365 * 86_400L;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Rules RULES = new Rules(Duration.ZERO, HOUR, Optional.of(HOUR));

  private final Acceptance live = new Acceptance(RULES, false);

  private static @Nullable Reason next(Acceptance acceptance, long seconds, long stampMillis) {
    return acceptance.next(NOW + seconds, NOW * 1000 + stampMillis).rejected();
  }

  /** A partition whose last 63 times are 0 to 62, stamped a year later. */
  private static Acceptance history(Rules rules) {
    Acceptance history = new Acceptance(rules, false);
    for (int i = 0; i < RecentTimes.SIZE; i++) {
      assertNull(next(history, i, YEAR * 1000));
    }
    return history;
  }

  @ParameterizedTest
  @CsvSource({
    "3600, 0, ",
    "3600, -1, FUTURE",
    "3601, 0, FUTURE",
    "0, 3600000, ",
    "-3600, 0, ",
    "-3601, 0, "
  })
  void aFrameCountsWithinFutureMaxOfItsTimestamp(
      long seconds, long stampMillis, @Nullable Reason rejected) {
    assertEquals(rejected, next(live, seconds, stampMillis));
  }

  @ParameterizedTest
  @CsvSource({"31, ", "-3569, ", "-3570, LATE", "86431, ", "86432, FUTURE"})
  void inAHistoryTheMedianOfTheTimesBeforeDecides(long seconds, @Nullable Reason rejected) {
    assertEquals(rejected, next(history(RULES), seconds, YEAR * 1000));
  }

  @ParameterizedTest
  @CsvSource({"31, ", "-3569, ", "-3570, LATE", "86431, ", "86432, FUTURE"})
  void withoutFutureMaxTheMedianDecidesAlone(long seconds, @Nullable Reason rejected) {
    Acceptance off = history(new Rules(Duration.ZERO, HOUR, Optional.empty()));
    assertEquals(rejected, next(off, seconds, seconds * 1000));
  }

  @Test
  void aFrameNearItsTimestampNeedsNoMedian() {
    long seconds = -100_000;
    assertNull(next(history(RULES), seconds, (seconds + 3600) * 1000));
    assertEquals(Reason.LATE, next(history(RULES), seconds, (seconds + 3600) * 1000 + 1));
  }

  @Test
  void thereIsNoMedianOf62Times() {
    Acceptance history = new Acceptance(RULES, false);
    for (int i = 0; i < RecentTimes.SIZE - 1; i++) {
      assertNull(next(history, 0, YEAR * 1000));
    }
    assertNull(next(history, -100_000, YEAR * 1000));
    assertEquals(Reason.LATE, next(history, -100_000, YEAR * 1000));
  }

  @Test
  void framesOfTheFutureLeaveNoTime() {
    for (int i = 0; i < RecentTimes.SIZE; i++) {
      assertEquals(Reason.FUTURE, next(live, 7200, 0));
    }
    assertNull(next(live, -YEAR, 0)); // as there is no median
  }

  @Test
  void rejectedFramesOfAHistoryLeaveTheirsSoThatTheMedianMovesOn() {
    Acceptance history = history(RULES);
    for (int i = 0; i < RecentTimes.SIZE / 2 + 1; i++) {
      assertEquals(Reason.FUTURE, next(history, 2 * 86_400, YEAR * 1000));
    }
    assertNull(next(history, 2 * 86_400, YEAR * 1000));
    assertEquals(Reason.LATE, next(history, 0, YEAR * 1000));
  }

  @Test
  void afterDeletedFramesTheFirstOnesAreUncertain() {
    Acceptance cut = new Acceptance(RULES, true);
    for (int i = 0; i < RecentTimes.SIZE; i++) {
      assertEquals(Verdict.SEEMS_TO_COUNT, cut.next(NOW, (NOW + YEAR) * 1000));
    }
    assertEquals(Verdict.COUNTS, cut.next(NOW, (NOW + YEAR) * 1000));
    Acceptance cutLive = new Acceptance(RULES, true);
    assertEquals(Verdict.COUNTS, cutLive.next(NOW, NOW * 1000));
  }
}
