package dev.tally.engine;

import dev.tally.job.Shard;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far back a fresh machine must read. Whenever the clock enters a new slice of event time the
 * offset that moved it there is noted; every row before that offset is older than the slice. So the
 * first noted slice that reaches the horizon gives M: rows before M shape no answer from here on,
 * and the row at M sets the clock in a replay as it did the first time.
 */
final class Horizon {
  private record Entry(long slice, long firstOffset) {}

  private final long sliceNanos;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long nextSliceNanos = Long.MIN_VALUE;

  Horizon(long sliceNanos) {
    this.sliceNanos = sliceNanos;
  }

  /** Notes the clock as it is after the record at this offset; offsets rise. */
  void note(long clockNanos, long offset) {
    if (clockNanos >= nextSliceNanos && clockNanos != Shard.NO_CLOCK) {
      enter(Math.floorDiv(clockNanos, sliceNanos), offset);
    }
  }

  private void enter(long slice, long offset) {
    entries.addLast(new Entry(slice, offset));
    // The last slice that a long can hold has no next one.
    nextSliceNanos =
        slice >= Long.MAX_VALUE / sliceNanos ? Long.MAX_VALUE : (slice + 1) * sliceNanos;
  }

  /**
   * M: the offset from which a replay must start so that its state at `position` is exact.
   *
   * @param horizonNanos rows with an earlier event time matter no more
   */
  long replayFrom(long horizonNanos, long position) {
    long slice = Math.floorDiv(horizonNanos, sliceNanos);
    while (!entries.isEmpty() && entries.getFirst().slice() < slice) {
      entries.removeFirst();
    }
    return entries.isEmpty() ? position : entries.getFirst().firstOffset();
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(entries.size());
    for (Entry entry : entries) {
      out.writeLong(entry.slice());
      out.writeLong(entry.firstOffset());
    }
  }

  static Horizon read(DataInput in, long sliceNanos) throws IOException {
    Horizon horizon = new Horizon(sliceNanos);
    int entries = in.readInt();
    for (int i = 0; i < entries; i++) {
      horizon.enter(in.readLong(), in.readLong());
    }
    return horizon;
  }
}
