package dev.tally.jobs.rollingsum;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RollingSumBoundsTest {
  private static final Duration LONGEST = Duration.ofDays(3650);

  private static RollingSum job(Duration window, Duration grace, Duration futureMax) {
    return new RollingSum(window, grace, Optional.of(futureMax), RollingSum.Miskeyed.FAIL);
  }

  private static String refusal(Duration window, Duration grace, Duration futureMax) {
    Stop stop = assertThrows(Stop.class, () -> job(window, grace, futureMax));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void theShortestAndTheLongestDurationsAreAccepted() {
    assertDoesNotThrow(() -> job(Duration.ofMillis(1), Duration.ZERO, Duration.ZERO));
    assertDoesNotThrow(() -> job(LONGEST, LONGEST, LONGEST));
  }

  @Test
  void aDurationOutOfBoundsIsNamedWithItsFlagAndWhatIsAccepted() {
    Duration minute = Duration.ofMinutes(1);
    Duration tooLong = LONGEST.plusHours(1);
    assertEquals("--window is 0s; accepted: 1ms to 3650d.", refusal(Duration.ZERO, minute, minute));
    assertEquals("--window is 87601h; accepted: 1ms to 3650d.", refusal(tooLong, minute, minute));
    assertEquals(
        "--grace is -1ms; accepted: 0s to 3650d.", refusal(minute, Duration.ofMillis(-1), minute));
    assertEquals("--grace is 87601h; accepted: 0s to 3650d.", refusal(minute, tooLong, minute));
    assertEquals(
        "--future.max is -61s; accepted: 0s to 3650d, or off.",
        refusal(minute, minute, Duration.ofSeconds(-61)));
    assertEquals(
        "--future.max is 87601h; accepted: 0s to 3650d, or off.", refusal(minute, minute, tooLong));
  }

  /** A user who looks at damaged state has given no such flag. */
  @Test
  void aFingerprintOutOfBoundsIsNoFingerprintOfThisJob() {
    String fingerprint =
        "semantics=1 window=0ms grace=60000ms future.max=off partitions=4 miskeyed=counted";
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> RollingSum.ofFingerprint(fingerprint));
    assertEquals("no fingerprint of rolling-sum: " + fingerprint, refused.getMessage());
  }
}
