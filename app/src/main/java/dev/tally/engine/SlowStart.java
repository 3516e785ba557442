package dev.tally.engine;

/**
 * How many records a transaction may take: one at first, and twice the number after each that was
 * full. A batch that could not be committed is therefore tried again in smaller pieces, until every
 * record before the one to blame is answered; and slow records end a transaction early.
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
   * @param recordsPerLook most records between two looks at clock and memory
   */
  SlowStart(int recordsPerLook) {
    this.recordsPerLook = recordsPerLook;
  }

  /** Counts a record; says whether to look at clock and memory after it. */
  boolean lookDue() {
    return ++records >= nextLook;
  }

  /** Whether the transaction has the most records it may have. */
  boolean full() {
    return records >= recordsMax;
  }

  void looked() {
    // A full transaction needs no looks beyond the usual ones and the one at its end.
    nextLook = full() ? records + recordsPerLook : Math.min(records + recordsPerLook, recordsMax);
  }

  /**
   * A transaction succeeded.
   *
   * @param slow whether it took too long, so that the next one should be smaller
   */
  void committed(boolean slow) {
    if (slow) {
      // Some of the counted records may have been replayed, outside any transaction.
      recordsMax = Math.max(1, Math.min(records, recordsMax) / 2);
    } else if (full()) {
      recordsMax = Math.min(2 * recordsMax, RECORDS_MAX);
    }
    began();
  }

  /** A transaction begins with the next record: those counted so far are in none. */
  void began() {
    records = 0;
    looked();
  }

  /** A transaction failed: the next one starts with one record. */
  void again() {
    recordsMax = 1;
    began();
  }
}
