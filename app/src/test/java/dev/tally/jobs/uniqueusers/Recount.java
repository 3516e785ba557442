package dev.tally.jobs.uniqueusers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The definition in plain code: which frames count, and what their windows hold. */
final class Recount {
  private static final long HOUR = 3600;

  /** A verdict; null for a frame that counts. */
  enum Verdict {
    COUNTS,
    LATE,
    FUTURE
  }

  /** Users and frames of a window. */
  static final class Counted {
    final Set<String> users = new HashSet<>();
    long frames;
  }

  private final long futureMaxSeconds;
  private final long lateMaxSeconds;
  private final Map<Integer, List<Long>> times = new HashMap<>();

  Recount(long futureMaxSeconds, long lateMaxSeconds) {
    this.futureMaxSeconds = futureMaxSeconds;
    this.lateMaxSeconds = lateMaxSeconds;
  }

  /** The verdict on the next frame of a partition. */
  Verdict verdict(int partition, long ts, long timestampMillis) {
    List<Long> last = times.computeIfAbsent(partition, none -> new ArrayList<>());
    if (ts * 1000 > timestampMillis + futureMaxSeconds * 1000) {
      return Verdict.FUTURE;
    }
    List<Long> ring = new ArrayList<>(last.subList(Math.max(0, last.size() - 63), last.size()));
    last.add(ts);
    if (ts * 1000 >= timestampMillis - futureMaxSeconds * 1000 || ring.size() < 63) {
      return Verdict.COUNTS;
    }
    Collections.sort(ring);
    long median = ring.get(31);
    if (ts < median - lateMaxSeconds) {
      return Verdict.LATE;
    }
    return ts > median + 24 * HOUR ? Verdict.FUTURE : Verdict.COUNTS;
  }
}
