package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SlowStartTest {
  private static final int RECORDS_PER_LOOK = 1024;

  private final SlowStart size = new SlowStart(RECORDS_PER_LOOK);

  /** Computes records until the transaction is full; says how many it took. */
  private int fill() {
    int records = 0;
    do {
      if (size.lookDue()) {
        size.looked();
      }
      records++;
    } while (!size.full());
    return records;
  }

  private int fillAndCommit(boolean slow) {
    int records = fill();
    size.committed(slow);
    return records;
  }

  @Test
  void aTransactionBeginsWithOneRecordAndDoubles() {
    assertEquals(1, fillAndCommit(false));
    assertEquals(2, fillAndCommit(false));
    assertEquals(4, fillAndCommit(false));
    assertEquals(8, fillAndCommit(false));
  }

  @Test
  void aSlowTransactionIsFollowedByOneOfHalfItsRecords() {
    for (int i = 0; i < 6; i++) {
      fillAndCommit(false);
    }
    assertEquals(64, fillAndCommit(true));
    assertEquals(32, fillAndCommit(true));
    assertEquals(16, fillAndCommit(false));
    assertEquals(32, fillAndCommit(false));
  }

  @Test
  void afterAFailureTheNextHasOneRecord() {
    for (int i = 0; i < 6; i++) {
      fillAndCommit(false);
    }
    size.again();
    assertEquals(1, fillAndCommit(false));
  }

  @Test
  void aTransactionThatWasNotFullDoesNotGrow() {
    fillAndCommit(false);
    fillAndCommit(false);
    var unused = size.lookDue();
    size.looked();
    size.committed(false);
    assertEquals(4, fill());
  }
}
