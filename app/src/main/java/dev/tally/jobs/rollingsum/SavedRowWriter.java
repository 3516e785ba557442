package dev.tally.jobs.rollingsum;

import dev.tally.json.LittleEndian;
import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes saved rows into a buffer that grows. Each row is:
 *
 * <pre>
 *   1 byte   bit 7: it names its StockCode; otherwise it has that of the previous row
 *            bit 6: its amount is wide
 *            bits 5-3 and 2-0: number of bytes of the time and of the amount, each less 1
 *   1-8      event time: nanoseconds since the previous row or, in the first, since the slice began
 *   1-8      amount: millionths; if it is wide, scale << 8 | n
 *   n bytes  (wide) unscaled value in two's complement, big-endian
 *   1-2      (named) length of the StockCode; from 128 on 0x80 | length / 256, then length % 256
 *   n bytes  (named) the StockCode
 * </pre>
 *
 * Numbers are little-endian. Those with a sign (time, millionths, scale) are in zigzag encoding: 0,
 * -1, 1, -2, ... {@link SavedRowReader} reads all this. Confined to the thread of its shard.
 */
final class SavedRowWriter {
  static final int NAMED = 0x80;
  static final int WIDE = 0x40;
  static final int LONG_NAME = 0x80;

  private static final int NUMBERS_BYTES_MAX = 1 + 2 * Long.BYTES;

  private byte[] bytes = new byte[256];
  private int length;

  void reset() {
    length = 0;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Adds a row with the StockCode of the previous row. */
  void row(long stepNanos, long micros, @Nullable BigDecimal wide) {
    row(0, stepNanos, micros, wide);
  }

  /** Adds a row that names its StockCode. */
  void row(StockCode code, long stepNanos, long micros, @Nullable BigDecimal wide) {
    row(NAMED, stepNanos, micros, wide);
    int count = code.length();
    makeRoomFor(2 + count);
    if (count >= LONG_NAME) {
      bytes[length++] = (byte) (LONG_NAME | count >>> Byte.SIZE);
    }
    bytes[length++] = (byte) count;
    append(code.bytes(), count);
  }

  private void row(int flags, long stepNanos, long micros, @Nullable BigDecimal wide) {
    if (wide == null) {
      numbers(flags, zigzag(stepNanos), zigzag(micros));
      return;
    }
    byte[] unscaled = wide.unscaledValue().toByteArray();
    long shape = zigzag(wide.scale()) << Byte.SIZE | unscaled.length;
    numbers(flags | WIDE, zigzag(stepNanos), shape);
    append(unscaled, unscaled.length);
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  private void numbers(int flags, long time, long amount) {
    makeRoomFor(NUMBERS_BYTES_MAX);
    int timeBytes = bytesOf(time);
    int amountBytes = bytesOf(amount);
    bytes[length] = (byte) (flags | (timeBytes - 1) << 3 | (amountBytes - 1));
    // Writes eight bytes each; what comes next overwrites the excess. That is faster than a loop.
    LittleEndian.set(bytes, length + 1, time);
    LittleEndian.set(bytes, length + 1 + timeBytes, amount);
    length += 1 + timeBytes + amountBytes;
  }

  private static int bytesOf(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + Byte.SIZE - 1) / Byte.SIZE;
  }

  private void append(byte[] more, int count) {
    makeRoomFor(count);
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
  }

  private void makeRoomFor(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (length + more));
    }
  }
}
