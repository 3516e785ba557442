package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.json.LittleEndian;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A StockCode as its UTF-8 bytes, at least one. Codes that {@link #of} makes never change; the one
 * in a {@link Sale} is overwritten by the next row, so that a look-up builds nothing.
 *
 * <p>Confined to the thread of its shard, or of {@link WindowCounter}.
 */
final class StockCode {
  private static final int WORD_BYTES = Long.BYTES - 1;
  private static final int LENGTH_AT = Byte.SIZE * WORD_BYTES;
  private static final int SHORT_BYTES_MAX = WORD_BYTES + Long.BYTES;
  // Spreads words that differ in few digits across a hash table.
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private byte[] bytes = new byte[Long.BYTES];
  private int length;
  private long word;
  private long more;

  static StockCode of(byte[] bytes) {
    StockCode code = new StockCode();
    code.bytes = new byte[bytes.length];
    code.set(bytes, 0, bytes.length);
    return code;
  }

  void set(byte[] source, int from, int to) {
    length = to - from;
    word = wordOf(source, from, length);
    more = moreOf(source, from, length);
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    System.arraycopy(source, from, bytes, 0, length);
  }

  private static long wordOf(byte[] source, int from, int length) {
    long first = read(source, from, Math.min(length, WORD_BYTES));
    return first | (long) Math.min(length, 0xff) << LENGTH_AT;
  }

  private static long moreOf(byte[] source, int from, int length) {
    return length <= WORD_BYTES
        ? 0
        : read(source, from + WORD_BYTES, Math.min(length - WORD_BYTES, Long.BYTES));
  }

  /** Reads `count` bytes, one to eight, the first one lowest. */
  private static long read(byte[] source, int from, int count) {
    if (from + Long.BYTES <= source.length) {
      return LittleEndian.low(LittleEndian.get(source, from), count);
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (source[from + i] & 0xffL) << (Byte.SIZE * i);
    }
    return value;
  }

  /** The short code that has this {@link #word} and these {@link #more} bytes. */
  static StockCode of(long word, long more) {
    byte[] bytes = new byte[(int) (word >>> LENGTH_AT)];
    for (int i = 0; i < bytes.length; i++) {
      long source =
          i < WORD_BYTES ? word >>> (Byte.SIZE * i) : more >>> (Byte.SIZE * (i - WORD_BYTES));
      bytes[i] = (byte) source;
    }
    return of(bytes);
  }

  /** The bytes of the code, and room after them; see {@link #length}. */
  byte[] bytes() {
    return bytes;
  }

  /** A copy of the bytes of the code. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  int length() {
    return length;
  }

  /** The first seven bytes, and the length in the highest byte. It is never zero. */
  long word() {
    return word;
  }

  /** The eight bytes after the first seven. */
  long more() {
    return more;
  }

  /** Whether {@link #word} and {@link #more} hold all of it, as for most codes. */
  boolean isShort() {
    return isShort(word);
  }

  static boolean isShort(long word) {
    return word >>> LENGTH_AT <= SHORT_BYTES_MAX;
  }

  /** Whether the code has exactly these bytes. */
  boolean hasBytes(byte[] other) {
    return Arrays.equals(bytes, 0, length, other, 0, other.length);
  }

  /** Whether a record key has exactly the bytes of this code. */
  boolean sameAs(@Nullable ByteBuffer key) {
    if (key == null || key.remaining() != length) {
      return false;
    }
    if (isShort() && key.hasArray()) {
      int from = key.arrayOffset() + key.position();
      return word == wordOf(key.array(), from, length) && more == moreOf(key.array(), from, length);
    }
    return key.equals(ByteBuffer.wrap(bytes, 0, length));
  }

  /** A hash of all its bytes. */
  int hash() {
    int hash = hashOf(word, more);
    for (int i = SHORT_BYTES_MAX; i < length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }

  /** The hash of a short code. */
  static int hashOf(long word, long more) {
    return (int) ((((word * GOLDEN) ^ more) * GOLDEN) >>> Integer.SIZE);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, UTF_8);
  }
}
