package dev.tally.engine;

/**
 * How many records a transaction takes: one at first, and twice as many after each that was full.
 * So what could not be committed is tried again in ever smaller pieces, down to the one record that
 * is to blame, with all before it answered; and records that are slow end a transaction early.
 */
final class SlowStart {
  // Above every poll; a transaction ends with its poll at the latest.
  private static final int RECORDS_MAX = 1 << 30;

  private final int recordsPerLook;
  private int recordsMax = 1;
  private int records;
  private int nextLook = 1;

  /**
   * Begins with one record.
   *
   * @param recordsPerLook at most so many are computed between two looks at clock and memory
   */
  SlowStart(int recordsPerLook) {
    this.recordsPerLook = recordsPerLook;
  }

  /** Counts a record; says whether clock and memory are to be looked at after it. */
  boolean lookDue() {
    return ++records >= nextLook;
  }

  /** Whether the transaction has as many records as it may. */
  boolean full() {
    return records >= recordsMax;
  }

  void looked() {
    // Once it is full there is nothing to look for that its end, or the usual look, does not find.
    nextLook = full() ? records + recordsPerLook : Math.min(records + recordsPerLook, recordsMax);
  }

  /**
   * A transaction succeeded.
   *
   * @param slow whether it took so long that the next one had better be smaller
   */
  void committed(boolean slow) {
    if (slow) {
      // Of the records counted, some may have been replayed: they were in no transaction.
      recordsMax = Math.max(1, Math.min(records, recordsMax) / 2);
    } else if (full()) {
      recordsMax = Math.min(2 * recordsMax, RECORDS_MAX);
    }
    began();
  }

  /** What was counted so far is in no transaction: it is replayed, or there is nothing. */
  void began() {
    records = 0;
    looked();
  }

  /** A transaction failed: from one record on. */
  void again() {
    recordsMax = 1;
    began();
  }
}
