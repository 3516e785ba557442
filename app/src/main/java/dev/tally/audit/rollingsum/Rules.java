package dev.tally.audit.rollingsum;

import dev.tally.DurationText;
import dev.tally.Stop;
import java.time.Duration;
import java.util.Optional;

/**
 * What shapes the answers; must be what the job ran with.
 *
 * @param window length of the closed interval that is summed
 * @param grace how far a row may lie behind its partition's clock
 * @param futureMax how far a row may lie ahead of its record timestamp; empty if however far
 */
public record Rules(
    Duration window, Duration grace, Optional<Duration> futureMax, OnMiskeyed onMiskeyed) {
  /** Keeps clock - window - grace, in nanoseconds, far inside a long. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  public Rules {
    if (window.isZero() || window.isNegative()) {
      throw Stop.usage("--window is %s; it must be longer than 0s.", DurationText.of(window));
    }
    requireAtMostLongest("window", window, "0s to 36500d");
    requireAtMostLongest("grace", grace, "0s to 36500d");
    futureMax.ifPresent(max -> requireAtMostLongest("future.max", max, "0s to 36500d, or off"));
  }

  private static void requireAtMostLongest(String flag, Duration given, String accepted) {
    if (given.isNegative() || given.compareTo(LONGEST) > 0) {
      throw Stop.usage("--%s is %s; it can be %s.", flag, DurationText.of(given), accepted);
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
