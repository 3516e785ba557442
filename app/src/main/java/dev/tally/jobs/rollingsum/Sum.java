package dev.tally.jobs.rollingsum;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * An exact running total. Amounts that are whole millionths within a long, as real ones are, are
 * added up in 128 bits, which 2^64 of them cannot overflow. All other amounts are added to a
 * BigDecimal beside that. Nothing is ever rounded.
 *
 * <p>Confined to the thread of its shard, or of {@link WindowCounter}.
 */
final class Sum {
  /** Decimals of the plain amounts: prices have up to three, quantities are mostly whole. */
  static final int PLAIN_SCALE = 6;

  private long low;
  private long high;
  private @Nullable BigDecimal wide;
  private long wideCount;

  void clear() {
    low = 0;
    high = 0;
    wide = null;
    wideCount = 0;
  }

  void set(Sum other) {
    low = other.low;
    high = other.high;
    wide = other.wide;
    wideCount = other.wideCount;
  }

  /** Restores the total that {@link #micros} returned when it was {@link #plain}. */
  void set(long micros) {
    low = micros;
    high = micros >> 63;
    wide = null;
    wideCount = 0;
  }

  /** Adds one amount: `wideAmount` if there is one, and millionths otherwise. */
  void add(long micros, @Nullable BigDecimal wideAmount) {
    if (wideAmount != null) {
      wide = wide == null ? wideAmount : wide.add(wideAmount);
      wideCount++;
      return;
    }
    long sum = low + micros;
    // The carry out of the low half is that of unsigned numbers; the amount is sign-extended.
    high += (micros >> 63) + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    low = sum;
  }

  /** Takes out one amount that was added earlier. */
  void subtract(long micros, @Nullable BigDecimal wideAmount) {
    if (wideAmount != null) {
      wide = --wideCount == 0 || wide == null ? null : wide.subtract(wideAmount);
      return;
    }
    long difference = low - micros;
    high -= (micros >> 63) + (Long.compareUnsigned(low, micros) < 0 ? 1 : 0);
    low = difference;
  }

  /** Whether {@link #micros} is the whole total. */
  boolean plain() {
    return wideCount == 0 && high == low >> 63;
  }

  long micros() {
    return low;
  }

  BigDecimal exact() {
    BigInteger unscaled =
        BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low)));
    BigDecimal narrow = new BigDecimal(unscaled, PLAIN_SCALE);
    return wide == null ? narrow : narrow.add(wide);
  }
}
