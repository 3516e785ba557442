package dev.tally.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Bounds what one poll may bring by the bytes that it takes in memory. {@code max.poll.records}
 * counts records, however large, and the sizes of fetches count compressed bytes, which can be a
 * thousandth of that.
 *
 * <p>A record beyond the budget is refused as if it could not be deserialized. The consumer then
 * hands out the records before it, stays at its offset, and tries it again in the next poll. The
 * first record of a poll is let through whatever its size.
 *
 * <p>For one consumer: it deserializes in the thread that polls, so nothing here is synchronized.
 */
public final class PollBudget {
  // What a record takes beside its key and value: its object, two views, and small headers.
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
  // Whether the key of the record at hand has been let through, and its value is to come.
  private boolean keyAdmitted;

  public PollBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * What each of several consumers may use for the records of a poll; the buffers of their clients
   * are given as much again.
   */
  public static long shareOfHeap(int consumers) {
    return Runtime.getRuntime().maxMemory() / HEAP_SHARE / consumers;
  }

  /** A poll begins, and what the one before brought is not needed any more. */
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

  private void requireRoom() {
    if (bytes >= bytesMax) {
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
