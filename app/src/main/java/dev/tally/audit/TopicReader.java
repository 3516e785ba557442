package dev.tally.audit;

import dev.tally.Stop;
import dev.tally.audit.Scope.Range;
import dev.tally.kafka.PollBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads partitions of one topic from where they begin to where they end, then is done. */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Far above any pause of a healthy broker, an election of leaders included. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final PollBudget budget;
  private final String topic;

  /** End offsets of what is not read to the end yet. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private long passed;
  private long movedAtNanos;

  /**
   * Reads nothing yet.
   *
   * @param budget that the consumer's deserializers count in
   */
  TopicReader(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      PollBudget budget,
      String topic) {
    this.consumer = consumer;
    this.budget = budget;
    this.topic = topic;
  }

  /** Begins anew with all partitions; list indices are their numbers. */
  public void read(List<Range> ranges) {
    forget();
    for (int partition = 0; partition < ranges.size(); partition++) {
      add(partition, ranges.get(partition));
    }
    assign();
  }

  /** Begins anew with one partition. */
  public void read(int partition, Range range) {
    forget();
    add(partition, range);
    assign();
  }

  private void forget() {
    ends.clear();
    positions.clear();
  }

  private void add(int partition, Range range) {
    if (range.begin() < range.end()) {
      ends.put(new TopicPartition(topic, partition), range.end());
      positions.put(new TopicPartition(topic, partition), range.begin());
    }
  }

  private void assign() {
    consumer.assign(ends.keySet());
    positions.forEach(consumer::seek);
    consumer.resume(ends.keySet()); // Assigning again does not.
    movedAtNanos = System.nanoTime();
  }

  public boolean done() {
    return ends.isEmpty();
  }

  /** Offsets passed since this reader was made. */
  public long passed() {
    return passed;
  }

  /** Takes what one poll brings. */
  public void poll(Consumer<Message> sink) {
    budget.begin();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Long end = ends.get(new TopicPartition(topic, record.partition()));
      if (end != null && record.offset() < end) {
        sink.accept(message(record));
      }
    }
    long before = passed;
    // By position, not by count: transaction markers take offsets but are never handed out.
    for (TopicPartition partition : List.copyOf(ends.keySet())) {
      long end = ends.getOrDefault(partition, 0L);
      long position = Math.min(consumer.position(partition), end);
      passed += position - positions.getOrDefault(partition, position);
      positions.put(partition, position);
      if (position == end) {
        ends.remove(partition);
        consumer.pause(Set.of(partition));
      }
    }
    long nowNanos = System.nanoTime();
    if (passed > before) {
      movedAtNanos = nowNanos;
    } else if (nowNanos - movedAtNanos > PATIENCE.toNanos()) {
      throw Stop.kafka(
          "Nothing came from %s for %d s. Is its leader up?", ends.keySet(), PATIENCE.toSeconds());
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private static Message message(ConsumerRecord<byte[], byte[]> record) {
    List<Header> headers = List.of();
    if (record.headers().iterator().hasNext()) {
      List<Header> some = new ArrayList<>();
      record.headers().forEach(header -> some.add(new Header(header.key(), header.value())));
      headers = some;
    }
    return new Message(
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        headers);
  }
}
