package dev.tally.job;

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

  /** Emits one answer, as the bytes of the output record. */
  void answer(byte[] key, byte[] value);

  /**
   * Sends the current record to the dead letters, as it came. It counts nowhere.
   *
   * @param message what is wrong with the record, including the value that was found
   */
  void deadLetter(DeadLetterReason reason, String message);
}
