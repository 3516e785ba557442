package dev.tally.engine;

import dev.tally.job.Shard;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far back a machine without saved state must read. Whenever the clock enters a new slice of
 * event time, the offset of the record that moved it there is noted; every record before that
 * offset is older than the slice. The first noted slice that reaches the horizon therefore gives
 * the replay offset: records before it shape no later answer, and the record at it sets the clock
 * in a replay as it did the first time.
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
   * Notes the clock after the record at this offset; offsets only rise.
   *
   * @return whether it has entered a new slice, so that older ones may no longer be needed
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
   * Forgets the slices that lie wholly before the horizon. The horizon never goes back, so they are
   * not needed again.
   *
   * @param horizonNanos records with an earlier event time shape no later answer
   */
  void forgetBefore(long horizonNanos) {
    long slice = Math.floorDiv(horizonNanos, sliceNanos);
    while (!entries.isEmpty() && entries.getFirst().slice() < slice) {
      entries.removeFirst();
    }
  }

  /** The replay offset: where a replay must start for its state at `position` to be exact. */
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
