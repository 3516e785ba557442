package dev.tally.jobs.topindustries;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.tally.job.Damaged;
import dev.tally.jobs.sources.SourceClock;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * An order that counts, and where it came from; one of the two records between the stages `orders`
 * and `rank` (see {@link RangeRecord}). Its bytes, big-endian:
 *
 * <pre>
 *   1 byte   kind, 1
 *   4 bytes  partition of the orders
 *   8 bytes  offset in it
 *  16 bytes  order_id
 *  16 bytes  customer_id
 *   8 bytes  time, in whole seconds since 1970
 *   4 bytes  and nanoseconds
 *   1 byte   scale of the amount, 0 to 20: without trailing zeros
 *   n bytes  amount x 10^scale in two's complement, as few as possible
 * </pre>
 */
record Fact(int partition, long offset, Order order) {
  static final byte KIND = 1;

  private static final int CONTENT_BYTES = 2 * Long.BYTES + Long.BYTES + Integer.BYTES + 1;
  private static final int HEADER_BYTES =
      1 + Integer.BYTES + Long.BYTES + 2 * Long.BYTES + CONTENT_BYTES;
  private static final int AMOUNT_BYTES_MAX = 15; // 35 digits

  static final int BYTES_MAX = HEADER_BYTES + AMOUNT_BYTES_MAX;

  private static final Hasher64 XXH3 = Hashing.xxh3_64(); // immutable, for any thread

  byte[] toBytes() {
    byte[] amount = order.amount().unscaledValue().toByteArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + amount.length)
            .put(KIND)
            .putInt(partition)
            .putLong(offset);
    Keys.put(bytes, order.orderId());
    putContent(bytes, amount);
    return bytes.array();
  }

  private void putContent(ByteBuffer bytes, byte[] amount) {
    Instant time = order.time();
    Keys.put(bytes, order.customerId());
    bytes
        .putLong(time.getEpochSecond())
        .putInt(time.getNano())
        .put((byte) order.amount().scale())
        .put(amount);
  }

  /**
   * A hash of customer, amount and time: what makes two orders with one order_id the same. XXH3, 64
   * bits, seed 0, of their bytes as above.
   */
  long contentHash() {
    byte[] amount = order.amount().unscaledValue().toByteArray();
    ByteBuffer bytes = ByteBuffer.allocate(CONTENT_BYTES + amount.length);
    putContent(bytes, amount);
    return XXH3.hashBytesToLong(bytes.array());
  }

  /** The hour of its time, in hours since 1970. */
  int hour() {
    return (int) TimeUnit.SECONDS.toHours(order.time().getEpochSecond());
  }

  /**
   * Reads a fact.
   *
   * @throws Damaged if no stage of this version can have written it
   */
  static Fact read(ByteBuffer value) {
    ByteBuffer bytes = value.slice();
    try {
      byte kind = bytes.get();
      int partition = bytes.getInt();
      long offset = bytes.getLong();
      UUID orderId = Keys.uuid(bytes);
      UUID customerId = Keys.uuid(bytes);
      long seconds = bytes.getLong();
      int nanos = bytes.getInt();
      int scale = bytes.get();
      byte[] unscaled = new byte[Math.min(bytes.remaining(), AMOUNT_BYTES_MAX + 1)];
      bytes.get(unscaled);
      boolean sound =
          kind == KIND
              && partition >= 0
              && offset >= 0
              && seconds >= 0
              && seconds < SourceClock.CLOCK_END_SECONDS
              && nanos >= 0
              && nanos < TimeUnit.SECONDS.toNanos(1)
              && scale >= 0
              && scale <= Order.DECIMALS_MAX
              && unscaled.length > 0
              && unscaled.length <= AMOUNT_BYTES_MAX;
      if (!sound) {
        throw new Damaged("a fact of kind " + kind + " at " + seconds + " s, scale " + scale);
      }
      BigInteger number = new BigInteger(unscaled);
      BigDecimal amount = new BigDecimal(number, scale);
      if (number.toByteArray().length != unscaled.length
          || Order.plain(amount).scale() != scale
          || amount.abs().compareTo(Order.AMOUNT_END) >= 0) {
        throw new Damaged("a fact with the amount " + amount);
      }
      Instant time = Instant.ofEpochSecond(seconds, nanos);
      return new Fact(partition, offset, new Order(orderId, customerId, amount, time));
    } catch (BufferUnderflowException e) {
      throw new Damaged("a fact of " + value.remaining() + " bytes, which end too early");
    }
  }
}
