package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a compacted topic holds: the newest value of each key. */
final class CustomerTable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int ANSWER_WITHIN_MILLIS = 20_000;

  /** Far longer than any pause of a healthy broker, even for the election of a leader. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private CustomerTable() {}

  /**
   * The consumer's settings, so that a wrong one is refused before anything is connected.
   *
   * @throws Stop if one is wrong
   */
  static Map<String, Object> settings(ClientSettings clients) {
    Map<String, Object> defaults =
        Map.of("client.id", Publisher.CLIENT_ID, "default.api.timeout.ms", ANSWER_WITHIN_MILLIS);
    Map<String, Object> owned =
        Map.of(
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "none",
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class);
    Map<String, Object> settings = clients.consumer(defaults, owned);
    var unused = Connection.opened(clients, () -> new ConsumerConfig(settings));
    return settings;
  }

  /**
   * Reads a topic to the end that it has now.
   *
   * @param settings those of {@link #settings}
   * @return values by key; a key whose newest value is null is deleted, and absent
   * @throws Stop if brokers do not answer or refuse
   */
  static Map<String, byte[]> read(
      ClientSettings clients, Map<String, Object> settings, String topic) {
    try (Consumer<byte[], byte[]> consumer =
        Connection.opened(clients, () -> new KafkaConsumer<byte[], byte[]>(settings))) {
      return read(consumer, topic);
    } catch (KafkaException e) {
      throw Connection.failed(clients, "read topic '" + topic + "'", e);
    }
  }

  static Map<String, byte[]> read(Consumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
    Map<String, byte[]> values = new HashMap<>();
    long movedAtNanos = System.nanoTime();
    while (true) {
      // By position, not by count: compaction leaves gaps.
      boolean moved =
          ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      if (ends.isEmpty()) {
        return values;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        moved = true;
        if (record.key() != null && record.value() == null) {
          values.remove(new String(record.key(), UTF_8));
        } else if (record.key() != null) {
          values.put(new String(record.key(), UTF_8), record.value());
        }
      }
      long nowNanos = System.nanoTime();
      movedAtNanos = moved ? nowNanos : movedAtNanos;
      if (nowNanos - movedAtNanos > PATIENCE.toNanos()) {
        throw Stop.kafka(
            "nothing came from %s for %d s. Is its leader up?",
            ends.keySet(), PATIENCE.toSeconds());
      }
    }
  }
}
