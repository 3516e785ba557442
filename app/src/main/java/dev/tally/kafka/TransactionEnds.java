package dev.tally.kafka;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/**
 * Whether a cluster can lose the end of a transaction: brokers from 4.3.0 on do, on a partition
 * that has no leader at that moment (KAFKA-20734, decision 21).
 */
public final class TransactionEnds {
  // Brokers name the newest metadata.version that they know, whatever the cluster has been raised
  // to: it tells the release of their software. 4.3.0 brought this one.
  private static final int METADATA_VERSION_OF_4_3 = 30;

  // With one broker away for maintenance, another may fail.
  private static final int REPLICAS_SAFE = 3;

  private static final String OFFSETS_TOPIC = "__consumer_offsets";

  private TransactionEnds() {}

  /**
   * What can happen on this cluster, in sentences; empty if nothing can, or if the brokers do not
   * tell their release.
   *
   * @param outputs topics that transactions write to
   */
  public static Optional<String> risk(Admin admin, Collection<String> outputs) {
    List<String> topics = new ArrayList<>(outputs);
    topics.add(OFFSETS_TOPIC);
    try {
      SupportedVersionRange known =
          admin
              .describeFeatures()
              .featureMetadata()
              .get()
              .supportedFeatures()
              .get("metadata.version");
      int newest = known == null ? 0 : known.maxVersion(); // absent where there is ZooKeeper
      return newest < METADATA_VERSION_OF_4_3
          ? Optional.empty()
          : risk(replicas(topics, admin.describeTopics(topics).topicNameValues()));
    } catch (ExecutionException e) {
      return Optional.empty(); // nothing depends on this warning
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** For each topic that exists, in this order, the replicas of the partition with the fewest. */
  private static Map<String, Integer> replicas(
      List<String> topics, Map<String, KafkaFuture<TopicDescription>> answers)
      throws InterruptedException {
    Map<String, Integer> replicas = new LinkedHashMap<>();
    for (String topic : topics) {
      try {
        requireNonNull(answers.get(topic)).get().partitions().stream()
            .mapToInt(partition -> partition.replicas().size())
            .min()
            .ifPresent(fewest -> replicas.put(topic, fewest));
      } catch (ExecutionException e) {
        // A topic that is missing is not short of replicas.
      }
    }
    return replicas;
  }

  /** The risk on brokers that can lose the end of a transaction. */
  static Optional<String> risk(Map<String, Integer> replicas) {
    return replicas.entrySet().stream()
        .min(Map.Entry.comparingByValue())
        .filter(fewest -> fewest.getValue() < REPLICAS_SAFE)
        .map(fewest -> sentence(fewest.getKey(), fewest.getValue()));
  }

  private static String sentence(String topic, int replicas) {
    return "these brokers are of Kafka 4.3 or later, which can lose the end of a transaction on a"
        + " partition without a leader (KAFKA-20734), and '%s' has %d replica%s: when all of them"
            .formatted(topic, replicas, replicas == 1 ? "" : "s")
        + " are away at once, answers can be missing or double. Use %d replicas, or brokers of 4.2."
            .formatted(REPLICAS_SAFE);
  }
}
