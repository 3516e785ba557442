package dev.tally.bench.streams;

import java.util.Arrays;

/**
 * A few rows of one key as they arrived, in some ten bytes each: time and amount, the time as the
 * difference to the row before, as zigzag varints.
 */
final class Chunk {
  private static final int VARINT_BYTES_MAX = 10;
  private static final byte[] NONE = {};

  private byte[] bytes;
  private int at;
  private long nanos;
  private long amount;

  private Chunk(byte[] bytes) {
    this.bytes = bytes;
  }

  /** With another row. */
  static byte[] append(byte[] chunk, long lastNanos, long nanos, long amount) {
    Chunk writer = new Chunk(Arrays.copyOf(chunk, chunk.length + 2 * VARINT_BYTES_MAX));
    writer.at = chunk.length;
    writer.write(nanos - lastNanos);
    writer.write(amount);
    return Arrays.copyOf(writer.bytes, writer.at);
  }

  static byte[] none() {
    return NONE;
  }

  static Chunk reader(byte[] chunk) {
    return new Chunk(chunk);
  }

  /** Whether there is another row, which is then what nanos() and amount() tell. */
  boolean next() {
    if (at == bytes.length) {
      return false;
    }
    nanos += read();
    amount = read();
    return true;
  }

  long nanos() {
    return nanos;
  }

  long amount() {
    return amount;
  }

  private void write(long number) {
    long rest = (number << 1) ^ (number >> 63);
    while ((rest & ~0x7FL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
  }

  private long read() {
    long zigzag = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[at++];
      zigzag |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
  }
}
