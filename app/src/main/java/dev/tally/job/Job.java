package dev.tally.job;

import java.time.Duration;

/** A question asked of a topic: how to start on a partition, and what its state depends on. */
public interface Job {
  /**
   * All that shapes state, readable, as `name=value` pairs separated by blanks and without `;`.
   * State of one fingerprint is never used under another.
   *
   * @param partitions how many partitions the input has: another count means that keys have moved
   */
  String fingerprint(int partitions);

  /**
   * Event time is cut into slices of this length: the grain of expiry and of the replay's start.
   */
  long sliceNanos();

  /** How much event time before a row its answer can depend on; late rows among them. */
  Duration history();

  /**
   * Rows with an event time before this shape no later answer once the clock stands there. {@link
   * Shard#NO_CLOCK} before a clock.
   */
  default long horizonNanos(long clockNanos) {
    return clockNanos == Shard.NO_CLOCK ? Shard.NO_CLOCK : clockNanos - history().toNanos();
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
   * @param partitions how many partitions the input has
   * @param memoryBytesMax of saved state, no more than this is to be read into memory at once
   * @throws Damaged if what is saved makes no sense
   */
  Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax);
}
