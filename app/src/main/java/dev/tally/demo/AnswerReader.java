package dev.tally.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tally.Stop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers and dead letters as every reader should: committed ones only. It has a thread of
 * its own, so that drawing, and asking the broker, do not add to the latency it measures.
 */
final class AnswerReader implements AutoCloseable {
  private static final Duration CLOSE_ATMOST = Duration.ofSeconds(10);

  /** More than the tallest terminal shows. */
  private static final int BUSIEST_MAX = 200;

  private final String answerTopic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread = new Thread(this::read, "answer-reader");

  @GuardedBy("this")
  private final Map<String, Snapshot.Total> totals = new HashMap<>();

  @GuardedBy("this")
  private long answers;

  @GuardedBy("this")
  private long deadLetters;

  @GuardedBy("this")
  private String sumName = "sum";

  @GuardedBy("this")
  private long[] latenciesMillis = new long[1_024];

  @GuardedBy("this")
  private int latencies;

  @GuardedBy("this")
  private @Nullable RuntimeException failure;

  AnswerReader(String bootstrapServers, String answerTopic, List<TopicPartition> partitions) {
    this.answerTopic = answerTopic;
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            bytes,
            bytes);
    consumer.assign(partitions);
    thread.setDaemon(true);
    thread.start();
  }

  /** What has been read, in total (answers) and since the last call (latencies). */
  record Progress(
      long answers,
      long deadLetters,
      OptionalLong p50Millis,
      OptionalLong p99Millis,
      String sumName,
      List<Snapshot.Total> busiest) {}

  /** What has been read so far. */
  synchronized Progress progress() {
    if (failure != null) {
      throw Stop.kafka("The answers cannot be read: %s.", failure);
    }
    long[] sorted = Arrays.copyOf(latenciesMillis, latencies);
    latencies = 0;
    Arrays.sort(sorted);
    List<Snapshot.Total> busiest =
        totals.values().stream()
            .sorted(
                Comparator.comparingLong(Snapshot.Total::answers)
                    .reversed()
                    .thenComparing(Snapshot.Total::stockCode))
            .limit(BUSIEST_MAX)
            .toList();
    return new Progress(
        answers, deadLetters, quantile(sorted, 0.50), quantile(sorted, 0.99), sumName, busiest);
  }

  /** The smallest value that at least this share of the values does not exceed. */
  static OptionalLong quantile(long[] sorted, double share) {
    if (sorted.length == 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(sorted[(int) Math.ceil(share * sorted.length) - 1]);
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(CLOSE_ATMOST.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (consumer) {
      while (true) {
        var records = consumer.poll(Duration.ofSeconds(1));
        long nowMillis = System.currentTimeMillis();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          note(record, nowMillis);
        }
      }
    } catch (WakeupException e) {
      // Closed.
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void note(ConsumerRecord<byte[], byte[]> record, long nowMillis) {
    if (!record.topic().equals(answerTopic)) {
      deadLetters++;
      return;
    }
    answers++;
    JsonObject answer;
    try {
      answer =
          JsonParser.parseString(new String(record.value(), StandardCharsets.UTF_8))
              .getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      return; // verify will say so
    }
    JsonElement stockCode = answer.get("StockCode");
    JsonElement epoch = answer.get("Epoch");
    String sum = sumOf(answer);
    if (stockCode == null || epoch == null || sum == null) {
      return;
    }
    totals.compute(
        stockCode.getAsString(),
        (code, last) -> new Snapshot.Total(code, last == null ? 1 : last.answers() + 1, sum));
    addLatency(nowMillis - epoch.getAsBigDecimal().movePointRight(3).longValue());
  }

  @GuardedBy("this")
  private @Nullable String sumOf(JsonObject answer) {
    for (String name : answer.keySet()) {
      if (name.endsWith("Sum")) {
        sumName = name;
        return answer.get(name).getAsString();
      }
    }
    return null;
  }

  @GuardedBy("this")
  private void addLatency(long millis) {
    if (latencies == latenciesMillis.length) {
      latenciesMillis = Arrays.copyOf(latenciesMillis, 2 * latencies);
    }
    latenciesMillis[latencies++] = millis;
  }
}
