package dev.tally.engine;

import static java.util.Objects.requireNonNull;

import dev.tally.job.Stop;
import dev.tally.kafka.NewTopics;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be true of the topics before any row is read, and what is created if it is missing.
 */
final class Topics {
  private static final Logger log = LoggerFactory.getLogger(Topics.class);

  /**
   * What the engine needs to know of them.
   *
   * @param inputTopicId of the topic that the workers read
   * @param deadLetterBytesMax what brokers take there in one batch
   */
  record Layout(
      Uuid inputTopicId,
      int inputPartitions,
      int outputPartitions,
      int deadLetterPartitions,
      int deadLetterBytesMax) {
    boolean sameOutputPartitions() {
      return inputPartitions == outputPartitions;
    }

    DeadLetters deadLetters(String topic) {
      return new DeadLetters(topic, inputPartitions == deadLetterPartitions, deadLetterBytesMax);
    }
  }

  // A StockCode of 1,024 bytes, once as the key and once with every byte escaped, an epoch of 1,023
  // characters and a sum.
  private static final int ANSWER_BYTES_MIN = 10_000;

  private final Admin admin;
  private final String bootstrapServers;

  Topics(Admin admin, String bootstrapServers) {
    this.admin = admin;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Checks the input, creates missing outputs.
   *
   * @throws Stop naming the topic and the cure
   */
  Layout prepare(EngineConfig config) {
    TopicDescription input =
        describe(config.inputTopic())
            .orElseThrow(
                () ->
                    Stop.kafka(
                        "the input topic '%s' does not exist on %s. Create it, or name another one"
                            + " with --input.topic.",
                        config.inputTopic(), bootstrapServers));
    int inputs = input.partitions().size();
    checkInput(config.inputTopic());
    int outputs = partitionsOrCreate(config.outputTopic(), inputs);
    int deadLetters = partitionsOrCreate(config.deadLetterTopic(), inputs);
    int answerBytesMax =
        Integer.parseInt(
            setting(settings(config.outputTopic()), TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    if (answerBytesMax < ANSWER_BYTES_MIN) {
      throw Stop.refused(
          "the output topic '%s' has max.message.bytes=%d: too little for the answer to a row with"
              + " a long StockCode. Set it to %d or more.",
          config.outputTopic(), answerBytesMax, ANSWER_BYTES_MIN);
    }
    int bytesMax =
        Integer.parseInt(
            setting(settings(config.deadLetterTopic()), TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
    if (bytesMax < DeadLetters.RECORD_BYTES_MIN) {
      throw Stop.refused(
          "the dead-letter topic '%s' has max.message.bytes=%d: too little for what a dead letter"
              + " has to say of its row. Set it to %d or more.",
          config.deadLetterTopic(), bytesMax, DeadLetters.RECORD_BYTES_MIN);
    }
    return new Layout(
        input.topicId(),
        inputs,
        outputs,
        deadLetters,
        Math.min(bytesMax, KafkaSession.REQUEST_BYTES_MAX / 2));
  }

  /**
   * Checks that the input is still what it was at the start. A topic that is deleted and created
   * anew has another id, and a client may go on reading it at the old offsets.
   *
   * @throws Stop if it is not
   */
  void requireUnchanged(String topic, Layout layout) {
    Optional<TopicDescription> now;
    try {
      now = describe(topic);
    } catch (Stop stop) {
      return; // brokers that are away are the workers' concern, who wait for them
    }
    if (now.isEmpty()) {
      return; // a broker that has just come back may not know it yet
    }
    requireSame(topic, layout, now.get().topicId(), now.get().partitions().size());
  }

  /** See {@link #requireUnchanged}. */
  static void requireSame(String topic, Layout layout, Uuid topicId, int partitions) {
    if (!topicId.equals(layout.inputTopicId())) {
      throw Stop.refused(
          "the input topic '%s' was deleted and created anew while it was being read. Reset the"
              + " group's offsets to say where to begin.",
          topic);
    }
    // Keys move when partitions are added: rows of one key may then be in two of them.
    if (partitions != layout.inputPartitions()) {
      throw Stop.refused(
          "%s had %d partitions and now has %d: rows of one key may be in two of them. Start again"
              + " once all of them are keyed alike, with --on.settings.change rebuild.",
          topic, layout.inputPartitions(), partitions);
    }
  }

  private void checkInput(String topic) {
    Config settings = settings(topic);
    String policy = setting(settings, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw Stop.refused(
          "the input topic '%s' has cleanup.policy=%s: compaction removes rows that sums need. Set"
              + " it to delete.",
          topic, policy);
    }
    boolean bounded =
        setting(settings, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")
            || !setting(settings, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
                .equals(Long.toString(Long.MAX_VALUE));
    if (!bounded) {
      log.warn(
          "brokers accept any record timestamp on '{}': a producer whose whole clock is wrong can"
              + " move the clock of a partition ahead. Set {} or {}=LogAppendTime there.",
          topic,
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    }
  }

  private int partitionsOrCreate(String topic, int partitions) {
    Optional<TopicDescription> found = describe(topic);
    if (found.isPresent()) {
      return found.get().partitions().size();
    }
    NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
    try {
      if (NewTopics.create(admin, wanted)) {
        log.info("created topic '{}' with {} partitions", topic, partitions);
      }
    } catch (ExecutionException e) {
      throw failure("create topic '" + topic + "'", cause(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
    // If another instance was quicker it has created as many.
    return partitions;
  }

  private Optional<TopicDescription> describe(String topic) {
    try {
      return Optional.ofNullable(
          admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic));
    } catch (ExecutionException e) {
      if (cause(e) instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failure("describe topic '" + topic + "'", cause(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private Config settings(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      // Another instance may have created it a moment ago.
      return NewTopics.onceKnown(
          () -> requireNonNull(admin.describeConfigs(Set.of(resource)).values().get(resource)));
    } catch (ExecutionException e) {
      throw failure("read the settings of topic '" + topic + "'", cause(e));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static String setting(Config settings, String name) {
    ConfigEntry entry = settings.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }

  private static Throwable cause(ExecutionException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  private Stop failure(String what, Throwable cause) {
    if (cause instanceof TimeoutException) {
      return Stop.kafka(
          "no broker answered at %s in time to %s. Is it running, and is the address right?",
          bootstrapServers, what);
    }
    return Stop.kafka("the brokers at %s refused to %s: %s", bootstrapServers, what, cause);
  }

  private static Stop interrupted() {
    Thread.currentThread().interrupt();
    return Stop.kafka("stopped while asking the brokers about topics");
  }
}
