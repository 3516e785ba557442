package dev.tally.job;

import org.jspecify.annotations.Nullable;

/**
 * Where a job puts what one record produces. Everything emitted becomes visible in the transaction
 * that also commits the record's offset.
 */
public interface Output {
  /**
   * False while a replay rebuilds state. Whatever is emitted then is dropped, so a job may skip the
   * work of building it; its state must change all the same.
   */
  boolean live();

  /** Emits one answer to the job's first output topic, as the bytes of the output record. */
  default void answer(byte[] key, byte[] value) {
    answer(0, key, value);
  }

  /**
   * Emits one answer.
   *
   * @param topic index into the output topics that the job was configured with
   * @param key null for a record without a key
   */
  void answer(int topic, byte @Nullable [] key, byte[] value);

  /**
   * Sends the current record to the dead letters, as it came. It counts nowhere. Only {@link
   * Shard#apply} has a current record.
   *
   * @param message what is wrong with the record, including the value that was found
   */
  void deadLetter(DeadLetterReason reason, String message);
}
