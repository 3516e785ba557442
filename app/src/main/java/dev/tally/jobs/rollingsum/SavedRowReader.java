package dev.tally.jobs.rollingsum;

import static java.util.Objects.requireNonNull;

import dev.tally.job.Damaged;
import dev.tally.json.LittleEndian;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link SavedRowWriter} wrote, and throws {@link Damaged} if it cannot have written it.
 * Confined to the thread that reads the state: that of its shard, or of {@link WindowCounter}.
 */
final class SavedRowReader {
  // Price and quantity have at most 9 decimals and 15 digits before the point.
  private static final int SCALE_MAX = 30;
  private static final int UNSCALED_BYTES_MAX = 21; // of 48 digits and a sign

  private final byte[] bytes;
  private final int end;
  private int at;
  private @Nullable StockCode code;
  private long stepNanos;
  private long micros;
  private @Nullable BigDecimal wide;

  /**
   * Begins to read the value of an entry.
   *
   * @param code the StockCode of the first row, if that does not name its own
   */
  SavedRowReader(byte[] value, @Nullable StockCode code) {
    // With room to read eight bytes at any index where a number begins.
    this.bytes = Arrays.copyOf(value, value.length + Long.BYTES);
    this.end = value.length;
    this.code = code;
    if (value.length == 0) {
      throw new Damaged("an entry without rows");
    }
  }

  /**
   * Reads the next row.
   *
   * @return whether there was one
   */
  boolean next() {
    if (at == end) {
      return false;
    }
    int flags = bytes[at++];
    stepNanos = unzigzag(number(1 + (flags >>> 3 & 7)));
    long amount = number(1 + (flags & 7));
    if ((flags & SavedRowWriter.WIDE) == 0) {
      micros = unzigzag(amount);
      wide = null;
    } else {
      micros = 0;
      wide = wide(amount);
    }
    if ((flags & SavedRowWriter.NAMED) != 0) {
      code = StockCode.of(take(nameLength(), SaleReader.STOCK_CODE_BYTES_MAX, "a StockCode"));
    }
    if (code == null) {
      throw new Damaged("a row without a StockCode");
    }
    return true;
  }

  private long number(int count) {
    if (count > end - at) {
      throw new Damaged("a number is cut off");
    }
    long value = LittleEndian.low(LittleEndian.get(bytes, at), count);
    at += count;
    return value;
  }

  private int nameLength() {
    int first = (int) number(1);
    return first < SavedRowWriter.LONG_NAME
        ? first
        : (first - SavedRowWriter.LONG_NAME) << Byte.SIZE | (int) number(1);
  }

  private static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private BigDecimal wide(long shape) {
    long scale = unzigzag(shape >>> Byte.SIZE);
    if (Math.abs(scale) > SCALE_MAX) {
      throw new Damaged("an amount of scale " + scale);
    }
    byte[] unscaled = take((int) (shape & 0xff), UNSCALED_BYTES_MAX, "an amount");
    return new BigDecimal(new BigInteger(unscaled), (int) scale);
  }

  private byte[] take(int count, int max, String what) {
    if (count < 1 || count > Math.min(max, end - at)) {
      throw new Damaged(what + " of " + count + " bytes");
    }
    at += count;
    return Arrays.copyOfRange(bytes, at - count, at);
  }

  /** StockCode of the current row. */
  StockCode code() {
    return requireNonNull(code, "no row was read");
  }

  /** Its event time, relative to the previous row or, for the first, to the start of the slice. */
  long stepNanos() {
    return stepNanos;
  }

  /** Its amount in millionths, unless there is a {@link #wide} one. */
  long micros() {
    return micros;
  }

  @Nullable BigDecimal wide() {
    return wide;
  }
}
