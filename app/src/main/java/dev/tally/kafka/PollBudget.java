package dev.tally.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Bounds one poll by the memory that its records take. {@code max.poll.records} counts records of
 * any size, and fetch sizes count compressed bytes, which can be a thousandth of the memory.
 *
 * <p>A record beyond the budget is refused as if it could not be deserialized. The consumer then
 * hands out the records before it, stays at its offset, and tries it again in the next poll. The
 * first record of a poll is admitted whatever its size.
 *
 * <p>A budget belongs to one consumer, which deserializes in the thread that polls, so nothing here
 * is synchronized.
 */
public final class PollBudget {
  // What a record takes besides its key and value: its object, two views, and small headers.
  private static final int RECORD_BYTES = 250;
  private static final int HEAP_SHARE = 8;

  /** Without a stack trace, since nobody reads it and every large poll throws one. */
  private static final class Full extends SerializationException {
    Full() {
      super("the poll holds as much as it may; this record comes with the next one");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final long bytesMax;
  private long bytes;
  // Whether the current record's key has been admitted and its value is still to come.
  private boolean keyAdmitted;

  public PollBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * The bytes that one of several consumers may use for the records of one poll. The buffers of its
   * clients get as much again.
   *
   * @param part of what all consumers of the process have together, 0 to 1
   */
  public static long partOfHeap(double part) {
    return (long) (part * Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** Begins a poll: the records of the previous one are no longer needed. */
  public void begin() {
    bytes = 0;
    keyAdmitted = false;
  }

  /** A deserializer that counts keys. */
  public <T> Deserializer<T> ofKeys(Deserializer<T> keys) {
    return new Counting<>(keys, this::countKey);
  }

  /** A deserializer that counts values. */
  public <T> Deserializer<T> ofValues(Deserializer<T> values) {
    return new Counting<>(values, this::countValue);
  }

  private void countKey(int size) {
    requireRoom();
    keyAdmitted = true;
    bytes += size;
  }

  private void countValue(int size) {
    if (!keyAdmitted) {
      requireRoom();
    }
    keyAdmitted = false;
    bytes += size + RECORD_BYTES;
  }

  /**
   * Whether the next record would be refused. A consumer whose poll has nothing else to return
   * fails then, so nobody may poll again before {@link #begin}.
   */
  public boolean spent() {
    return bytes >= bytesMax;
  }

  private void requireRoom() {
    if (spent()) {
      throw new Full();
    }
  }

  private interface Counter {
    void count(int bytes);
  }

  private record Counting<T>(Deserializer<T> deserializer, Counter counter)
      implements Deserializer<T> {
    @Override
    public T deserialize(String topic, byte[] data) {
      counter.count(data.length);
      return deserializer.deserialize(topic, data);
    }

    @Override
    public T deserialize(String topic, Headers headers, ByteBuffer data) {
      counter.count(data.remaining());
      return deserializer.deserialize(topic, headers, data);
    }
  }
}
