package dev.tally;

import java.time.Duration;

/** Durations in messages, as a user writes them in flags: `500ms`, `90s`, `10m`, `1h`, `2d`. */
public final class DurationText {
  private DurationText() {}

  /** In the largest of these units that divides it; less than a millisecond is left out. */
  public static String of(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes % 60 != 0) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    return hours % 24 == 0 ? hours / 24 + "d" : hours + "h";
  }
}
