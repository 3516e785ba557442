package dev.tally.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a topic. Records that retention deletes are no longer handed out, but stay here
 * for the oracle.
 */
final class Log {
  /** Null where readers of committed records see nothing: a marker, or an aborted record. */
  private final List<@Nullable Row> rows = new ArrayList<>();

  private final List<Integer> leaderEpochs = new ArrayList<>();
  private int leaderEpoch;
  private long start;
  // How far readers of committed records get.
  private long stableEnd;

  void append(@Nullable Row row, boolean stable) {
    rows.add(row);
    leaderEpochs.add(leaderEpoch);
    if (stable) {
      stableEnd = rows.size();
    }
  }

  /** Appends what ends a transaction: readers skip it, and everything before it is stable. */
  void appendMarker() {
    append(null, true);
  }

  void newLeader() {
    leaderEpoch++;
  }

  /** An unclean election: records from this offset on are gone, others will take their place. */
  void truncateTo(long offset) {
    rows.subList((int) offset, rows.size()).clear();
    leaderEpochs.subList((int) offset, leaderEpochs.size()).clear();
    stableEnd = offset;
    leaderEpoch++;
  }

  void retainFrom(long offset) {
    start = Math.max(start, offset);
  }

  /** Compaction: the record is gone, and its offset stays a gap. */
  void remove(long offset) {
    rows.set((int) offset, null);
  }

  @Nullable Row row(long offset) {
    return rows.get((int) offset);
  }

  /** Whether there is a record from one offset up to another. */
  boolean hasRows(long from, long to) {
    return rows.subList((int) from, (int) to).stream().anyMatch(Objects::nonNull);
  }

  int leaderEpoch(long offset) {
    return leaderEpochs.get((int) offset);
  }

  /** The offset after the last record written under this epoch or an earlier one. */
  long endOfEpoch(int epoch) {
    int end = leaderEpochs.size();
    while (end > 0 && leaderEpochs.get(end - 1) > epoch) {
      end--;
    }
    return end;
  }

  long start() {
    return start;
  }

  long stableEnd() {
    return stableEnd;
  }

  long end() {
    return rows.size();
  }
}
