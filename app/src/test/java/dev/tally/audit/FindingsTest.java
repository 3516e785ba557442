package dev.tally.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FindingsTest {
  private static final Scope COMMITTED = new Scope(List.of(), List.of(), List.of(), true);

  private final Findings findings = new Findings();

  @Test
  void everyDisagreementIsCountedAndTheFirstTwentyAreShown() {
    for (int i = 0; i < 23; i++) {
      findings.disagreement(Kind.WRONG, "the answer to row %d", i);
    }
    Report report = findings.report(COMMITTED);
    assertEquals(23, report.count(Kind.WRONG));
    String text = report.toString();
    assertTrue(text.contains("wrong      the answer to row 19\nwrong      and 3 more\n"), text);
    assertTrue(text.endsWith("DISAGREE: 23 disagreements"), text);
  }

  @Test
  void onlyMissingAndDuplicateOnesPointAtTheCluster() {
    findings.disagreement(Kind.WRONG, "wrong");
    findings.disagreement(Kind.EXTRA, "extra");
    assertFalse(findings.missingOrDuplicate());
    findings.disagreement(Kind.DUPLICATE, "duplicate");
    assertTrue(findings.missingOrDuplicate());
  }

  @Test
  void theVerdictSaysWhereNotEverythingCouldBeChecked() {
    findings.row();
    findings.rightAnswer();
    String all = findings.report(COMMITTED).toString();
    assertTrue(
        all.endsWith(
            "AGREE: the answers and dead letters are exactly those that the rows call for"),
        all);
    findings.unchecked();
    String some = findings.report(COMMITTED).toString();
    assertTrue(some.contains("unchecked  1 that depend on deleted records"), some);
    assertTrue(some.contains("AGREE: as far as can be checked, the answers"), some);
  }
}
