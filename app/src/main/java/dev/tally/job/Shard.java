package dev.tally.job;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A job on one partition: a pure function of the records it is given, in order. It never asks for
 * the time and never reads ahead, so that replaying the same records gives the same state and the
 * same answers.
 *
 * <p>A job that has to act without a record is told of silence by {@link #tick}. What it decides
 * then, no replay can rebuild, so it is handed down: {@link #memo} is committed with the offset,
 * and {@link #resume} gives it back.
 */
public interface Shard {
  /** What {@link #clockNanos} is before the first accepted record. */
  long NO_CLOCK = Long.MIN_VALUE;

  /** What {@link #replayFrom} returns if the replay offset follows from clock and horizon. */
  long BY_HORIZON = -1;

  /**
   * Takes the next record: state changes, answers and dead letters go to the output.
   *
   * @param offset of the record; offsets rise, with gaps
   * @param key from its position to its limit; it lies in the memory of a whole fetch, so keeping
   *     it would keep the fetch in memory
   * @param value like the key
   * @param timestampMillis the Kafka record's own timestamp
   */
  void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output);

  /**
   * The replay has reached the committed offset: called once, before the first live record.
   *
   * @param source the partition that is read
   * @param position the committed offset
   * @param memo what {@link #memo} returned when that offset was committed, maybe under other
   *     settings; empty if the offset was committed by someone else, or never
   */
  default void resume(Source source, long position, String memo) {}

  /**
   * Sends what waits: called before every commit of a live partition.
   *
   * @param position the offset that is about to be committed
   */
  default void flush(long position, Output output) {}

  /**
   * The partition has been read to its end, and nothing has come since: called about once a second
   * in silence, while live. This is the only way that wall time comes in. What is emitted, or a
   * memo that has changed, is committed at the same offset.
   *
   * @param silentMillis time since the last record, or since the partition went live
   */
  default void tick(long position, long silentMillis, Output output) {}

  /**
   * No more records are awaited: the job was told to end once its input is answered, and it is. The
   * job closes what it can close, as if much time had passed.
   */
  default void end(long position, Output output) {}

  /**
   * What ticks have decided and no replay can rebuild; at most 3,000 characters without `;`. It is
   * asked for after {@link #flush}.
   */
  default String memo() {
    return "";
  }

  /**
   * Takes a row of the table that the job reads beside its input ({@link Job#readsTable}). Rows
   * come between records and in no order with them, in a replay, too: what a shard answers may
   * depend on which rows it was given, but not on when.
   *
   * @param table the partition of the table that the row comes from
   * @param offset of the row; offsets rise, with gaps
   * @param value null if the row has been deleted
   */
  default void row(Source table, long offset, byte[] key, byte @Nullable [] value) {}

  /**
   * How far the rows of a partition of the table are in the state: the next one to be given is at
   * this offset or after it. 0 if the state has rows of no such partition, or of a topic that has
   * been created anew since, whose rows are then forgotten.
   */
  default long rowsTo(Source table) {
    return 0;
  }

  /**
   * The replay offset, for a job that knows it better than clock and horizon do: a replay from it
   * gives the state at `position`.
   */
  default long replayFrom(long position) {
    return BY_HORIZON;
  }

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
