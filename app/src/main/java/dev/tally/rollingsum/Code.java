package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A StockCode as its UTF-8 bytes. A window's own code never changes; the one inside a {@link Sale}
 * is moved from row to row over the value's bytes, so that a look-up builds nothing.
 */
final class Code {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  // Spreads words that differ in a few digits over a hash table.
  private static final int GOLDEN = 0x9E3779B9;

  private byte[] bytes = {};
  private int from;
  private int length;
  // The first eight bytes: most codes are no longer.
  private long word;
  private int hash;

  static Code of(byte[] bytes) {
    Code code = new Code();
    code.set(bytes, 0, bytes.length);
    return code;
  }

  void set(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.length = to - from;
    this.word = wordOf(bytes, from, to);
    int hash = Long.hashCode(word) * GOLDEN;
    for (int i = from + Long.BYTES; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    this.hash = hash;
  }

  private static long wordOf(byte[] bytes, int from, int to) {
    if (from + Long.BYTES > bytes.length) {
      long word = 0;
      for (int i = from; i < to; i++) {
        word |= (bytes[i] & 0xffL) << (Byte.SIZE * (i - from));
      }
      return word;
    }
    long word = (long) WORD.get(bytes, from);
    int excess = Long.BYTES - (to - from);
    return excess <= 0 ? word : word << (Byte.SIZE * excess) >>> (Byte.SIZE * excess);
  }

  Code copy() {
    byte[] copy = new byte[length];
    System.arraycopy(bytes, from, copy, 0, length);
    return of(copy);
  }

  /** The bytes themselves, of a code that was copied. */
  byte[] bytes() {
    if (from != 0 || length != bytes.length) {
      throw new IllegalStateException("a view has no bytes of its own; copy it first");
    }
    return bytes;
  }

  int length() {
    return length;
  }

  byte at(int index) {
    return bytes[from + index];
  }

  /** Whether these are exactly the bytes of a record's key. */
  boolean sameAs(byte @Nullable [] key) {
    return key != null
        && length == key.length
        && word == wordOf(key, 0, length)
        && sameTail(key, 0);
  }

  /** Behind the first eight bytes. */
  private boolean sameTail(byte[] other, int otherFrom) {
    for (int i = Long.BYTES; i < length; i++) {
      if (bytes[from + i] != other[otherFrom + i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Code code
        && word == code.word
        && length == code.length
        && sameTail(code.bytes, code.from);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return new String(bytes, from, length, UTF_8);
  }
}
