package dev.tally.jobs.topindustries;

import dev.tally.job.Damaged;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * The exact sum of the amounts of some orders, and their number. Immutable.
 *
 * @param sum as {@link Order#plain} gives it
 */
record Total(BigDecimal sum, long orders) {
  static final Total NONE = new Total(BigDecimal.ZERO, 0);

  private static final int HEADER_BYTES = Long.BYTES + 1;

  Total plus(BigDecimal amount) {
    return plus(new Total(amount, 1));
  }

  Total plus(Total more) {
    return new Total(Order.plain(sum.add(more.sum)), orders + more.orders);
  }

  Total minus(Total less) {
    return new Total(Order.plain(sum.subtract(less.sum)), orders - less.orders);
  }

  /** As it is saved: 8 bytes orders, 1 byte scale of the sum, and its digits as an integer. */
  byte[] toBytes() {
    byte[] unscaled = sum.unscaledValue().toByteArray();
    return ByteBuffer.allocate(HEADER_BYTES + unscaled.length)
        .putLong(orders)
        .put((byte) sum.scale())
        .put(unscaled)
        .array();
  }

  /**
   * Reads what {@link #toBytes} gave.
   *
   * @throws Damaged if it cannot have given these bytes
   */
  static Total fromBytes(byte[] saved) {
    if (saved.length <= HEADER_BYTES) {
      throw new Damaged("a saved total of " + saved.length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(saved);
    long orders = bytes.getLong();
    int scale = bytes.get();
    byte[] unscaled = new byte[bytes.remaining()];
    bytes.get(unscaled);
    BigInteger number = new BigInteger(unscaled);
    BigDecimal sum = new BigDecimal(number, scale);
    if (orders < 1
        || scale < 0
        || scale > Order.DECIMALS_MAX
        || number.toByteArray().length != unscaled.length
        || Order.plain(sum).scale() != scale) {
      throw new Damaged("a saved total of " + orders + " orders with a sum of scale " + scale);
    }
    return new Total(sum, orders);
  }
}
