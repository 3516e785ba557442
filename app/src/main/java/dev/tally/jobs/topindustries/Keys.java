package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.KeyedState;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The keys of what stage `rank` saves, by their first byte. Hours are those since 1970, in 4 bytes;
 * all is big-endian.
 *
 * <pre>
 *   1  order_id               what is known of the order_id ({@link KnownOrders})
 *   2  hour, order_id         customer_id of the order that counts there; empty if none does
 *   3  customer_id, hour      {@link Total} of the customer in the hour
 *   4  customer_id            industries of the customer, if it has any ({@link Customers})
 *   5  hour, n, industry      {@link Total} of the customers with n industries, this among them
 *   6  hour                   8 bytes: orders that count
 *   7  industry               8 bytes: customers that have it
 *   8                         4 bytes: the oldest hour kept
 *   9                         how far the table has been read ({@link Customers})
 *  10  customer_id            why its row cannot be read
 * </pre>
 */
final class Keys {
  static final byte ORDERS = KeyedState.JOB_PREFIX;
  static final byte ORDERS_OF_HOURS = 2;
  static final byte CUSTOMER_HOURS = 3;
  static final byte CUSTOMERS = 4;
  static final byte INDUSTRY_HOURS = 5;
  static final byte HOURS = 6;
  static final byte INDUSTRIES = 7;
  static final byte KEPT_FROM = 8;
  static final byte TABLE = 9;
  static final byte UNREADABLE = 10;

  static final int UUID_BYTES = 2 * Long.BYTES;

  private Keys() {}

  static byte[] of(byte prefix) {
    return new byte[] {prefix};
  }

  static byte[] of(byte prefix, UUID uuid) {
    return put(ByteBuffer.allocate(1 + UUID_BYTES).put(prefix), uuid).array();
  }

  static byte[] of(byte prefix, int hour) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put(prefix).putInt(hour).array();
  }

  static byte[] of(byte prefix, int hour, UUID uuid) {
    return put(ByteBuffer.allocate(1 + Integer.BYTES + UUID_BYTES).put(prefix).putInt(hour), uuid)
        .array();
  }

  static byte[] of(byte prefix, UUID uuid, int hour) {
    return put(ByteBuffer.allocate(1 + UUID_BYTES + Integer.BYTES).put(prefix), uuid)
        .putInt(hour)
        .array();
  }

  static byte[] of(byte prefix, byte[] rest) {
    return ByteBuffer.allocate(1 + rest.length).put(prefix).put(rest).array();
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  static ByteBuffer put(ByteBuffer bytes, UUID uuid) {
    return bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
  }

  static UUID uuid(ByteBuffer bytes) {
    long high = bytes.getLong();
    return new UUID(high, bytes.getLong());
  }
}
