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

  /**
   * Notes the clock as it is after the record at this offset; offsets rise.
   *
   * @return whether it has entered a new slice, so that older ones may not be needed any more
   */
  boolean note(long clockNanos, long offset) {
    if (clockNanos < nextSliceNanos || clockNanos == Shard.NO_CLOCK) {
      return false;
    }
    enter(Math.floorDiv(clockNanos, sliceNanos), offset);
    return true;
  }

  private void enter(long slice, long offset) {
    entries.addLast(new Entry(slice, offset));
    // The last slice that a long can hold has no next one.
    nextSliceNanos =
        slice >= Long.MAX_VALUE / sliceNanos ? Long.MAX_VALUE : (slice + 1) * sliceNanos;
  }

  /**
   * Forgets the slices that lie before the horizon as a whole. It never goes back, so nothing asks
   * for them again.
   *
   * @param horizonNanos rows with an earlier event time matter no more
   */
  void forgetBefore(long horizonNanos) {
    long slice = Math.floorDiv(horizonNanos, sliceNanos);
    while (!entries.isEmpty() && entries.getFirst().slice() < slice) {
      entries.removeFirst();
    }
  }

  /** M: the offset from which a replay must start so that its state at `position` is exact. */
  long replayFrom(long horizonNanos, long position) {
    forgetBefore(horizonNanos);
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
