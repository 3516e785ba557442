package dev.tally.audit.rollingsum;

import dev.tally.audit.AuditSettings;
import org.jspecify.annotations.Nullable;

/**
 * The answer that a row must have.
 *
 * @param partition of the row
 * @param offset of the row
 * @param sum plain decimal; null where it depends on deleted rows and cannot be told
 */
record ExpectedAnswer(int partition, long offset, Identity identity, @Nullable String sum) {
  /** Names the row in a message. */
  String at(AuditSettings settings) {
    return settings.rowAt(partition, offset);
  }
}
