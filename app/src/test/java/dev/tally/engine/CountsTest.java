package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.DeadLetterReason;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CountsTest {
  private final Counts counts = new Counts();

  @Test
  void onlyCommittedAnswersCount() {
    counts.rows(2);
    counts.answered();
    counts.deadLetter(DeadLetterReason.LATE);
    assertEquals(0, counts.committed().rows());
    counts.forget();
    counts.rows(3);
    counts.answered();
    counts.answered();
    counts.deadLetter(DeadLetterReason.LATE);
    counts.committed(7);
    counts.committed(3);
    counts.rows(3);
    counts.answered();
    counts.deadLetter(DeadLetterReason.FUTURE);
    counts.deadLetter(DeadLetterReason.LATE);
    counts.committed(5);
    Counts.Committed committed = counts.committed();
    assertEquals(3, committed.answers());
    assertEquals(
        Map.of(DeadLetterReason.LATE, 2L, DeadLetterReason.FUTURE, 1L), committed.deadLetters());
    assertEquals(6, committed.rows());
    assertEquals(3, committed.allDeadLetters());
    assertEquals(3, committed.transactions());
    assertEquals(15, committed.nanos());
    assertEquals(7, counts.takeSlowestNanos());
    assertEquals(0, counts.takeSlowestNanos());
  }

  @Test
  void aReasonIsNewOnceEvenIfItsTransactionIsRepeated() {
    assertTrue(counts.deadLetter(DeadLetterReason.LATE));
    counts.forget();
    assertFalse(counts.deadLetter(DeadLetterReason.LATE));
    assertTrue(counts.deadLetter(DeadLetterReason.FUTURE));
  }
}
