package dev.tally.engine.kafka;

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
 * Polls for what has come until now. A consumer asks for the next records when it returns some: at
 * the next poll they are as old as the transaction in between, and those that came during it would
 * wait for another one.
 */
final class Poller {
  // Who is that far behind gains nothing by the latest records.
  private static final int BACKLOG_RECORDS = 10_000;
  // Brokers answer in less; a lone record waits for as long in vain.
  private static final Duration LATEST_MAX = Duration.ofMillis(1);

  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final Runnable beforePoll;
  private final Set<TopicPartition> givenUp = new HashSet<>();

  /**
   * Polls a consumer.
   *
   * @param beforePoll run when none of the records that it gave before is held any more
   */
  Poller(Consumer<ByteBuffer, ByteBuffer> consumer, Runnable beforePoll) {
    this.consumer = consumer;
    this.beforePoll = beforePoll;
  }

  /**
   * Records that were waiting and those that have come since; if there are none, the next ones.
   *
   * @param timeout how long to wait for these
   */
  ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
    beforePoll.run();
    ConsumerRecords<ByteBuffer, ByteBuffer> waiting = consumer.poll(Duration.ZERO);
    if (waiting.count() >= BACKLOG_RECORDS) {
      return waiting;
    }
    givenUp.clear();
    // Without any record it may still have moved on behind a transaction's marker.
    return joined(waiting, consumer.poll(waiting.isEmpty() ? timeout : LATEST_MAX));
  }

  /** These were taken from us in a poll: what an earlier one brought of them is not ours. */
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
