package dev.tally.audit.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Findings;
import dev.tally.audit.Header;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Report;
import dev.tally.audit.SampleAudit;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import dev.tally.audit.Unusable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Three topics in memory, and a model of the job that answers each row by going through all earlier
 * ones. Tests then change what is in the topics.
 */
final class Scene {
  /** How many interleavings of rows and answers a test tries. */
  static final int SEEDS = 8;

  static final long STAMP_MILLIS = 2_000_000_000_000L;

  Rules rules =
      new Rules(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          OnMiskeyed.FAIL);
  final List<List<Message>> input;
  final List<List<Message>> answers;
  final List<List<Message>> letters;
  long[] begins;
  long[] starts;
  long[] answeredTo;
  long[] answersBegin;
  boolean committed = true;

  Scene(int inputPartitions, int answerPartitions) {
    input = partitions(inputPartitions);
    answers = partitions(answerPartitions);
    letters = partitions(1);
    begins = new long[inputPartitions];
    starts = new long[inputPartitions];
    answeredTo = new long[inputPartitions];
    answersBegin = new long[answerPartitions];
    Arrays.fill(answeredTo, Long.MAX_VALUE);
  }

  /**
   * Two partitions without a fault: seven rows to answer, and in the first partition one row that
   * is unreadable and one that is late.
   */
  static Scene shop() {
    Scene scene = new Scene(2, 2);
    scene.row(0, "a", "1000", "1");
    scene.row(0, "b", "1000", "2");
    scene.row(0, "a", "1010", "4");
    scene.raw(0, "a", "{\"Price\":NaN}", new Header("origin", "shop".getBytes(UTF_8)));
    scene.row(0, "a", "900", "8");
    scene.row(0, "b", "1020", "16");
    scene.row(1, "c", "1000", "32");
    scene.row(1, "d", "1000", "64");
    scene.row(1, "c", "1001", "128");
    scene.work();
    return scene;
  }

