package dev.tally.bench.streams;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** A time and a decimal in bytes: 8 of nanoseconds, 1 of scale, then the unscaled value. */
final class Decimals {
  private static final int SCALE_AT = Long.BYTES;
  private static final int UNSCALED_AT = SCALE_AT + 1;

  private Decimals() {}

  static byte[] bytes(long nanos, BigDecimal decimal) {
    byte[] unscaled = decimal.unscaledValue().toByteArray();
    return ByteBuffer.allocate(UNSCALED_AT + unscaled.length)
        .putLong(nanos)
        .put((byte) decimal.scale())
        .put(unscaled)
        .array();
  }

  static long nanos(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  static BigDecimal decimal(byte[] bytes) {
    return new BigDecimal(
        new BigInteger(bytes, UNSCALED_AT, bytes.length - UNSCALED_AT), bytes[SCALE_AT]);
  }
}
