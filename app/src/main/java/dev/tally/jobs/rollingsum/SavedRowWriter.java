package dev.tally.jobs.rollingsum;

import dev.tally.json.LittleEndian;
import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of saved rows, in a buffer that grows. Of each row:
 *
 * <pre>
 *   1 byte   1 bit whether it names its StockCode, or has that of the row before; 1 bit whether its
 *            amount is wide; 3 bits how many bytes the time takes, less 1; 3 bits the same of the
 *            amount
 *   1-8      event time: nanoseconds since the row before, or since the slice began
 *   1-8      amount: millionths; or, if it is wide, scale << 8 | n
 *   n bytes  (wide) unscaled value in two's complement, big-endian
 *   1-2      (named) length of the StockCode; from 128 on 0x80 | length / 256, then length % 256
 *   n bytes  that StockCode
 * </pre>
 *
 * Numbers are little-endian; those with a sign (time, millionths, scale) are zigzags: 0, -1, 1, -2,
 * ... {@link SavedRowReader} reads them.
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

  /** Adds a row of the StockCode that the row before it has. */
  void row(long stepNanos, long micros, @Nullable BigDecimal wide) {
    row(0, stepNanos, micros, wide);
  }

  /** Adds a row and names its StockCode. */
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
    // Eight bytes each, of which the next overwrites what is too much: quicker than loops.
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
