package dev.tally.jobs.topindustries;

import dev.tally.job.Damaged;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The order_ids that have come, each with the orders under it that count: the first, and what comes
 * with a time so much later that the first cannot be known any more where a replay begins. That
 * limit makes the verdict on an order depend on nothing but the orders of the hours around it, so
 * that a replay which begins there judges alike.
 *
 * <p>What is known of an order_id, big-endian:
 *
 * <pre>
 *   4 bytes  the newest hour that it came with, in hours since 1970
 *   for each order that counts, the oldest first:
 *     4 bytes  its hour
 *     8 bytes  hash of its content ({@link Fact#contentHash})
 * </pre>
 *
 * <p>Confined to the thread of its shard.
 */
final class KnownOrders {
  private static final int ORDER_BYTES = Integer.BYTES + Long.BYTES;
  private static final byte[] NO_CUSTOMER = {};

  private final UnsavedChanges state;
  private final int lateHours;

  /** What an order is, beside those that came before it. */
  enum Verdict {
    /** It counts. */
    NEW,
    /** It has been counted. */
    REPEATED,
    /** Its order_id is known with another customer, amount or time. */
    CONFLICT
  }

  /**
   * Knows what is in the state.
   *
   * @param lateHours by how much an order with a known order_id must be later to be another order
   */
  KnownOrders(UnsavedChanges state, int lateHours) {
    this.state = state;
    this.lateHours = lateHours;
  }

  /** Judges the next order, and knows it from now on. */
  Verdict judge(Fact fact) {
    int hour = fact.hour();
    UUID orderId = fact.order().orderId();
    byte[] key = Keys.of(Keys.ORDERS, orderId);
    byte[] known = state.get(key);
    if (known == null) {
      accept(key, new byte[Integer.BYTES], fact);
      return Verdict.NEW;
    }
    ByteBuffer orders = requireSound(known);
    int newest = orders.getInt();
    long content = fact.contentHash();
    while (orders.hasRemaining()) {
      int each = orders.getInt();
      boolean same = orders.getLong() == content;
      if (same && each == hour) {
        return Verdict.REPEATED;
      }
    }
    if (newest < hour - lateHours) {
      accept(key, known, fact);
      return Verdict.NEW;
    }
    if (newest < hour) {
      // It counts nowhere, but it is known: what comes later still is compared with it, too.
      state.put(key, ByteBuffer.wrap(known.clone()).putInt(0, hour).array());
      state.put(Keys.of(Keys.ORDERS_OF_HOURS, hour, orderId), NO_CUSTOMER);
    }
    return Verdict.CONFLICT;
  }

  private void accept(byte[] key, byte[] known, Fact fact) {
    ByteBuffer more = ByteBuffer.allocate(known.length + ORDER_BYTES).put(known);
    more.putInt(fact.hour()).putLong(fact.contentHash()).putInt(0, fact.hour());
    state.put(key, more.array());
    Order order = fact.order();
    state.put(
        Keys.of(Keys.ORDERS_OF_HOURS, fact.hour(), order.orderId()),
        Keys.put(ByteBuffer.allocate(Keys.UUID_BYTES), order.customerId()).array());
  }

  /** Forgets an order_id as far as it came with an hour or an earlier one. */
  void forget(UUID orderId, int hour) {
    byte[] key = Keys.of(Keys.ORDERS, orderId);
    byte[] known = state.get(key);
    if (known == null) {
      return;
    }
    ByteBuffer orders = requireSound(known);
    int newest = orders.getInt();
    ByteBuffer rest = ByteBuffer.allocate(known.length).putInt(newest);
    while (orders.hasRemaining()) {
      int each = orders.getInt();
      long content = orders.getLong();
      if (each > hour) {
        rest.putInt(each).putLong(content);
      }
    }
    if (newest <= hour) {
      state.delete(key);
    } else {
      byte[] left = new byte[rest.position()];
      rest.get(0, left);
      state.put(key, left);
    }
  }

  private static ByteBuffer requireSound(byte[] known) {
    if (known.length < Integer.BYTES || (known.length - Integer.BYTES) % ORDER_BYTES != 0) {
      throw new Damaged("a saved order_id of " + known.length + " bytes");
    }
    return ByteBuffer.wrap(known);
  }
}
