package dev.tally.job;

import java.time.Duration;

/**
 * A question asked of a topic: how to start on a partition, and what the state of one depends on. A
 * job is immutable, and all threads share it.
 */
public interface Job {
  /**
   * Everything that shapes state, in readable form: `name=value` pairs separated by blanks, without
   * `;`. State that was saved under one fingerprint is never used under another.
   *
   * @param partitions number of partitions of the input; when it changes, keys have moved
   */
  String fingerprint(int partitions);

  /**
   * Length of the slices that event time is cut into: the granularity of expiry and of the replay
   * offset.
   */
  long sliceNanos();

  /**
   * How far before the clock a row can lie and still matter to a later answer, including the answer
   * to a row at the very end of the grace.
   */
  Duration history();

  /**
   * The horizon at a clock: rows with an earlier event time shape no answer from then on. {@link
   * Shard#NO_CLOCK} as long as there is no clock.
   */
  default long horizonNanos(long clockNanos) {
    return clockNanos == Shard.NO_CLOCK ? Shard.NO_CLOCK : clockNanos - history().toNanos();
  }

  /**
   * Whether its shards are told of silence ({@link Shard#tick}). It costs a request to the brokers
   * every second in which a partition is silent.
   */
  default boolean ticks() {
    return false;
  }

  /**
   * Whether its shards are given the rows of a table ({@link Shard#row}): a compacted topic that is
   * read beside the input, to its end before anything is answered and on from there. Such a job's
   * input has one partition.
   */
  default boolean readsTable() {
    return false;
  }

  /** The largest answer, in bytes of key and value together. */
  int answerBytesMax();

  /**
   * What an operator can do about records of this kind where they stop the job instead of becoming
   * dead letters; a sentence or two.
   */
  default String cure(DeadLetterReason reason) {
    return "Mend what produces such records, or let them become dead letters with --on.bad.record"
        + " dead-letter.";
  }

  /**
   * Starts on one partition.
   *
   * @param saved the partition's saved state, empty if there is none
   * @param clockNanos the clock of that saved state, {@link Shard#NO_CLOCK} if there is none
   * @param partitions number of partitions of the input
   * @param memoryBytesMax how many bytes of saved state may be read into memory at once
   * @throws Damaged if what is saved makes no sense
   */
  Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax);
}
