package dev.tally.audit.rollingsum;

import dev.tally.DurationText;
import dev.tally.Stop;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings that shape the answers. They must be those that the job ran with.
 *
 * @param window length of the closed interval that is summed
 * @param grace how far a row may be behind its partition's clock
 * @param futureMax how far a row may be ahead of its record timestamp; empty for no limit
 */
public record Rules(
    Duration window, Duration grace, Optional<Duration> futureMax, OnMiskeyed onMiskeyed) {
  /** The bound of the job, too: none can have run with more. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  /**
   * Checks the bounds, which are those of the job.
   *
   * @throws Stop if a duration is out of bounds
   */
  public Rules {
    requireWithin(Duration.ofMillis(1), "--window", window, "1ms to 3650d");
    requireWithin(Duration.ZERO, "--grace", grace, "0s to 3650d");
    futureMax.ifPresent(
        max -> requireWithin(Duration.ZERO, "--future.max", max, "0s to 3650d, or off"));
  }

  private static void requireWithin(
      Duration shortest, String flag, Duration given, String accepted) {
    if (given.compareTo(shortest) < 0 || given.compareTo(LONGEST) > 0) {
      throw Stop.usage("%s is %s; accepted: %s.", flag, DurationText.of(given), accepted);
    }
  }

  /** The name of the sum in an answer: `10minutesSum`, `90secondsSum`, `500millisecondsSum`. */
  String sumName() {
    long millis = window.toMillis();
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "minutesSum";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "secondsSum" : millis + "millisecondsSum";
  }
}
