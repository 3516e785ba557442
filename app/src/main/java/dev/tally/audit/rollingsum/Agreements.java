package dev.tally.audit.rollingsum;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of a row and an answer that agree. Their order must agree too. Where a topic lost its
 * beginning, what is older than the first pair may have lost its partner with it.
 */
final class Agreements {
  /** The lowest and highest offsets of the pairs of an input and an output partition. */
  private static final class Span {
    long firstRow = Long.MAX_VALUE;
    long firstAnswer = Long.MAX_VALUE;
    long lastRow = -1;
    long lastAnswer = -1;
  }

  private final AuditSettings settings;
  private final Scope scope;
  private final Findings findings;
  private final Places places;

  /** By input partition and output partition; null where no pair was found yet. */
  private final @Nullable Span[][] spans;

  Agreements(AuditSettings settings, Scope scope, Findings findings) {
    this.settings = settings;
    this.scope = scope;
    this.findings = findings;
    places = Places.of(scope);
    spans = new Span[scope.input().size()][scope.answers().size()];
  }

  /** Takes a row and an answer that agree: the answer is right unless it is out of order. */
  void add(ExpectedAnswer row, FoundAnswer answer) {
    if (row.sum() == null) {
      findings.unchecked();
      return;
    }
    Span span = spans[row.partition()][answer.partition()];
    if (span == null) {
      span = new Span();
      spans[row.partition()][answer.partition()] = span;
    }
    if (row.offset() > span.lastRow && answer.offset() > span.lastAnswer) {
      findings.rightAnswer();
    } else {
      findings.disagreement(
          Kind.WRONG,
          "%s: is out of order: the answer to %s is on the wrong side of that to %s, %s",
          answer.at(settings),
          row.at(settings),
          settings.rowAt(row.partition(), span.lastRow),
          settings.answerAt(answer.partition(), span.lastAnswer));
    }
    span.firstRow = Math.min(span.firstRow, row.offset());
    span.firstAnswer = Math.min(span.firstAnswer, answer.offset());
    span.lastRow = Math.max(span.lastRow, row.offset());
    span.lastAnswer = Math.max(span.lastAnswer, answer.offset());
  }

  /** Whether the answer to this row may have been before the first that is still there. */
  boolean answerMayBeDeleted(ExpectedAnswer row) {
    return places
        .answersOf(row.partition())
        .anyMatch(
            answerPartition -> {
              Span span = spans[row.partition()][answerPartition];
              return scope.answers().get(answerPartition).begin() > 0
                  && (span == null || row.offset() < span.firstRow);
            });
  }

  /** Whether the row of this answer may have been before the first that is still there. */
  boolean rowMayBeDeleted(FoundAnswer answer) {
    return places
        .rowsOf(answer.partition())
        .anyMatch(
            rowPartition -> {
              Span span = spans[rowPartition][answer.partition()];
              return scope.input().get(rowPartition).begin() > 0
                  && (span == null || answer.offset() < span.firstAnswer);
            });
  }
}
