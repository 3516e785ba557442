package dev.tally.bench.streams;

import java.time.Duration;

/** What all variants compute. */
final class Rules {
  static final Duration WINDOW = Duration.ofMinutes(10);
  static final Duration GRACE = Duration.ofMinutes(1);
  static final long WINDOW_NANOS = WINDOW.toNanos();

  private static final long NANOS_PER_MILLI = 1_000_000;

  private Rules() {}

  /** Kafka Streams knows time in milliseconds only. */
  static long millis(long nanos) {
    return Math.floorDiv(nanos, NANOS_PER_MILLI);
  }

  /**
   * Whether a row comes too late for an exact answer.
   *
   * @param streamTimeMillis the highest event time of the partition, which Kafka Streams keeps
   *     across restarts
   */
  static boolean late(long nanos, long streamTimeMillis) {
    return millis(nanos) < streamTimeMillis - GRACE.toMillis();
  }
}
