package dev.tally.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads the answers of rolling-sum and its dead letters. */
final class AnswerReader implements ResultReader {
  /** More than the tallest terminal shows. */
  private static final int BUSIEST_MAX = 200;

  private final String answerTopic;
  private final TopicReader reader;

  @GuardedBy("this")
  private final Map<String, TotalsView.Total> totals = new HashMap<>();

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

  AnswerReader(String bootstrapServers, Act act) {
    this.answerTopic = act.output();
    this.reader = new TopicReader(bootstrapServers, Demo.emittedPartitions(act), this::note);
    reader.start();
  }

  /** What has been read, in total (answers) and since the last call (latencies). */
  record Answers(
      long results,
      long deadLetters,
      OptionalLong p50Millis,
      OptionalLong p99Millis,
      String sumName,
      List<TotalsView.Total> busiest)
      implements Progress {
    @Override
    public View view(Flow flow) {
      return new TotalsView(flow, p50Millis, p99Millis, sumName, busiest);
    }
  }

  @Override
  public synchronized Answers progress() {
    reader.requireReading();
    long[] sorted = Arrays.copyOf(latenciesMillis, latencies);
    latencies = 0;
    Arrays.sort(sorted);
    List<TotalsView.Total> busiest =
        totals.values().stream()
            .sorted(
                Comparator.comparingLong(TotalsView.Total::answers)
                    .reversed()
                    .thenComparing(TotalsView.Total::stockCode))
            .limit(BUSIEST_MAX)
            .toList();
    return new Answers(
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
    reader.close();
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
        (code, last) -> new TotalsView.Total(code, last == null ? 1 : last.answers() + 1, sum));
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
