package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import dev.tally.job.Damaged;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Unreadable;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The customers as far as their table has been read: which industries each has. One without any is
 * like one without a row. The key of a row is what tells the customer; rows under a key that is not
 * a UUID cannot be of any order, and are passed over.
 *
 * <p>A row that cannot be read leaves its customer without industries, and no ranking is told until
 * a later row takes its place.
 *
 * <p>Saved are, big-endian, of each customer its industries, each as 2 bytes length and UTF-8; and
 * how far the table has been read:
 *
 * <pre>
 *  16 bytes  topic id
 *   8 bytes  for each partition, the offset after the last row
 * </pre>
 *
 * <p>Confined to the thread of its shard.
 */
final class Customers {
  private static final byte[] READ_TO = Keys.of(Keys.TABLE);

  private final UnsavedChanges state;
  private final TreeMap<UUID, String> unreadable = new TreeMap<>();
  private long topicIdHigh;
  private long topicIdLow;
  private final List<Long> readTo = new ArrayList<>(); // by partition

  /**
   * Knows what is in the state.
   *
   * @throws Damaged if that makes no sense
   */
  Customers(UnsavedChanges state) {
    this.state = state;
    byte[] saved = state.get(READ_TO);
    if (saved != null) {
      if (saved.length < 2 * Long.BYTES || saved.length % Long.BYTES != 0) {
        throw new Damaged("a saved table of " + saved.length + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.wrap(saved);
      topicIdHigh = bytes.getLong();
      topicIdLow = bytes.getLong();
      while (bytes.hasRemaining()) {
        readTo.add(bytes.getLong());
      }
    }
    byte[] from = Keys.of(Keys.UNREADABLE);
    byte[] to = Keys.of((byte) (Keys.UNREADABLE + 1));
    state
        .first(from, to, Integer.MAX_VALUE)
        .forEach(
            (key, why) -> {
              if (key.length != 1 + Keys.UUID_BYTES) {
                throw new Damaged("a saved row under a key of " + key.length + " bytes");
              }
              UUID customerId = Keys.uuid(ByteBuffer.wrap(key, 1, Keys.UUID_BYTES));
              unreadable.put(customerId, new String(why, UTF_8));
            });
  }

  /** Whether the rows are of this topic; they are of none before the first one. */
  boolean areOf(Source table) {
    return readTo.isEmpty()
        || (table.topicIdHigh() == topicIdHigh && table.topicIdLow() == topicIdLow);
  }

  /** Forgets all rows. */
  void clear() {
    readTo.clear();
    unreadable.clear();
    state.delete(READ_TO);
    state.deleteAll(Keys.CUSTOMERS);
    state.deleteAll(Keys.UNREADABLE);
  }

  /** The offset after the last row of a partition. */
  long readTo(Source table) {
    return table.partition() < readTo.size() ? readTo.get(table.partition()) : 0;
  }

  /** The sum of {@link #readTo} over the partitions: it grows with every row. */
  long readToAll() {
    return readTo.stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Notes that a row has been read.
   *
   * @return the customer whose row it is; null if it cannot be of any
   */
  @Nullable UUID noteRow(Source table, long offset, byte[] key) {
    topicIdHigh = table.topicIdHigh();
    topicIdLow = table.topicIdLow();
    while (readTo.size() <= table.partition()) {
      readTo.add(0L);
    }
    readTo.set(table.partition(), offset + 1);
    return UuidText.parse(key, 0, key.length);
  }

  /** Adds to the state how far the rows go; once a save, and not with each of them. */
  void noteReadTo() {
    if (!readTo.isEmpty()) {
      ByteBuffer bytes = ByteBuffer.allocate((2 + readTo.size()) * Long.BYTES);
      bytes.putLong(topicIdHigh).putLong(topicIdLow);
      readTo.forEach(bytes::putLong);
      state.put(READ_TO, bytes.array());
    }
  }

  /** The industries that a row tells; none if it cannot be read, which is remembered. */
  List<String> told(UUID customerId, Source table, long offset, byte @Nullable [] value) {
    if (unreadable.remove(customerId) != null) {
      state.delete(Keys.of(Keys.UNREADABLE, customerId));
    }
    try {
      return value == null ? List.of() : CustomerRow.industries(value);
    } catch (Unreadable e) {
      String why = "partition " + table.partition() + ", offset " + offset + ": " + e.what();
      unreadable.put(customerId, why);
      state.put(Keys.of(Keys.UNREADABLE, customerId), why.getBytes(UTF_8));
      return List.of();
    }
  }

  /**
   * Refuses to go on if the last row of a customer cannot be read.
   *
   * @throws Stop naming one of them
   */
  void requireReadable() {
    if (!unreadable.isEmpty()) {
      throw Stop.refused(
          "the row of customer %s cannot be read (%s), so its orders would be missing from the"
              + " ranking. Publish the customer anew with `tally load-customers`, and start again."
              + " %d such rows in all.",
          unreadable.firstKey(), unreadable.firstEntry().getValue(), unreadable.size());
    }
  }

  /** The industries of a customer, sorted by name; none if it has no row. */
  List<String> industriesOf(UUID customerId) {
    byte[] saved = state.get(Keys.of(Keys.CUSTOMERS, customerId));
    if (saved == null) {
      return List.of();
    }
    List<String> industries = new ArrayList<>();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(saved);
      while (bytes.hasRemaining()) {
        byte[] name = new byte[bytes.getShort()];
        bytes.get(name);
        industries.add(new String(name, UTF_8));
      }
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new Damaged("a saved customer of " + saved.length + " bytes");
    }
    return industries;
  }

  /** Sets the industries of a customer, sorted by name. */
  void setIndustries(UUID customerId, List<String> industries) {
    byte[] key = Keys.of(Keys.CUSTOMERS, customerId);
    if (industries.isEmpty()) {
      state.delete(key);
      return;
    }
    List<byte[]> names = industries.stream().map(Keys::utf8).toList();
    int size = names.stream().mapToInt(name -> Short.BYTES + name.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size);
    names.forEach(name -> bytes.putShort((short) name.length).put(name));
    state.put(key, bytes.array());
  }
}