  private static List<List<Message>> partitions(int count) {
    List<List<Message>> partitions = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      partitions.add(new ArrayList<>());
    }
    return partitions;
  }

  static String json(String code, String seconds, String price, String quantity) {
    return "{\"StockCode\":\"%s\",\"Quantity\":%s,\"Price\":%s,\"InvoiceDate\":%s}"
        .formatted(code, quantity, price, seconds);
  }

  void row(int partition, String code, String seconds, String amount) {
    raw(partition, code, json(code, seconds, amount, "1"));
  }

  void raw(int partition, String key, @Nullable String value, Header... headers) {
    List<Message> log = input.get(partition);
    log.add(
        new Message(
            partition,
            log.size(),
            STAMP_MILLIS + log.size(),
            key.getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8),
            List.of(headers)));
  }

  /** A row that the model has accepted. */
  private record Past(String code, BigDecimal seconds, BigDecimal amount) {}

  /** Answers every row before answeredTo, by the definition and in the simplest way. */
  void work() {
    for (int p = 0; p < input.size(); p++) {
      List<Past> past = new ArrayList<>();
      for (Message row : input.get(p)) {
        work(p, past, row);
      }
    }
  }

  private void work(int p, List<Past> past, Message message) {
    boolean answered = message.offset >= starts[p] && message.offset < answeredTo[p];
    Row row;
    try {
      row = Row.parse(message.value);
    } catch (Unusable e) {
      if (answered) {
        letter(message, "unreadable");
      }
      return;
    }
    String reason = null;
    BigDecimal graceSeconds = BigDecimal.valueOf(rules.grace().toMillis(), 3);
    Optional<BigDecimal> latest =
        rules
            .futureMax()
            .map(max -> BigDecimal.valueOf(message.timestampMillis + max.toMillis(), 3));
    if (input.size() > 1
        && (rules.onMiskeyed() == OnMiskeyed.DEAD_LETTER
            || (rules.onMiskeyed() == OnMiskeyed.FAIL && !answered))
        && !row.code().equals(new String(message.key, UTF_8))) {
      reason = "miskeyed";
    } else if (latest.isPresent() && row.seconds().compareTo(latest.get()) > 0) {
      reason = "future";
    } else if (past.stream()
        .anyMatch(one -> row.seconds().compareTo(one.seconds.subtract(graceSeconds)) < 0)) {
      reason = "late";
    }
    if (reason != null) {
      if (answered) {
        letter(message, reason);
      }
      return;
    }
    past.add(new Past(row.code(), row.seconds(), row.amount()));
    BigDecimal from = row.seconds().subtract(BigDecimal.valueOf(rules.window().toMillis(), 3));
    BigDecimal sum = BigDecimal.ZERO;
    for (Past one : past) {
      if (one.code.equals(row.code())
          && one.seconds.compareTo(from) >= 0
          && one.seconds.compareTo(row.seconds()) <= 0) {
        sum = sum.add(one.amount);
      }
    }
    if (answered) {
      int place =
          input.size() == answers.size() ? p : Math.floorMod(row.code().hashCode(), answers.size());
      answer(place, row.code(), row.epoch(), sum.stripTrailingZeros().toPlainString());
    }
  }

  void answer(int partition, String code, String epoch, String sum) {
    String value =
        "{\"StockCode\":\"%s\",\"Epoch\":%s,\"%s\":%s}"
            .formatted(code, epoch, rules.sumName(), sum);
    append(answers.get(partition), partition, code.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  static void append(
      List<Message> log, int partition, byte @Nullable [] key, byte @Nullable [] value) {
    log.add(new Message(partition, log.size(), STAMP_MILLIS, key, value, List.of()));
  }

  void letter(Message row, String reason) {
    letters
        .get(0)
        .add(
            new Message(
                0,
                letters.get(0).size(),
                STAMP_MILLIS,
                row.key,
                row.value,
                SampleAudit.headers(row, Map.of("tally.error.reason", reason))));
  }

  /** Removes one record from a partition; the others keep their offsets. */
  static Message remove(List<Message> log, int index) {
    return log.remove(index);
  }

  /** Puts another record in the place of one. */
  static void replace(List<Message> log, int index, String key, String value) {
    Message old = log.get(index);
    log.set(
        index,
        new Message(
            old.partition,
            old.offset,
            old.timestampMillis,
            key.getBytes(UTF_8),
            value.getBytes(UTF_8),
            old.headers));
  }

  /** Deletes an input partition up to an offset, as retention does. */
  void delete(int partition, long upTo) {
    begins[partition] = upTo;
    starts[partition] = Math.max(starts[partition], upTo);
    input.get(partition).removeIf(row -> row.offset < upTo);
  }

  /** Audits the topics; the seed interleaves rows and answers. */
  Report audit(long seed) {
    AuditSettings settings = SampleAudit.SETTINGS;
    Scope scope = scope();
    Findings findings = new Findings();
    Comparison comparison = new Comparison(settings, rules, scope, findings);
    letters.forEach(log -> log.forEach(comparison::deadLetter));
    Random random = new Random(seed);
    List<List<Message>> logs = new ArrayList<>(input);
    logs.addAll(answers);
    int[] next = new int[logs.size()];
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < logs.size(); i++) {
      open.add(i);
    }
    while (!open.isEmpty()) {
      Integer one = open.get(random.nextInt(open.size()));
      List<Message> log = logs.get(one);
      Consumer<Message> sink = one < input.size() ? comparison::row : comparison::answer;
      for (int burst = random.nextInt(5); burst >= 0 && next[one] < log.size(); burst--) {
        sink.accept(log.get(next[one]++));
      }
      if (next[one] == log.size()) {
        open.remove(one);
      }
    }
    comparison.finish(sink -> input.forEach(log -> log.forEach(sink)));
    return findings.report(scope);
  }

  /** Audits in several interleavings; each finds these disagreements and no others. */
  void assertFinds(Kind kind, String... sentences) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Report report = audit(seed);
      assertEquals(
          Map.of(kind, (long) sentences.length), report.found().counts(), () -> report.toString());
      assertEquals(List.of(sentences), report.found().kept().get(kind));
      assertFalse(report.agrees());
      assertTrue(report.toString().contains(sentences[0]), () -> report.toString());
    }
  }

  private Scope scope() {
    List<InputRange> rows = new ArrayList<>();
    for (int p = 0; p < input.size(); p++) {
      List<Message> log = input.get(p);
      long end = log.isEmpty() ? begins[p] : log.get(log.size() - 1).offset + 1;
      rows.add(new InputRange(begins[p], starts[p], Math.min(answeredTo[p], end), end));
    }
    List<Range> outputs = new ArrayList<>();
    for (int p = 0; p < answers.size(); p++) {
      outputs.add(new Range(answersBegin[p], 1_000_000));
    }
    return new Scope(rows, outputs, List.of(new Range(0, 1_000_000)), committed);
  }
}
