package dev.tally.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What readers of committed records find in an output topic.
 *
 * @param byMillis how many records the broker took in each millisecond
 * @param count of all records
 * @param compared answers that were found in the sample
 * @param wrong those of them with another sum than expected
 */
record Answers(NavigableMap<Long, Long> byMillis, long count, long compared, long wrong) {

  /** Records per second from the first batch, which is not counted, to the last. */
  double perSecond() {
    return perSecondAfter(0);
  }

  /**
   * Records per second, starting with the batch that exceeds this number. It is the time at which
   * the broker took a record that counts, not that of its commit: a contestant that commits once a
   * second and is cut off in between loses neither rows nor time.
   */
  double perSecondAfter(long skipped) {
    long before = 0;
    for (Map.Entry<Long, Long> batch : byMillis.entrySet()) {
      before += batch.getValue();
      if (before > skipped) {
        long millis = byMillis.lastKey() - batch.getKey();
        return (count - before) * 1000.0 / Math.max(1, millis);
      }
    }
    return 0;
  }

  /**
   * Reads a topic to its end.
   *
   * @param expected sums to compare, or null where records are no answers
   * @param untilMillis records that the broker took later do not count
   */
  static Answers read(
      String bootstrapServers,
      String topic,
      int partitions,
      @Nullable Expected expected,
      long untilMillis) {
    List<TopicPartition> all = Brokers.partitions(topic, partitions);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers)) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Tally tally = new Tally(expected);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.timestamp() <= untilMillis) {
            tally.note(record);
          }
        }
      }
      return tally.answers();
    }
  }

  static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    settings.put("max.poll.records", 20_000);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static final class Tally {
    private final @Nullable Expected expected;
    private final NavigableMap<Long, Long> byMillis = new TreeMap<>();
    private long count;
    private long compared;
    private long wrong;

    Tally(@Nullable Expected expected) {
      this.expected = expected;
    }

    void note(ConsumerRecord<byte[], byte[]> record) {
      count++;
      byMillis.merge(record.timestamp(), 1L, Long::sum);
      if (expected != null && compared < expected.size()) {
        compare(new String(record.value(), UTF_8), expected);
      }
    }

    private void compare(String answer, Expected expected) {
      JsonObject json = JsonParser.parseString(answer).getAsJsonObject();
      BigDecimal sum =
          expected.sum(json.get("StockCode").getAsString(), json.get("Epoch").getAsString());
      if (sum != null) {
        compared++;
        wrong += sum.compareTo(json.get("10minutesSum").getAsBigDecimal()) == 0 ? 0 : 1;
      }
    }

    Answers answers() {
      return new Answers(byMillis, count, compared, wrong);
    }
  }
}
