package dev.tally.audit.rollingsum;

import dev.tally.audit.DeadLetters;
import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.InputRange;
import java.util.List;

/**
 * What must have become of each row of the input topic: a {@link Recomputation} for each partition.
 */
final class Verdicts {
  private final Scope scope;
  private final DeadLetters letters;
  private final List<Recomputation> byPartition;

  Verdicts(Rules rules, Scope scope, DeadLetters letters) {
    this.scope = scope;
    this.letters = letters;
    boolean several = scope.input().size() > 1;
    byPartition =
        scope.input().stream()
            .map(range -> new Recomputation(rules, several, range.begin() > 0))
            .toList();
  }

  /** Takes the next row; rows of one partition come in offset order. */
  Verdict next(Message row) {
    InputRange range = scope.input().get(row.partition);
    return byPartition
        .get(row.partition)
        .next(row, range.passed(row.offset), range.due(row.offset), letters.says(row, Reason.LATE));
  }
}
