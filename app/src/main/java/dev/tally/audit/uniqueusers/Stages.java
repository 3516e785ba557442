package dev.tally.audit.uniqueusers;

import dev.tally.audit.AuditSettings;

/** The names of the job's later stages and of the topics between them, which follow its own. */
record Stages(AuditSettings settings) {
  /** From the first stage to the second. */
  String partsTopic() {
    return settings.outputTopic() + "-parts";
  }

  /** From the second stage to the third. */
  String hoursTopic() {
    return settings.outputTopic() + "-hours";
  }

  /** The group of the second stage. */
  String minutesGroup() {
    return settings.groupId() + "-minutes";
  }

  /** The group of the third stage. */
  String calendarGroup() {
    return settings.groupId() + "-calendar";
  }
}
