package dev.tally.generate;

import dev.tally.generate.sales.EventTime;

/**
 * Spreads rows evenly over time. Rows go out in slices of a millisecond at most; a sender that was
 * held up catches up a little and then lets the lost time go, because a burst of everything missed
 * would measure the burst.
 */
final class Pace {
  /** Sleeping for less costs more processor time than the evenness is worth. */
  static final long SLICE_NANOS = 1_000_000;

  /** The longest delay that is made good, such as a garbage collection. */
  static final long DEBT_NANOS_MAX = 50_000_000;

  private final long rowsPerSecond;
  private long originNanos;

  /** Row 0 is due at startNanos, a time of any origin. */
  Pace(long rowsPerSecond, long startNanos) {
    this.rowsPerSecond = rowsPerSecond;
    this.originNanos = startNanos;
  }

  /** How long row n, counted from 0, has to wait yet: 0 if it is due, else a slice at least. */
  long waitNanos(long n, long nowNanos) {
    long sinceOriginNanos =
        n / rowsPerSecond * EventTime.SECOND_NANOS
            + n % rowsPerSecond * EventTime.SECOND_NANOS / rowsPerSecond;
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
