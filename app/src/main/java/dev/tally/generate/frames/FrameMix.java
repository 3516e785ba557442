package dev.tally.generate.frames;

import dev.tally.Stop;

/**
 * What the frames are like, apart from their times.
 *
 * @param users how many users there are; user i of them, from 1, sends about 1 / sqrt(i) as many
 *     frames as the first
 * @param lateShare of all frames, 0 to 1: those whose ts lies behind the event time
 * @param lateSecondsMax the most that a late ts is behind; each delay from 1 s on is as likely
 * @param flipShare of all frames, 0 to 1: those with one of the low 32 bits of ts flipped
 * @param stringTsShare of all frames, 0 to 1: those whose ts is a string holding the number
 * @param decoys whether there are members named uid and ts, and texts that look like them, below
 *     the root, and a uid whose name is written with an escape
 * @param seed equal mixes with equal seeds give equal frames, byte for byte
 */
public record FrameMix(
    long users,
    double lateShare,
    int lateSecondsMax,
    double flipShare,
    double stringTsShare,
    boolean decoys,
    long seed) {
  /** More than any service has, and few enough to be drawn evenly from the bits of a double. */
  static final long USERS_MAX = 10_000_000_000L;

  /** A year: far behind any allowance for lateness that is worth testing. */
  static final int LATE_SECONDS_MAX = 366 * 86_400;

  /**
   * Checks the bounds.
   *
   * @throws Stop if a part is out of bounds
   */
  public FrameMix {
    if (users < 1 || users > USERS_MAX) {
      throw Stop.usage("--users %d: give 1 to %d.", users, USERS_MAX);
    }
    if (lateSecondsMax < 1 || lateSecondsMax > LATE_SECONDS_MAX) {
      throw Stop.usage(
          "--late.seconds %d: give 1 to %d, or --late.share 0 for no late frames.",
          lateSecondsMax, LATE_SECONDS_MAX);
    }
    requireShare("--late.share", lateShare);
    requireShare("--flips", flipShare);
    requireShare("--string.ts", stringTsShare);
  }

  private static void requireShare(String flag, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw Stop.usage("%s %s: give 0 to 1, as in 0.001.", flag, share);
    }
  }
}
