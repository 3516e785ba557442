package dev.tally.audit.rollingsum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import dev.tally.jobs.rollingsum.RollingSum;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RulesTest {
  private static final Duration LONGEST = Duration.ofDays(3650);

  private static Optional<String> refusal(Runnable constructor) {
    try {
      constructor.run();
      return Optional.empty();
    } catch (Stop stop) {
      return Optional.of(stop.reason() + " " + stop.getMessage());
    }
  }

  /** Each has its own list of settings, so the two are compared here. */
  @Test
  void theAuditAcceptsTheDurationsThatTheJobAcceptsAndRefusesTheOthersInTheSameWords() {
    Duration[] durations = {
      Duration.ofMillis(-1),
      Duration.ZERO,
      Duration.ofNanos(999_999),
      Duration.ofMillis(1),
      LONGEST,
      LONGEST.plusMillis(1)
    };
    for (Duration window : durations) {
      for (Duration grace : durations) {
        for (Duration futureMax : durations) {
          Optional<Duration> limit = Optional.of(futureMax);
          assertEquals(
              refusal(() -> new RollingSum(window, grace, limit, RollingSum.Miskeyed.FAIL)),
              refusal(() -> new Rules(window, grace, limit, OnMiskeyed.FAIL)));
        }
      }
    }
  }

  @Test
  void noLimitOnTheFutureIsNoDurationOutOfBounds() {
    Rules rules = new Rules(LONGEST, LONGEST, Optional.empty(), OnMiskeyed.FAIL);
    assertEquals(Optional.empty(), rules.futureMax());
    Stop stop =
        assertThrows(
            Stop.class, () -> new Rules(Duration.ZERO, LONGEST, Optional.empty(), OnMiskeyed.FAIL));
    assertEquals("--window is 0s; accepted: 1ms to 3650d.", stop.getMessage());
  }
}
