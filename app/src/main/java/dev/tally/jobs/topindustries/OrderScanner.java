package dev.tally.jobs.topindustries;

import static dev.tally.json.JsonScanner.UNUSUAL;

import dev.tally.json.JsonScanner;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds what matters of an ordinary order in its bytes. It stops where {@link OrderReader} stops,
 * and leaves unusual orders to it: the reader has the last word, and the two must agree on every
 * order that the scanner accepts.
 *
 * <p>Confined to the thread of its shard.
 */
final class OrderScanner {
  private static final int ORDER_ID = 1;
  private static final int CUSTOMER_ID = 1 << 1;
  private static final int AMOUNT = 1 << 2;
  private static final int TIMESTAMP = 1 << 3;
  private static final int ALL = ORDER_ID | CUSTOMER_ID | AMOUNT | TIMESTAMP;

  private static final int INTEGER_DIGITS_MAX = 15; // below Order.AMOUNT_END

  private final JsonScanner json =
      new JsonScanner("order_id", "customer_id", "amount", "timestamp"); // in the order of the bits

  // What the last call has found.
  private @Nullable UUID orderId;
  private @Nullable UUID customerId;
  private @Nullable Instant time;
  private long unscaled;
  private int decimals;

  /** The order; null if it is not an ordinary one. */
  @Nullable Order scan(ByteBuffer value) {
    if (!value.hasArray()) {
      return null; // Kafka's clients always return buffers that have one
    }
    int from = value.arrayOffset() + value.position();
    if (!scan(value.array(), from, from + value.remaining())
        || orderId == null
        || customerId == null
        || time == null) {
      return null;
    }
    BigDecimal amount = Order.plain(BigDecimal.valueOf(unscaled, decimals));
    return new Order(orderId, customerId, amount, time);
  }

  /** Whether all members have been found. */
  private boolean scan(byte[] bytes, int from, int end) {
    JsonScanner json = this.json; // or the field would be read again after every call
    int at = json.open(bytes, from, end);
    if (at == UNUSUAL) {
      return false;
    }
    int found = 0;
    do {
      int value = json.anyName(bytes, at, end);
      if (value == UNUSUAL) {
        return false;
      }
      int field = json.field() & ~found; // of a repeated name the first counts
      at = field == 0 ? json.skipAny(bytes, value, end) : member(field, bytes, value, end);
      if (at == UNUSUAL) {
        return false;
      }
      found |= field;
      if (found == ALL) {
        return true;
      }
      at = JsonScanner.skipBlanks(bytes, at, end);
    } while (at < end && bytes[at] == ',');
    return false; // the reader says what is missing
  }

  private int member(int field, byte[] bytes, int at, int end) {
    if (field == AMOUNT) {
      return amount(bytes, at, end);
    }
    int next = json.plainString(bytes, at, end);
    if (next == UNUSUAL) {
      return UNUSUAL;
    }
    if (field == TIMESTAMP) {
      time = TimeText.scan(bytes, at + 1, next - 1);
      return time == null ? UNUSUAL : next;
    }
    UUID uuid = UuidText.parse(bytes, at + 1, next - 1);
    if (field == ORDER_ID) {
      orderId = uuid;
    } else {
      customerId = uuid;
    }
    return uuid == null ? UNUSUAL : next;
  }

  private int amount(byte[] bytes, int at, int end) {
    int to = json.decimal(bytes, at, end);
    if (to == UNUSUAL || to == end || json.integerDigits() > INTEGER_DIGITS_MAX) {
      return UNUSUAL;
    }
    unscaled = json.unscaled();
    decimals = json.decimals();
    boolean ends =
        bytes[to] == ',' || bytes[to] == '}' || JsonScanner.skipBlanks(bytes, to, end) > to;
    return ends ? to : UNUSUAL; // a number must not run into what follows
  }
}
