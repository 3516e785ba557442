package dev.tally.engine.kafka;

import static java.util.Objects.requireNonNull;

import dev.tally.engine.PartitionInfo;
import dev.tally.engine.TableInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a session asks the brokers through the admin client; nothing here waits for an answer. */
final class PartitionLookup {
  private final Admin admin;
  private final String groupId;
  private final String topic;
  private final OffsetSpec startFrom;

  /**
   * About the partitions of one topic and one group.
   *
   * @param startFrom where a group without committed offsets begins
   */
  PartitionLookup(Admin admin, String groupId, String topic, OffsetSpec startFrom) {
    this.admin = admin;
    this.groupId = groupId;
    this.topic = topic;
    this.startFrom = startFrom;
  }

  /** See {@link dev.tally.engine.Session#lookUp}. */
  CompletableFuture<Map<TopicPartition, PartitionInfo>> of(Set<TopicPartition> partitions) {
    // Committed offsets first: the log's end is read afterwards, so it cannot lie before them.
    return admin
        .listConsumerGroupOffsets(
            Map.of(groupId, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
            new ListConsumerGroupOffsetsOptions().requireStable(true))
        .partitionsToOffsetAndMetadata(groupId)
        .toCompletionStage()
        .thenCompose(committed -> withLogs(partitions, committed))
        .handle(
            (found, failure) -> {
              if (failure != null) {
                throw Remedy.of(
                    "ask where to begin", unwrapped(failure), Remedy.Otherwise.RECONNECT);
              }
              return found;
            })
        .toCompletableFuture();
  }

  private CompletableFuture<Map<TopicPartition, PartitionInfo>> withLogs(
      Set<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> committed) {
    CompletableFuture<TopicDescription> description = describeTopic();
    var starts = offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    var ends = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    var begins = offsets(partitions, startFrom, IsolationLevel.READ_COMMITTED);
    return CompletableFuture.allOf(description, starts, ends, begins)
        .thenApply(
            ignored -> {
              Map<TopicPartition, PartitionInfo> found = new HashMap<>();
              // A partition with an open transaction has no entry; null means no committed offset.
              for (TopicPartition partition : committed.keySet()) {
                long end = offset(ends, partition);
                // -1 if no record is as late as the time asked for: begin with the next one.
                long begin = offset(begins, partition);
                found.put(
                    partition,
                    new PartitionInfo(
                        description.join().topicId(),
                        description.join().partitions().size(),
                        offset(starts, partition),
                        end,
                        begin < 0 ? end : begin,
                        committed.get(partition)));
              }
              return found;
            });
  }

  private CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      Set<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(partition, spec));
    return completable(admin.listOffsets(specs, new ListOffsetsOptions(isolation)).all());
  }

  private static long offset(
      CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets,
      TopicPartition partition) {
    return requireNonNull(offsets.join().get(partition)).offset();
  }

  /** See {@link dev.tally.engine.Session#ends}. */
  CompletableFuture<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED)
        .thenApply(
            found -> {
              Map<TopicPartition, Long> ends = new HashMap<>();
              found.forEach((partition, end) -> ends.put(partition, end.offset()));
              return ends;
            });
  }

  /** See {@link dev.tally.engine.TableReader#lookUp}. */
  CompletableFuture<TableInfo> table() {
    return describeTopic()
        .thenCompose(
            found -> {
              Set<TopicPartition> partitions = new HashSet<>();
              found.partitions().forEach(each -> partitions.add(named(each.partition())));
              var starts =
                  offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
              var ends = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
              return starts.thenCombine(
                  ends,
                  (ignored, alsoIgnored) ->
                      new TableInfo(
                          found.topicId(),
                          inOrder(starts, partitions.size()),
                          inOrder(ends, partitions.size())));
            })
        .handle(
            (found, failure) -> {
              if (failure != null) {
                throw Remedy.of(
                    "ask where the table " + topic + " ends",
                    unwrapped(failure),
                    Remedy.Otherwise.RECONNECT);
              }
              return found;
            });
  }

  private List<Long> inOrder(
      CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets, int partitions) {
    return IntStream.range(0, partitions).mapToObj(i -> offset(offsets, named(i))).toList();
  }

  private TopicPartition named(int partition) {
    return new TopicPartition(topic, partition);
  }

  CompletableFuture<TopicDescription> describeTopic() {
    return completable(admin.describeTopics(Set.of(topic)).topicNameValues().get(topic));
  }

  CompletableFuture<ConsumerGroupDescription> describeGroup() {
    return completable(
        admin.describeConsumerGroups(List.of(groupId)).describedGroups().get(groupId));
  }

  /** The admin client has a future for every name that is asked about, existing or not. */
  private static <T> CompletableFuture<T> completable(@Nullable KafkaFuture<T> asked) {
    return requireNonNull(asked).toCompletionStage().toCompletableFuture();
  }

  /** What failed, without what a future wraps it in. */
  static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
