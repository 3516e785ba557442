package dev.tally.generate;

/** Time that passes only in sleeps, which last a little too long, as those of real threads do. */
final class FakeTime implements Time {
  static final long OVERSLEEP_NANOS = 60_000;
  static final long WALL_AT_ZERO_NANOS = 1_700_000_000_000_000_000L;

  long nanos = -5_000_000_000L; // a monotonic clock may be negative

  @Override
  public long wallNanos() {
    return WALL_AT_ZERO_NANOS + nanos;
  }

  @Override
  public long monotonicNanos() {
    return nanos;
  }

  @Override
  public void sleep(long duration) {
    nanos += duration + OVERSLEEP_NANOS;
  }
}
