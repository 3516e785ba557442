package dev.tally.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the users of each minute as readers of committed records see them. Of two results for one
 * minute the later holds.
 */
final class MinuteCounts implements AutoCloseable {
  private static final int MINUTE_TEXT = "2016-07-11T13:39".length();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Long> expected;
  private final Map<String, Long> found = new HashMap<>();

  MinuteCounts(String bootstrapServers, String topic, int partitions, Map<String, Long> expected) {
    this.expected = expected;
    consumer = Answers.consumer(bootstrapServers);
    List<TopicPartition> all = Brokers.partitions(topic, partitions);
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** Reads what has come. */
  void read(Duration atMost) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      note(JsonParser.parseString(new String(record.value(), UTF_8)).getAsJsonObject());
    }
  }

  /** Peers know minutes alone, and write a blank between date and time. */
  private void note(JsonObject result) {
    JsonElement window = result.get("window");
    if (window == null || window.getAsString().equals("minute")) {
      String minute = result.get("start").getAsString().substring(0, MINUTE_TEXT);
      found.put(minute.replace(' ', 'T'), result.get("users").getAsLong());
    }
  }

  /** Minutes whose users are those that are expected. */
  long right() {
    return expected.entrySet().stream()
        .filter(each -> each.getValue().equals(found.get(each.getKey())))
        .count();
  }

  boolean allRight() {
    return right() == expected.size();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
