package dev.tally.audit.rollingsum;

import dev.tally.audit.AuditSettings;
import org.jspecify.annotations.Nullable;

/**
 * An answer in the output topic.
 *
 * @param sum as it is written
 * @param defect what is wrong with its form, in words; null if nothing is
 */
record FoundAnswer(
    int partition, long offset, Identity identity, String sum, @Nullable String defect) {
  /** Names the answer in a message. */
  String at(AuditSettings settings) {
    return settings.answerAt(partition, offset);
  }
}
