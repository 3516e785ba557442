package dev.tally.kafka;

import static java.util.Objects.requireNonNull;

import dev.tally.Stop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topic that records are sent to, made ready before the first one. */
public final class TargetTopic {
  private static final Logger LOG = LoggerFactory.getLogger(TargetTopic.class);

  /** Long enough for a broker that is just starting, short enough for a user who waits. */
  private static final int ANSWER_WITHIN_MILLIS = 15_000;

  /** Far above what brokers carry; it catches typos. */
  private static final int PARTITIONS_MAX = 100_000;

  private TargetTopic() {}

  /**
   * Checks how many partitions a user wants of a topic.
   *
   * @throws Stop if no brokers could carry as many
   */
  public static void requirePartitions(int partitions) {
    if (partitions < 1 || partitions > PARTITIONS_MAX) {
      throw Stop.usage("--partitions %d: give 1 to %d.", partitions, PARTITIONS_MAX);
    }
  }

  /**
   * Creates the topic unless it exists.
   *
   * @param clientId by which brokers know the program
   * @param partitions of the topic if it has to be created
   * @throws Stop if no broker answers or one refuses
   */
  public static void ensure(
      ClientSettings settings, String clientId, String topic, int partitions) {
    ensure(settings, clientId, NewTopics.kept(topic, partitions), admin -> {});
  }

  /**
   * The same for a topic of which brokers keep the newest record of each key.
   *
   * @throws Stop also if the topic exists and is not compacted, or also deletes by age
   */
  public static void ensureCompacted(
      ClientSettings settings, String clientId, String topic, int partitions) {
    ensure(
        settings,
        clientId,
        NewTopics.compacted(topic, partitions),
        admin -> requireCompacted(admin, topic));
  }

  private static void ensure(
      ClientSettings settings, String clientId, NewTopic wanted, Consumer<Admin> check) {
    Map<String, Object> defaults =
        Map.of(
            "client.id", clientId,
            "default.api.timeout.ms", ANSWER_WITHIN_MILLIS,
            "request.timeout.ms", ANSWER_WITHIN_MILLIS);
    Map<String, Object> ofAdmin = settings.admin(defaults, Map.of());
    try (Admin admin = Connection.opened(settings, () -> Admin.create(ofAdmin))) {
      if (!exists(admin, wanted.name())) {
        create(admin, wanted);
      }
      check.accept(admin);
    } catch (KafkaException e) {
      throw Connection.failed(settings, "find or create topic '" + wanted.name() + "'", e);
    }
  }

  private static boolean exists(Admin admin, String topic) {
    try {
      return get(() -> admin.describeTopics(List.of(topic)).allTopicNames().get())
          .containsKey(topic);
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    }
  }

  private static void create(Admin admin, NewTopic wanted) {
    if (get(() -> NewTopics.create(admin, wanted))) {
      int partitions = wanted.numPartitions();
      String noun = partitions == 1 ? "partition" : "partitions";
      LOG.info("Created topic {} with {} {}.", wanted.name(), partitions, noun);
    } else {
      LOG.info("Topic {} was created by another program in the meantime.", wanted.name());
    }
  }

  private static void requireCompacted(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config settings =
        get(
            () ->
                requireNonNull(
                    NewTopics.onceKnown(() -> admin.describeConfigs(List.of(resource)).all())
                        .get(resource)));
    String policy = requireNonNull(settings.get(TopicConfig.CLEANUP_POLICY_CONFIG), topic).value();
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw Stop.refused(
          "topic '%s' has cleanup.policy=%s: brokers would delete by age what is to stay. Set it to"
              + " compact, or name another topic.",
          topic, policy);
    }
  }

  /** A question to the brokers. */
  private interface Question<T> {
    T answer() throws ExecutionException, InterruptedException;
  }

  private static <T> T get(Question<T> question) {
    try {
      return question.answer();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
