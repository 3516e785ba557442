package dev.tally.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScopeTest {
  @Test
  void rowsFromTheStartToTheCommittedOffsetAreDue() {
    InputRange range = new InputRange(1, 3, 6, 9);
    assertFalse(range.due(2));
    assertTrue(range.due(3));
    assertTrue(range.due(5));
    assertFalse(range.due(6));
    assertTrue(range.passed(2));
  }

  @Test
  void theLengthCountsTheOffsetsOfAllThreeTopics() {
    Scope scope =
        new Scope(
            List.of(new InputRange(1, 3, 6, 9), new InputRange(0, 0, 0, 5)),
            List.of(new Range(10, 30)),
            List.of(new Range(7, 7)),
            true);
    assertEquals(List.of(new Range(1, 9), new Range(0, 5)), scope.rows());
    assertEquals(8 + 5 + 20, scope.length());
  }

  @Test
  void theReaderIsToldOfDeletedRecordsAndOfAGroupThatCommittedNothing() {
    Scope scope =
        new Scope(
            List.of(new InputRange(0, 0, 0, 1), new InputRange(4, 4, 4, 9)),
            List.of(new Range(5, 9)),
            List.of(new Range(6, 9)),
            false);
    assertEquals(
        List.of(
            "the group group has committed no offset of data: it has answered nothing. Give the"
                + " --group.id that the job runs with",
            "data-1 is deleted up to offset 4: the answers to those rows, and all that depend on"
                + " them, cannot be checked",
            "agg-0 is deleted up to offset 5: what was there cannot be checked",
            "data-dead-letters-0 is deleted up to offset 6: what was there cannot be checked"),
        scope.notes(SampleAudit.SETTINGS));
  }
}
