package dev.tally.audit.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RulesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private static String refusal(Duration grace, Duration lateMax, Duration futureMax) {
    Stop stop = assertThrows(Stop.class, () -> new Rules(grace, lateMax, Optional.of(futureMax)));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void theBoundsAreThoseOfTheJob() {
    var unused = new Rules(Duration.ZERO, Duration.ZERO, Optional.of(Duration.ZERO));
    var unusedToo = new Rules(HOUR, DAY, Optional.of(DAY));
    assertEquals(
        "--grace is 61m; accepted: 0s to 1h.", refusal(Duration.ofMinutes(61), HOUR, HOUR));
    assertEquals("--late.max is 25h; accepted: 0s to 1d.", refusal(HOUR, DAY.plus(HOUR), HOUR));
    assertEquals(
        "--future.max is 25h; accepted: 0s to 1d, or off.", refusal(HOUR, HOUR, DAY.plus(HOUR)));
  }

  @Test
  void timesAreWholeSeconds() {
    Duration broken = Duration.ofMillis(1500);
    assertEquals("--grace is 1500ms; accepted: whole seconds.", refusal(broken, HOUR, HOUR));
    assertEquals("--late.max is 1500ms; accepted: whole seconds.", refusal(HOUR, broken, HOUR));
    assertEquals("--future.max is 1500ms; accepted: whole seconds.", refusal(HOUR, HOUR, broken));
  }
}
