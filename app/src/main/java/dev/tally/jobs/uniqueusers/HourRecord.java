package dev.tally.jobs.uniqueusers;

import dev.tally.job.Damaged;
import java.nio.ByteBuffer;

/**
 * An hour as it stands; the record between the stages `minutes` and `calendar`. A later one for the
 * same hour takes its place. Its bytes, big-endian:
 *
 * <pre>
 *   1 byte   version, 1
 *   8 bytes  start of the hour, in seconds since 1970
 *   8 bytes  closedTo: hours that end by then are closed; the lowest long if none is
 *   8 bytes  frames; 0 if the record only says what is closed
 *   n bytes  the users, as {@link UserSet#toBytes}
 * </pre>
 */
record HourRecord(long start, long closedTo, long frames, UserSet users) {
  static final int BYTES_MAX = 1 << 20;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + 3 * Long.BYTES;

  byte[] toBytes() {
    byte[] set = users.toBytes();
    return ByteBuffer.allocate(HEADER_BYTES + set.length)
        .put(VERSION)
        .putLong(start)
        .putLong(closedTo)
        .putLong(frames)
        .put(set)
        .array();
  }

  /**
   * Reads a record.
   *
   * @throws Damaged if no stage of this version can have written it
   */
  static HourRecord read(ByteBuffer value) {
    ByteBuffer bytes = value.slice();
    if (bytes.remaining() <= HEADER_BYTES) {
      throw new Damaged("an hour of " + bytes.remaining() + " bytes");
    }
    byte version = bytes.get();
    if (version != VERSION) {
      throw new Damaged("an hour of version " + version + ", this version reads " + VERSION);
    }
    long start = bytes.getLong();
    long closedTo = bytes.getLong();
    long frames = bytes.getLong();
    byte[] set = new byte[bytes.remaining()];
    bytes.get(set);
    UserSet users = UserSet.fromBytes(set);
    if (WindowKind.HOUR.start(start) != start || frames < users.lower() || frames < 0) {
      throw new Damaged("an hour that starts at " + start + " with " + frames + " frames");
    }
    return new HourRecord(start, closedTo, frames, users);
  }
}
