package dev.tally.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates topics that can be written to at once. Metadata names a new partition's leader before
 * that leader accepts writes. A producer that is faster than the leader can have its first batch
 * refused and the next ones accepted, since a partition that knows no producer accepts any sequence
 * number. From then on the first batch is out of order and can never be sent.
 */
public final class NewTopics {
  /**
   * How long a compacted topic has to keep deletions, for readers that are away for so long: they
   * never hear of one that is gone.
   */
  public static final Duration DELETIONS_KEPT = Duration.ofDays(7);

  private static final long READY_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long ASK_AGAIN_MILLIS = 20;

  private NewTopics() {}

  /**
   * A topic to create, with the cluster's default number of replicas. Its records stay until
   * retention deletes them, even if the cluster's default is to compact topics.
   */
  public static NewTopic kept(String topic, int partitions) {
    return new NewTopic(topic, Optional.of(partitions), Optional.empty())
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
  }

  /** Such a topic with a retention of its own. */
  public static NewTopic kept(String topic, int partitions, Duration retention) {
    boolean forever = retention.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0;
    Map<String, String> settings = new HashMap<>(kept(topic, partitions).configs());
    settings.put(
        TopicConfig.RETENTION_MS_CONFIG, forever ? "-1" : Long.toString(retention.toMillis()));
    return kept(topic, partitions).configs(settings);
  }

  /** A topic to create of which brokers keep the newest record of each key, without end. */
  public static NewTopic compacted(String topic, int partitions) {
    return new NewTopic(topic, Optional.of(partitions), Optional.empty())
        .configs(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                String.valueOf(DELETIONS_KEPT.toMillis())));
  }

  /**
   * Creates a topic and waits until the leader of every partition answers.
   *
   * @return false if the topic existed already, perhaps since a moment ago
   */
  public static boolean create(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    boolean created = true;
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
      created = false;
    }
    TopicDescription description =
        onceKnown(
            () -> admin.describeTopics(Set.of(topic.name())).topicNameValues().get(topic.name()));
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicPartitionInfo partition : description.partitions()) {
      ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
    }
    var unused = onceKnown(() -> admin.listOffsets(ends).all());
    return created;
  }

  /**
   * Asks about a topic that exists. A broker may not know the topic yet, or its leader, so it is
   * asked again for some seconds.
   */
  public static <T> T onceKnown(Supplier<KafkaFuture<T>> question)
      throws ExecutionException, InterruptedException {
    for (long untilNanos = System.nanoTime() + READY_WITHIN_NANOS; ; ) {
      try {
        return question.get().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > untilNanos) {
          throw e;
        }
        Thread.sleep(ASK_AGAIN_MILLIS);
      }
    }
  }
}
