package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A StockCode as its UTF-8 bytes, one at least. A window's own code never changes; the one inside a
 * {@link Sale} is overwritten by the next row, so that a look-up builds nothing.
 */
final class Code {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SHORT_BYTES_MAX = Long.BYTES - 1;
  private static final int LENGTH_AT = Byte.SIZE * SHORT_BYTES_MAX;
  // Spreads words that differ in a few digits over a hash table.
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private byte[] bytes = new byte[Long.BYTES];
  private int length;
  private long word;

  static Code of(byte[] bytes) {
    Code code = new Code();
    code.bytes = new byte[bytes.length];
    code.set(bytes, 0, bytes.length);
    return code;
  }

  void set(byte[] source, int from, int to) {
    length = to - from;
    word = wordOf(source, from, length);
    if (bytes.length < length) {
      bytes = new byte[length];
    }
    System.arraycopy(source, from, bytes, 0, length);
  }

  private static long wordOf(byte[] source, int from, int length) {
    int count = Math.min(length, SHORT_BYTES_MAX);
    long word = 0;
    if (from + Long.BYTES <= source.length) {
      int excess = Byte.SIZE * (Long.BYTES - count);
      word = (long) WORD.get(source, from) << excess >>> excess;
    } else {
      for (int i = 0; i < count; i++) {
        word |= (source[from + i] & 0xffL) << (Byte.SIZE * i);
      }
    }
    return word | (long) Math.min(length, 0xff) << LENGTH_AT;
  }

  Code copy() {
    return of(Arrays.copyOf(bytes, length));
  }

  /** Begins with the code's bytes; one that was made by {@link #of} has no others. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** The first seven bytes and the length: all of a short code. It is never zero. */
  long word() {
    return word;
  }

  /** Whether the word is all of it, as it is of most. */
  boolean isShort() {
    return length <= SHORT_BYTES_MAX;
  }

  /** Whether these are exactly the bytes of a record's key. */
  boolean sameAs(@Nullable ByteBuffer key) {
    if (key == null || key.remaining() != length) {
      return false;
    }
    if (isShort() && key.hasArray()) {
      return word == wordOf(key.array(), key.arrayOffset() + key.position(), length);
    }
    return key.equals(ByteBuffer.wrap(bytes, 0, length));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Code code
        && word == code.word
        && (isShort() || Arrays.equals(bytes, 0, length, code.bytes, 0, code.length));
  }

  @Override
  public int hashCode() {
    long hash = word * GOLDEN;
    for (int i = SHORT_BYTES_MAX; i < length; i++) {
      hash = (hash + bytes[i]) * GOLDEN;
    }
    return (int) (hash >>> Integer.SIZE);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, UTF_8);
  }
}
