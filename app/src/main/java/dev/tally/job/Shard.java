package dev.tally.job;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A job on one partition: a pure function of the records it is given, in order. It never asks for
 * the time and never reads ahead, so that replaying the same records gives the same state and the
 * same answers.
 */
public interface Shard {
  /** What {@link #clockNanos} is before the first accepted record. */
  long NO_CLOCK = Long.MIN_VALUE;

  /**
   * Takes the next record: state changes, answers and dead letters go to the output.
   *
   * @param key from its position to its limit; it lies in the memory of a whole fetch, so keeping
   *     it would keep the fetch in memory
   * @param value like the key
   * @param timestampMillis the Kafka record's own timestamp
   */
  void apply(
      @Nullable ByteBuffer key, @Nullable ByteBuffer value, long timestampMillis, Output output);

  /** The highest event time accepted so far, in nanoseconds since 1970, or {@link #NO_CLOCK}. */
  long clockNanos();

  /**
   * Rows with an event time before this shape no later answer. {@link #NO_CLOCK} as long as there
   * is no clock.
   */
  long horizonNanos();

  /**
   * Adds to the batch everything that has changed since the last call. The caller then saves the
   * batch or drops the shard.
   */
  void save(KeyedState.Batch batch);

  /** An estimate of the bytes of memory held. */
  long memoryBytes();

  /**
   * Drops saved state from memory, coldest first, until at most this many bytes are held. What has
   * not been saved cannot be dropped.
   */
  void trimTo(long bytes);
}
