package dev.tally.engine.kafka;

import dev.tally.kafka.PollBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Polls twice, so that a transaction includes the newest records: what one poll returns was fetched
 * before the previous transaction ended.
 */
final class Poller {
  // With a backlog of this size there is nothing to gain from the newest records.
  private static final int BACKLOG_RECORDS = 10_000;
  // Brokers answer within it. A lone record is delayed by as much.
  private static final Duration LATEST_MAX = Duration.ofMillis(1);

  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final PollBudget budget;
  private final Set<TopicPartition> givenUp = new HashSet<>();

  /**
   * Polls a consumer.
   *
   * @param budget the one that the consumer's deserializers draw on
   */
  Poller(Consumer<ByteBuffer, ByteBuffer> consumer, PollBudget budget) {
    this.consumer = consumer;
    this.budget = budget;
  }

  /**
   * The records that were waiting and those that have arrived since; if there are none, the next
   * ones. Those that were returned before are no longer held.
   *
   * @param timeout how long to wait for the next ones
   */
  ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
    budget.begin();
    ConsumerRecords<ByteBuffer, ByteBuffer> waiting = consumer.poll(Duration.ZERO);
    if (waiting.count() >= BACKLOG_RECORDS || budget.spent()) {
      return waiting;
    }
    givenUp.clear();
    // Joined even if the first poll has no records: it may have moved past a transaction marker.
    return joined(waiting, consumer.poll(waiting.isEmpty() ? timeout : LATEST_MAX));
  }

  /** A poll has taken these away: records that the one before it returned are no longer ours. */
  void givenUp(Collection<TopicPartition> partitions) {
    givenUp.addAll(partitions);
  }

  private ConsumerRecords<ByteBuffer, ByteBuffer> joined(
      ConsumerRecords<ByteBuffer, ByteBuffer> waiting,
      ConsumerRecords<ByteBuffer, ByteBuffer> latest) {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(waiting.nextOffsets());
    next.keySet().removeAll(givenUp);
    next.putAll(latest.nextOffsets());
    Map<TopicPartition, List<ConsumerRecord<ByteBuffer, ByteBuffer>>> records = new HashMap<>();
    for (TopicPartition partition : waiting.partitions()) {
      if (!givenUp.contains(partition)) {
        records.put(partition, new ArrayList<>(waiting.records(partition)));
      }
    }
    for (TopicPartition partition : latest.partitions()) {
      records
          .computeIfAbsent(partition, none -> new ArrayList<>())
          .addAll(latest.records(partition));
    }
    return new ConsumerRecords<>(records, next);
  }
}
