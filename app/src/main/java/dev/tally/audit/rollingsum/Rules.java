package dev.tally.audit.rollingsum;

import dev.tally.DurationBounds;
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
  /**
   * Checks the bounds, which are those of the job.
   *
   * @throws Stop if a duration is out of bounds
   */
  public Rules {
    DurationBounds.require("--window", window, Duration.ofMillis(1), "");
    DurationBounds.require("--grace", grace, Duration.ZERO, "");
    futureMax.ifPresent(
        max -> DurationBounds.require("--future.max", max, Duration.ZERO, ", or off"));
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
