package dev.tally.jobs.topindustries;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * What matters in an order.
 *
 * @param amount as {@link #plain} gives it, below {@link #AMOUNT_END} in magnitude
 * @param time from 1970 to 9999
 */
record Order(UUID orderId, UUID customerId, BigDecimal amount, Instant time) {
  static final int DECIMALS_MAX = 20;
  static final BigDecimal AMOUNT_END = BigDecimal.TEN.pow(15);

  /** The same number without trailing zeros after its point, and with no negative scale. */
  static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
