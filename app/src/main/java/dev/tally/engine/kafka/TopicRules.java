package dev.tally.engine.kafka;

import dev.tally.Stop;
import dev.tally.engine.DeadLetters;
import dev.tally.engine.OutputTopic;
import dev.tally.kafka.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What the settings of a topic must be for what is read from it or written to it. They look at
 * settings only, so that the same rules hold at the start and while the job runs.
 */
final class TopicRules {
  /** What a topic is to the job. */
  enum Role {
    INPUT("input topic", "compaction removes rows that answers need"),
    TABLE("table topic", ""),
    ANSWERS(
        "output topic",
        "compaction keeps only the newest answer of each key, and every row's answer counts"),
    UPSERTS("output topic", ""),
    STAGE("intermediate topic", "compaction removes what the next stage has to read"),
    DEAD_LETTERS(
        "dead-letter topic",
        "compaction keeps only the newest dead letter of each key, and brokers refuse one without"
            + " a key");

    private final String text;
    private final String whyNotCompacted;

    Role(String text, String whyNotCompacted) {
      this.text = text;
      this.whyNotCompacted = whyNotCompacted;
    }

    String text() {
      return text;
    }

    static Role of(OutputTopic.Kind kind) {
      return switch (kind) {
        case ANSWERS -> ANSWERS;
        case UPSERTS -> UPSERTS;
        case STAGE -> STAGE;
      };
    }
  }

  // A transaction is open for up to 15 s, and brokers end a dead one within 10 s more. What is
  // retained for less can be deleted before a reader of committed records may see it.
  private static final Duration OUTPUT_RETENTION_MIN = Duration.ofMinutes(1);

  private TopicRules() {}

  /**
   * Checks what would lose, refuse or falsify records.
   *
   * @param answerBytesMax of the largest answer that the job gives
   * @throws Stop naming the topic, the setting, its value and the cure
   */
  static void require(Role role, String topic, Config settings, int answerBytesMax) {
    String policy = setting(settings, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (role == Role.TABLE) {
      requireCompactedOnly(topic, policy);
      return;
    }
    if (role != Role.UPSERTS && policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw Stop.refused(
          "the %s '%s' has cleanup.policy=%s: %s. Set it to delete.",
          role.text, topic, policy, role.whyNotCompacted);
    }
    if (role == Role.INPUT) {
      return;
    }
    int bytesMax = recordBytesMax(settings);
    boolean answers = role != Role.DEAD_LETTERS;
    int bytesMin = answers ? answerBytesMax : DeadLetters.RECORD_BYTES_MIN;
    if (bytesMax < bytesMin) {
      throw Stop.refused(
          "the %s '%s' has max.message.bytes=%d: too little for %s. Set it to %d or more.",
          role.text,
          topic,
          bytesMax,
          answers ? "the largest answer" : "what a dead letter says of its record",
          bytesMin);
    }
  }

  private static void requireCompactedOnly(String topic, String policy) {
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw Stop.refused(
          "the %s '%s' has cleanup.policy=%s: the newest row of each key has to stay, whatever its"
              + " age. Set it to compact.",
          Role.TABLE.text, topic, policy);
    }
  }

  /**
   * Checks that brokers can take records at all.
   *
   * @param replicas of the partition that has the fewest
   * @throws Stop naming the topic, the setting, its value and the cure
   */
  static void requireWritable(Role role, String topic, Config settings, int replicas) {
    String inSync = setting(settings, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    if (!inSync.isEmpty() && Integer.parseInt(inSync) > replicas) {
      throw Stop.refused(
          "the %s '%s' has min.insync.replicas=%s but a partition with %d replica%s: brokers refuse"
              + " every write to it. Lower the setting or add replicas.",
          role.text, topic, inSync, replicas, replicas == 1 ? "" : "s");
    }
  }

  /**
   * What is allowed but seldom meant, a sentence each.
   *
   * @param history how much event time before a row its answer depends on
   */
  static List<String> warnings(Role role, String topic, Config settings, Duration history) {
    List<String> warnings = new ArrayList<>();
    if (role == Role.TABLE) {
      return tombstoneWarnings(topic, settings);
    }
    long retentionMillis = retentionMillis(settings);
    if (role != Role.INPUT) {
      if (retentionMillis < OUTPUT_RETENTION_MIN.toMillis()) {
        warnings.add(
            "the %s '%s' has retention.ms=%d: records can be deleted before a reader of committed"
                    .formatted(role.text, topic, retentionMillis)
                + " records may see them. Set it to %d or more."
                    .formatted(OUTPUT_RETENTION_MIN.toMillis()));
      }
      return warnings;
    }
    if (retentionMillis < history.toMillis()) {
      warnings.add(
          "the input topic '%s' has retention.ms=%d, less than the %d ms that answers look back:"
                  .formatted(topic, retentionMillis, history.toMillis())
              + " where state has to be rebuilt, needed rows can be gone, and the job stops"
              + " (--on.missing.history). Set it to %d or more.".formatted(history.toMillis()));
    }
    boolean bounded =
        setting(settings, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")
            || !setting(settings, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
                .equals(Long.toString(Long.MAX_VALUE));
    if (!bounded) {
      warnings.add(
          "brokers accept any record timestamp on '%s': a producer whose whole clock is wrong can"
                  .formatted(topic)
              + " move the clock of a partition ahead. Set %s or %s=LogAppendTime there."
                  .formatted(
                      TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                      TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG));
    }
    return warnings;
  }

  private static List<String> tombstoneWarnings(String topic, Config settings) {
    String millis = setting(settings, TopicConfig.DELETE_RETENTION_MS_CONFIG);
    if (millis.isEmpty() || Long.parseLong(millis) >= NewTopics.DELETIONS_KEPT.toMillis()) {
      return List.of();
    }
    return List.of(
        "the table topic '%s' has delete.retention.ms=%s: a row that is deleted while the job is"
                .formatted(topic, millis)
            + " down for longer stays in its saved state. Set it to %d or more."
                .formatted(NewTopics.DELETIONS_KEPT.toMillis()));
  }

  /** The largest batch that brokers take there. */
  static int recordBytesMax(Config settings) {
    return Integer.parseInt(setting(settings, TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
  }

  /** {@link Long#MAX_VALUE} for without end. */
  private static long retentionMillis(Config settings) {
    String text = setting(settings, TopicConfig.RETENTION_MS_CONFIG);
    boolean deletes =
        setting(settings, TopicConfig.CLEANUP_POLICY_CONFIG)
            .contains(TopicConfig.CLEANUP_POLICY_DELETE);
    long millis = text.isEmpty() || !deletes ? -1 : Long.parseLong(text);
    return millis < 0 ? Long.MAX_VALUE : millis;
  }

  private static String setting(Config settings, String name) {
    ConfigEntry entry = settings.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }
}
