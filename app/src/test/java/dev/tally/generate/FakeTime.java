package dev.tally.generate;

/** Time that passes only while somebody sleeps, and oversleeps a little as real threads do. */
final class FakeTime implements Time {
  static final long OVERSLEEP_NANOS = 60_000;

  long nanos = -5_000_000_000L; // a monotonic clock may be negative

  @Override
  public long wallNanos() {
    return 1_700_000_000_000_000_000L + nanos;
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
