package dev.tally.jobs.topindustries;

import dev.tally.job.Fetched;
import dev.tally.jobs.sources.Unreadable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Orders as text, so that two can be compared and a difference is easy to read. */
final class OrderText {
  private OrderText() {}

  /** The order that the reader makes of a value, or its message if it refuses it. */
  static String read(byte @Nullable [] value) {
    try {
      return of(OrderReader.read(value));
    } catch (Unreadable e) {
      return "unreadable: " + e.what();
    }
  }

  /** The order that the scanner makes of a value; null if it leaves it to the reader. */
  static @Nullable String scan(byte[] value) {
    Order order = new OrderScanner().scan(Fetched.view(value));
    return order == null ? null : of(order);
  }

  static String of(Order order) {
    return order.orderId()
        + " of "
        + order.customerId()
        + ": "
        + order.amount()
        + " with scale "
        + order.amount().scale()
        + " at "
        + order.time();
  }

  static String of(UUID orderId, UUID customerId, BigDecimal amount, Instant time) {
    BigDecimal stripped = amount.stripTrailingZeros();
    return of(
        new Order(orderId, customerId, stripped.setScale(Math.max(0, stripped.scale())), time));
  }
}
