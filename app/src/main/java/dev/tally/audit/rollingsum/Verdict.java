package dev.tally.audit.rollingsum;

import dev.tally.audit.Reason;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What must have become of one row. */
sealed interface Verdict {
  /**
   * One answer.
   *
   * @param sum null where deleted rows may belong to the window, so that nobody can tell
   */
  record Answered(Row row, @Nullable BigDecimal sum) implements Verdict {}

  /**
   * One dead letter.
   *
   * @param row null if unreadable
   * @param checked false where it depends on deleted rows, and the dead letter found was believed
   */
  record Rejected(Reason reason, @Nullable Row row, String why, boolean checked)
      implements Verdict {}
}
