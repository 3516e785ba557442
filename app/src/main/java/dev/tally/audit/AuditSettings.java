package dev.tally.audit;

import dev.tally.audit.rollingsum.Rules;
import dev.tally.kafka.ClientSettings;

/** What to audit: the names are those of `tally rolling-sum`. */
public record AuditSettings(
    ClientSettings clients,
    String inputTopic,
    String outputTopic,
    String deadLetterTopic,
    String groupId,
    StartFrom startFrom,
    Rules rules) {}
