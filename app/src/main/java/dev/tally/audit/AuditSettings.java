package dev.tally.audit;

import dev.tally.kafka.ClientSettings;

/** Which topics and which group to audit: the names are those that the job was given. */
public record AuditSettings(
    ClientSettings clients,
    String inputTopic,
    String outputTopic,
    String deadLetterTopic,
    String groupId,
    StartFrom startFrom) {}
