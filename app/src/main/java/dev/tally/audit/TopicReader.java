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

/** Reads ranges of the partitions of one topic, and is then done. */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Far longer than any pause of a healthy broker, even for the election of a leader. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final PollBudget budget;
  private final String topic;

  /** End offsets of the partitions that are not yet read to their ends. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private long passed;
  private long movedAtNanos;

  /**
   * Reads nothing yet.
   *
   * @param budget the one that the consumer's deserializers draw on
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
    consumer.resume(ends.keySet()); // Assigning a paused partition again does not resume it.
    movedAtNanos = System.nanoTime();
  }

  /** Whether every partition is read to its end. */
  public boolean done() {
    return ends.isEmpty();
  }

  /** How many offsets were passed since this reader was opened. */
  public long passed() {
    return passed;
  }

  /**
   * Hands over what one poll brings, each partition in offset order.
   *
   * @throws Stop if nothing has come for a long time
   */
  public void poll(Consumer<Message> sink) {
    budget.begin();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Long end = ends.get(new TopicPartition(topic, record.partition()));
      if (end != null && record.offset() < end) {
        sink.accept(message(record));
      }
    }
    long before = passed;
    // By position, not by count: transaction markers occupy offsets but are never handed out.
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
