package dev.tally.jobs.topindustries;

import dev.tally.job.Damaged;
import dev.tally.jobs.sources.Range;
import java.nio.ByteBuffer;

/**
 * Says that the facts of a {@link Range} of orders have all been sent, and what time it is in their
 * partition; one of the two records between the stages `orders` and `rank`. Its bytes:
 *
 * <pre>
 *   1 byte   kind, 2
 *  49 bytes  the range
 * </pre>
 */
final class RangeRecord {
  static final byte KIND = 2;
  static final int BYTES = 1 + Range.BYTES;

  private RangeRecord() {}

  static byte[] toBytes(Range range) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).put(KIND);
    range.write(bytes);
    return bytes.array();
  }

  /**
   * Reads a range.
   *
   * @throws Damaged if no stage of this version can have written it
   */
  static Range read(ByteBuffer value) {
    ByteBuffer bytes = value.slice();
    if (bytes.remaining() != BYTES || bytes.get() != KIND) {
      throw new Damaged("a range of " + value.remaining() + " bytes");
    }
    Range range = Range.read(bytes);
    if (!range.last()) {
      throw new Damaged("a range that is not the last one of " + range.source());
    }
    return range;
  }
}
