package dev.tally.jobs.sources;

import dev.tally.job.Damaged;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The last {@value #TIMES_MAX} event times of a partition, in unix seconds, each with the offset of
 * its frame. Their median tells what time it is in a partition, whatever a minority of the records
 * claims. Held twice: as a ring in the order of offsets, and sorted.
 *
 * <p>Confined to the thread of its shard.
 */
public final class RecentTimes {
  /** The number of times that are held; odd, so that one of them is the median. */
  public static final int TIMES_MAX = 63;

  /** Every time is below it: 10^11 unix seconds, in the year 5138. */
  public static final long TIME_END = 100_000_000_000L;

  private static final int ENTRY_BYTES = 2 * Long.BYTES;

  private final long[] times = new long[TIMES_MAX];
  private final long[] offsets = new long[TIMES_MAX];
  private final long[] sorted = new long[TIMES_MAX];
  private int size;
  private int next; // where the ring takes the next one; the oldest stands there if it is full

  /**
   * Adds a time, in place of the oldest if all {@value #TIMES_MAX} are there.
   *
   * @param timeSeconds unix seconds
   * @param offset higher than all before
   */
  public void add(long timeSeconds, long offset) {
    if (size == TIMES_MAX) {
      replace(times[next], timeSeconds);
    } else {
      int at = placeOf(timeSeconds);
      System.arraycopy(sorted, at, sorted, at + 1, size - at);
      sorted[at] = timeSeconds;
      size++;
    }
    times[next] = timeSeconds;
    offsets[next] = offset;
    next = next + 1 == TIMES_MAX ? 0 : next + 1;
  }

  /** Moves only those of the sorted times that lie between the one that goes and the new one. */
  private void replace(long old, long timeSeconds) {
    int gap = placeOf(old);
    int at = placeOf(timeSeconds);
    if (at > gap) {
      at--;
      System.arraycopy(sorted, gap + 1, sorted, gap, at - gap);
    } else {
      System.arraycopy(sorted, at, sorted, at + 1, gap - at);
    }
    sorted[at] = timeSeconds;
  }

  /** How many of the sorted times are lower. */
  private int placeOf(long timeSeconds) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < timeSeconds) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** The number of times held, 0 to {@value #TIMES_MAX}. */
  public int size() {
    return size;
  }

  /**
   * The median: the 32nd lowest of {@value #TIMES_MAX} times.
   *
   * @throws IllegalStateException if there are fewer
   */
  public long median() {
    if (size < TIMES_MAX) {
      throw new IllegalStateException("there is no median of " + size + " times");
    }
    return sorted[TIMES_MAX / 2];
  }

  /**
   * The highest time if the `skip` highest are left out: 0 gives the highest of all, 1 the next,
   * which may be equal to it.
   *
   * @throws IllegalStateException if there are no more than `skip` times
   */
  public long nthNewest(int skip) {
    if (skip < 0 || skip >= size) {
      throw new IllegalStateException(skip + " of " + size + " times cannot be left out");
    }
    return sorted[size - 1 - skip];
  }

  /**
   * The offset of the oldest time: what a replay must begin with to have the same times.
   *
   * @throws IllegalStateException if there is no time
   */
  public long oldestOffset() {
    if (size == 0) {
      throw new IllegalStateException("no time is held, hence no offset");
    }
    return offsets[oldest()];
  }

  private int oldest() {
    return size < TIMES_MAX ? 0 : next;
  }

  /**
   * The times as bytes, the oldest first.
   *
   * <pre>
   *   1 byte            how many
   *   8 + 8 bytes each  unix seconds and offset, big-endian
   * </pre>
   */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(1 + ENTRY_BYTES * size).put((byte) size);
    for (int i = 0; i < size; i++) {
      int at = (oldest() + i) % TIMES_MAX;
      bytes.putLong(times[at]).putLong(offsets[at]);
    }
    return bytes.array();
  }

  /**
   * The times that {@link #toBytes} wrote.
   *
   * @throws Damaged if it cannot have written these bytes
   */
  public static RecentTimes fromBytes(byte[] bytes) {
    int count = bytes.length == 0 ? -1 : bytes[0];
    if (count < 0 || count > TIMES_MAX || bytes.length != 1 + ENTRY_BYTES * count) {
      throw new Damaged(
          "recent times have "
              + bytes.length
              + " bytes and begin with "
              + Arrays.toString(Arrays.copyOf(bytes, Math.min(1, bytes.length))));
    }
    RecentTimes recent = new RecentTimes();
    ByteBuffer entries = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    long offsetBefore = -1;
    for (int i = 0; i < count; i++) {
      long timeSeconds = entries.getLong();
      long offset = entries.getLong();
      if (timeSeconds < 0 || timeSeconds >= TIME_END) {
        throw new Damaged("a recent time is " + timeSeconds + " s");
      }
      if (offset <= offsetBefore) {
        throw new Damaged("a recent time is at offset " + offset + ", after " + offsetBefore);
      }
      recent.add(timeSeconds, offset);
      offsetBefore = offset;
    }
    return recent;
  }
}
