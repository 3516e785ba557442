package dev.tally.jobs.sources;

import dev.tally.job.Damaged;
import dev.tally.job.Source;
import java.nio.ByteBuffer;

/**
 * The records of a source that one commit covers, and what is known of the source after them; the
 * header of what a first stage sends on. Its bytes, big-endian:
 *
 * <pre>
 *  16 bytes  topic id of the source
 *   4 bytes  partition
 *   4 bytes  how many partitions the topic has
 *   8 bytes  from   offset of the first record of the commit
 *   8 bytes  to     offset after the last one
 *   1 byte   flags: 1 the last with this range, 2 the source is idle
 *   8 bytes  clock  of the source, in seconds since 1970; the lowest long if it has none
 * </pre>
 *
 * @param last whether nothing more with this range follows
 * @param idle whether the source has been silent for so long that nobody should wait for it
 */
public record Range(
    Source source, long from, long to, boolean last, boolean idle, long clockSeconds) {
  public static final long NO_CLOCK = Long.MIN_VALUE;

  /** The number of bytes that {@link #write} puts. */
  public static final int BYTES = 2 * Long.BYTES + 2 * Integer.BYTES + 2 * Long.BYTES + 1 + 8;

  private static final int LAST = 1;
  private static final int IDLE = 2;

  /** The same range, where more of it follows: it says nothing of the source yet. */
  public Range withMoreToFollow() {
    // The clock comes last: what it closes must have been counted.
    return new Range(source, from, to, /* last= */ false, /* idle= */ false, NO_CLOCK);
  }

  /** Puts its bytes. */
  public void write(ByteBuffer bytes) {
    bytes
        .putLong(source.topicIdHigh())
        .putLong(source.topicIdLow())
        .putInt(source.partition())
        .putInt(source.partitions())
        .putLong(from)
        .putLong(to)
        .put((byte) ((last ? LAST : 0) | (idle ? IDLE : 0)))
        .putLong(clockSeconds);
  }

  /**
   * Reads what {@link #write} put.
   *
   * @throws Damaged if it cannot have put these bytes
   * @throws java.nio.BufferUnderflowException if there are too few of them
   */
  public static Range read(ByteBuffer bytes) {
    long idHigh = bytes.getLong();
    long idLow = bytes.getLong();
    Source source = new Source(idHigh, idLow, bytes.getInt(), bytes.getInt());
    long from = bytes.getLong();
    long to = bytes.getLong();
    int flags = bytes.get();
    long clockSeconds = bytes.getLong();
    boolean sound =
        source.partition() >= 0
            && source.partition() < source.partitions()
            && from >= 0
            && to >= from
            && (flags & ~(LAST | IDLE)) == 0;
    if (!sound) {
      throw new Damaged("a part of " + source + " with offsets " + from + " to " + to);
    }
    return new Range(source, from, to, (flags & LAST) != 0, (flags & IDLE) != 0, clockSeconds);
  }
}
