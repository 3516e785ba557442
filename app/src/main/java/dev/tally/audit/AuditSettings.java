package dev.tally.audit;

import dev.tally.kafka.ClientSettings;

/** Which topics and which group to audit. The names are those that the job was given. */
public record AuditSettings(
    ClientSettings clients,
    String inputTopic,
    String outputTopic,
    String deadLetterTopic,
    String groupId,
    StartFrom startFrom) {

  /** Names a row in a message by topic, partition and offset, as in `data-0@17`. */
  public String rowAt(int partition, long offset) {
    return at(inputTopic, partition, offset);
  }

  /** Names an answer, as in `agg-0@17`. */
  public String answerAt(int partition, long offset) {
    return at(outputTopic, partition, offset);
  }

  /** Names a dead letter, as in `data-dead-letters-0@17`. */
  String deadLetterAt(int partition, long offset) {
    return at(deadLetterTopic, partition, offset);
  }

  private static String at(String topic, int partition, long offset) {
    return topic + "-" + partition + "@" + offset;
  }
}
