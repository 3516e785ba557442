package dev.tally.jobs.rollingsum;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The four required fields of one sales row. One object serves a whole partition: each row
 * overwrites the previous one. It copies what it needs, because the bytes of a row lie in the
 * memory of a whole fetch.
 *
 * <p>Confined to the thread of its shard.
 */
final class Sale {
  /** An event time that no clock in nanoseconds since 1970 can hold: the year 2262 and later. */
  static final long BEYOND_CLOCK = Long.MAX_VALUE;

  private static final long[] POWERS_OF_TEN = new long[19];

  static {
    POWERS_OF_TEN[0] = 1;
    for (int i = 1; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = 10 * POWERS_OF_TEN[i - 1];
    }
  }

  private final StockCode code = new StockCode();
  private byte[] epochText = new byte[32];
  private int epochLength;
  private long epochNanos;
  private long micros;
  private @Nullable BigDecimal wide;

  /** StockCode; the next row overwrites it. */
  StockCode code() {
    return code;
  }

  /** InvoiceDate in nanoseconds since 1970, or {@link #BEYOND_CLOCK}. */
  long epochNanos() {
    return epochNanos;
  }

  /** Price x Quantity in millionths, unless there is a {@link #wide} amount. */
  long micros() {
    return micros;
  }

  /** Price x Quantity if it is not a whole number of millionths within a long, else null. */
  @Nullable BigDecimal wide() {
    return wide;
  }

  /** The characters of InvoiceDate as the producer wrote them, and room after them. */
  byte[] epochText() {
    return epochText;
  }

  int epochLength() {
    return epochLength;
  }

  void setEpoch(long nanos, byte[] text, int from, int to) {
    epochNanos = nanos;
    epochLength = to - from;
    if (epochText.length < epochLength) {
      epochText = new byte[epochLength];
    }
    System.arraycopy(text, from, epochText, 0, epochLength);
  }

  /** Takes price and quantity, each as unscaled x 10^-scale, with scales from 0 to 9. */
  void setAmount(long price, int priceScale, long quantity, int quantityScale) {
    int scale = priceScale + quantityScale;
    long product = price * quantity;
    if (scale <= Sum.PLAIN_SCALE && Math.multiplyHigh(price, quantity) == product >> 63) {
      long power = POWERS_OF_TEN[Sum.PLAIN_SCALE - scale];
      long scaled = product * power;
      if (Math.multiplyHigh(product, power) == scaled >> 63) {
        micros = scaled;
        wide = null;
        return;
      }
    }
    setAmount(BigDecimal.valueOf(price, priceScale), BigDecimal.valueOf(quantity, quantityScale));
  }

  void setAmount(BigDecimal price, BigDecimal quantity) {
    BigDecimal amount = price.multiply(quantity).stripTrailingZeros();
    boolean plain =
        amount.scale() <= Sum.PLAIN_SCALE
            && amount.movePointRight(Sum.PLAIN_SCALE).toBigInteger().bitLength() < Long.SIZE;
    micros = plain ? amount.movePointRight(Sum.PLAIN_SCALE).longValueExact() : 0;
    wide = plain ? null : amount;
  }
}
