package dev.tally.rollingsum;

import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of saved rows: one entry holds the rows of one StockCode in one slice of event time.
 *
 * <pre>
 * key    1 byte   KeyedState.JOB_PREFIX
 *        8 bytes  slice number, big-endian: event time in nanoseconds / length of a slice
 *        n bytes  StockCode
 * value  rows in their order in the window, each
 *        varint   event time: nanoseconds since the row before, or since the slice began
 *        varint   amount: zigzag of the millionths, plus 1; or 0, and then
 *                 varint scale, varint length, that many bytes of unscaled two's complement
 * </pre>
 *
 * The slice stands first, so that an expired slice is one range, whatever codes are in it.
 */
final class SliceFormat {
  private static final int CODE_AT = 1 + Long.BYTES;

  // Price and quantity have at most 9 decimals and 15 digits before the point.
  private static final int SCALE_MAX = 30;
  private static final int UNSCALED_BYTES_MAX = 21; // of 48 digits and a sign

  private final long sliceNanos;
  private final long windowNanos;
  private final Bytes bytes = new Bytes();

  /** A growing buffer; ByteArrayOutputStream locks for every byte. */
  private static final class Bytes {
    private static final int VARINT_BYTES_MAX = 10;

    private byte[] bytes = new byte[256];
    private int length;

    void reset() {
      length = 0;
    }

    void varint(long value) {
      makeRoomFor(VARINT_BYTES_MAX);
      while ((value & ~0x7fL) != 0) {
        bytes[length++] = (byte) (value | 0x80);
        value >>>= 7;
      }
      bytes[length++] = (byte) value;
    }

    void append(byte[] more) {
      makeRoomFor(more.length);
      System.arraycopy(more, 0, bytes, length, more.length);
      length += more.length;
    }

    private void makeRoomFor(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * (length + more));
      }
    }

    byte[] copy() {
      return Arrays.copyOf(bytes, length);
    }
  }

  SliceFormat(long sliceNanos, long windowNanos) {
    this.sliceNanos = sliceNanos;
    this.windowNanos = windowNanos;
  }

  long sliceOf(long epochNanos) {
    return Math.floorDiv(epochNanos, sliceNanos);
  }

  static byte[] sliceStart(long slice) {
    return ByteBuffer.allocate(CODE_AT).put(KeyedState.JOB_PREFIX).putLong(slice).array();
  }

  static byte[] key(long slice, Code code) {
    return ByteBuffer.allocate(CODE_AT + code.length())
        .put(KeyedState.JOB_PREFIX)
        .putLong(slice)
        .put(code.bytes())
        .array();
  }

  static Code codeOf(byte[] key) {
    if (key.length <= CODE_AT) {
      throw new Damaged("a key of " + key.length + " bytes");
    }
    return Code.of(Arrays.copyOfRange(key, CODE_AT, key.length));
  }

  private static long sliceOfKey(byte[] key) {
    return ByteBuffer.wrap(key).getLong(1);
  }

  /** Adds the entries of a window's slices from the one of this event time on. */
  void write(Window window, long fromNanos, KeyedState.Batch batch) {
    int row = window.firstFrom(sliceOf(fromNanos) * sliceNanos);
    while (row < window.end()) {
      long slice = sliceOf(window.epochNanos(row));
      long start = slice * sliceNanos;
      long before = start;
      bytes.reset();
      while (row < window.end() && window.epochNanos(row) - start < sliceNanos) {
        bytes.varint(window.epochNanos(row) - before);
        before = window.epochNanos(row);
        writeAmount(window.micros(row), window.wide(row));
        row++;
      }
      batch.put(key(slice, window.code()), bytes.copy());
    }
  }

  private void writeAmount(long micros, @Nullable BigDecimal wide) {
    long zigzag = (micros << 1) ^ (micros >> 63);
    // The one amount whose zigzag plus 1 is 0 again is written as if it were wide.
    if (wide == null && zigzag != -1) {
      bytes.varint(zigzag + 1);
      return;
    }
    BigDecimal amount = wide == null ? BigDecimal.valueOf(micros, Sum.PLAIN_SCALE) : wide;
    byte[] unscaled = amount.unscaledValue().toByteArray();
    bytes.varint(0);
    bytes.varint(amount.scale() & 0xffffffffL);
    bytes.varint(unscaled.length);
    bytes.append(unscaled);
  }

  /**
   * Appends the rows of one entry to a window.
   *
   * @throws Damaged if the bytes are none of ours
   */
  void read(byte[] key, byte[] value, Window window) {
    ByteBuffer in = ByteBuffer.wrap(value);
    long slice = sliceOfKey(key);
    long epoch = slice * sliceNanos;
    if (value.length == 0) {
      throw new Damaged("an entry without rows");
    }
    while (in.hasRemaining()) {
      long step = varint(in);
      epoch += step;
      if (step < 0 || sliceOf(epoch) != slice) {
        throw new Damaged("a row at " + epoch + " ns in slice " + slice);
      }
      long tag = varint(in);
      if (tag != 0) {
        long zigzag = tag - 1;
        window.restore(epoch, (zigzag >>> 1) ^ -(zigzag & 1), null, windowNanos);
      } else {
        int scale = (int) varint(in);
        long length = varint(in);
        if (Math.abs((long) scale) > SCALE_MAX
            || length < 1
            || length > Math.min(UNSCALED_BYTES_MAX, in.remaining())) {
          throw new Damaged("an amount of " + length + " bytes and scale " + scale);
        }
        byte[] unscaled = new byte[(int) length];
        in.get(unscaled);
        window.restore(epoch, 0, new BigDecimal(new BigInteger(unscaled), scale), windowNanos);
      }
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        throw new Damaged("a number is cut off");
      }
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new Damaged("a number has more than 64 bits");
  }
}
