package dev.tally.jobs.uniqueusers;

import dev.tally.job.Damaged;
import dev.tally.jobs.sources.Range;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;

/**
 * What one commit of one partition adds to the minutes of one hour; the record between the stages
 * `parts` and `minutes`. A commit that touches several hours has a part for each, with the same
 * range. Its bytes, big-endian:
 *
 * <pre>
 *   1 byte   version, 1
 *  49 bytes  the {@link Range} of frames that the commit covers
 *   8 bytes  hour   that the minutes lie in, in seconds since 1970; 0 without minutes
 *   2 bytes  number of minutes, and for each of them:
 *     1 byte   minute of the hour
 *     4 bytes  frames
 *     4 bytes  number of hashes, then 8 bytes each
 * </pre>
 *
 * @param minutes lies at the first minute; what follows is read while it is merged
 */
record Part(Range range, long hour, ByteBuffer minutes) {
  /** The largest one: as many hashes as are gathered, in as many minutes as there can be. */
  static final int BYTES_MAX = 64 + 60 * 9 + (PartsShard.HASHES_MAX + 1) * Long.BYTES;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + Range.BYTES + Long.BYTES + Short.BYTES;
  private static final int MINUTE_HEADER_BYTES = 9;
  private static final int MINUTES_MAX = 60;

  /** Takes the minutes of a part one by one. */
  interface Visitor {
    /**
     * One minute.
     *
     * @param start in seconds since 1970
     * @param hashes of its users, each once, to be read from the position on
     */
    void minute(long start, int frames, int count, ByteBuffer hashes);
  }

  /** The bytes of a part with these minutes, by their start. */
  static byte[] write(Range range, SortedMap<Long, MinuteTally> minutes) {
    int size = HEADER_BYTES;
    for (MinuteTally minute : minutes.values()) {
      size += MINUTE_HEADER_BYTES + Math.toIntExact(minute.users().users()) * Long.BYTES;
    }
    long hour = minutes.isEmpty() ? 0 : WindowKind.HOUR.start(minutes.firstKey());
    ByteBuffer bytes = ByteBuffer.allocate(size).put(VERSION);
    range.write(bytes);
    bytes.putLong(hour).putShort((short) minutes.size());
    for (Map.Entry<Long, MinuteTally> minute : minutes.entrySet()) {
      bytes
          .put((byte) ((minute.getKey() - hour) / WindowKind.MINUTE_SECONDS))
          .putInt(minute.getValue().frames())
          .putInt((int) minute.getValue().users().users());
      minute.getValue().users().forEachHash(bytes::putLong);
    }
    return bytes.array();
  }

  /**
   * Reads a part, and checks all of it.
   *
   * @throws Damaged if no stage of this version can have written it
   */
  static Part read(ByteBuffer value) {
    ByteBuffer bytes = value.slice();
    try {
      byte version = bytes.get();
      if (version != VERSION) {
        throw new Damaged("a part of version " + version + ", this version reads " + VERSION);
      }
      Range range = Range.read(bytes);
      long hour = bytes.getLong();
      int count = bytes.getShort();
      if (count < 0 || count > MINUTES_MAX || WindowKind.HOUR.start(hour) != hour) {
        throw new Damaged("a part with " + count + " minutes of the hour from " + hour);
      }
      Part part = new Part(range, hour, bytes.slice());
      if (part.requireMinutes() != count) {
        throw new Damaged("a part with another number of minutes than it says");
      }
      return part;
    } catch (BufferUnderflowException e) {
      throw new Damaged("a part of " + value.remaining() + " bytes, which end too early");
    }
  }

  private int requireMinutes() {
    ByteBuffer rest = minutes.duplicate();
    int before = -1;
    int count = 0;
    while (rest.hasRemaining()) {
      int minute = rest.get();
      int frames = rest.getInt();
      int hashes = rest.getInt();
      boolean sound =
          minute > before
              && minute < MINUTES_MAX
              && hashes >= 1
              && hashes <= frames
              && hashes <= rest.remaining() / Long.BYTES;
      if (!sound) {
        throw new Damaged(
            "a part with minute " + minute + ", " + frames + " frames, " + hashes + " hashes");
      }
      rest.position(rest.position() + hashes * Long.BYTES);
      before = minute;
      count++;
    }
    return count;
  }

  boolean hasMinutes() {
    return minutes.hasRemaining();
  }

  void forEachMinute(Visitor visitor) {
    ByteBuffer rest = minutes.duplicate();
    while (rest.hasRemaining()) {
      long start = hour + rest.get() * WindowKind.MINUTE_SECONDS;
      int frames = rest.getInt();
      int count = rest.getInt();
      int after = rest.position() + count * Long.BYTES;
      visitor.minute(start, frames, count, rest);
      rest.position(after);
    }
  }
}
