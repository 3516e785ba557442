package dev.tally;

import java.time.Duration;

/** Bounds of the durations that users give. */
public final class DurationBounds {
  /** A few of these in nanoseconds, added to an event time or taken from it, still fit a long. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  private DurationBounds() {}

  /** Refuses a duration that is out of bounds, where there is hardly an upper one. */
  public static void require(String flag, Duration given, Duration shortest, String alternative) {
    require(flag, given, shortest, LONGEST, alternative);
  }

  /**
   * Refuses a fraction of a second.
   *
   * @throws Stop naming the flag, the duration and what is accepted
   */
  public static void requireWholeSeconds(String flag, Duration given) {
    if (given.toMillis() % 1000 != 0) {
      throw Stop.usage("%s is %s; accepted: whole seconds.", flag, DurationText.of(given));
    }
  }

  /**
   * Refuses a duration that is out of bounds.
   *
   * @param flag that the duration was given with
   * @param alternative what the flag accepts besides a duration, as in ", or off"; may be empty
   * @throws Stop naming the flag, the duration and what is accepted
   */
  public static void require(
      String flag, Duration given, Duration shortest, Duration longest, String alternative) {
    if (given.compareTo(shortest) < 0 || given.compareTo(longest) > 0) {
      throw Stop.usage(
          "%s is %s; accepted: %s to %s%s.",
          flag,
          DurationText.of(given),
          DurationText.of(shortest),
          DurationText.of(longest),
          alternative);
    }
  }
}
