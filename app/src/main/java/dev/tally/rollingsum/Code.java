package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * A StockCode as its UTF-8 bytes. A window's own code never changes; the one inside a {@link Sale}
 * is moved from row to row over the value's bytes, so that a look-up builds nothing.
 */
final class Code {
  private byte[] bytes = {};
  private int from;
  private int length;
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
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    this.hash = hash;
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
    return key != null && same(key, 0, key.length);
  }

  private boolean same(byte[] other, int otherFrom, int otherLength) {
    if (length != otherLength) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] != other[otherFrom + i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Code code
        && hash == code.hash
        && same(code.bytes, code.from, code.length);
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
