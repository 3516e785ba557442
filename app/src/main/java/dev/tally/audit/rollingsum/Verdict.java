package dev.tally.audit.rollingsum;

import dev.tally.audit.Reason;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What must have become of one row. */
sealed interface Verdict {
  /** The row as it was read; null if it is unreadable. */
  @Nullable Row row();

  /**
   * It has one answer.
   *
   * @param sum null where deleted rows may belong to the window, so that it cannot be told
   */
  record Answered(Row row, @Nullable BigDecimal sum) implements Verdict {}

  /**
   * It has one dead letter.
   *
   * @param why what is wrong with the row, in words
   * @param checked false where the reason depends on deleted rows, and the dead letter in the topic
   *     was believed
   */
  record Rejected(Reason reason, @Nullable Row row, String why, boolean checked)
      implements Verdict {}
}
