package dev.tally.generate;

/**
 * Spreads records evenly over time, in slices of at most a millisecond. A sender that was held up
 * makes good a short delay and lets a longer one go: a burst of everything that it missed would
 * measure the burst.
 */
final class Pace {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** Sleeping for less costs more processor time than the evenness is worth. */
  static final long SLICE_NANOS = 1_000_000;

  /** The longest delay that is made good, such as a garbage collection. */
  static final long DEBT_NANOS_MAX = 50_000_000;

  private final long recordsPerSecond;
  private long originNanos;

  /** Record 0 is due at startNanos, a time of any origin. */
  Pace(long recordsPerSecond, long startNanos) {
    this.recordsPerSecond = recordsPerSecond;
    this.originNanos = startNanos;
  }

  /**
   * How long record n, counted from 0, still has to wait: 0 if it is due, else at least a slice.
   */
  long waitNanos(long n, long nowNanos) {
    long sinceOriginNanos =
        n / recordsPerSecond * SECOND_NANOS
            + n % recordsPerSecond * SECOND_NANOS / recordsPerSecond;
    long earlyNanos = originNanos + sinceOriginNanos - nowNanos;
    if (earlyNanos > 0) {
      return Math.max(earlyNanos, SLICE_NANOS);
    }
    if (earlyNanos < -DEBT_NANOS_MAX) {
      originNanos -= earlyNanos;
    }
    return 0;
  }
}
