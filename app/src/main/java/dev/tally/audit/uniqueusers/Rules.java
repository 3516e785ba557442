package dev.tally.audit.uniqueusers;

import dev.tally.DurationBounds;
import dev.tally.Stop;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings that decide which frames count, and when a window closes. They must be those that
 * the job ran with.
 *
 * @param grace how long after its end a window stays open
 * @param lateMax how far a frame of a history may be behind the times around it
 * @param futureMax how far a frame's time may be from its record timestamp to be believed at once;
 *     empty if record timestamps mean nothing
 */
public record Rules(Duration grace, Duration lateMax, Optional<Duration> futureMax) {
  private static final Duration GRACE_LONGEST = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  /**
   * Checks the bounds, which are those of the job.
   *
   * @throws Stop if a duration is out of bounds
   */
  public Rules {
    DurationBounds.require("--grace", grace, Duration.ZERO, GRACE_LONGEST, "");
    DurationBounds.require("--late.max", lateMax, Duration.ZERO, DAY, "");
    DurationBounds.requireWholeSeconds("--grace", grace);
    DurationBounds.requireWholeSeconds("--late.max", lateMax);
    futureMax.ifPresent(
        max -> {
          DurationBounds.require("--future.max", max, Duration.ZERO, DAY, ", or off");
          DurationBounds.requireWholeSeconds("--future.max", max);
        });
  }
}
