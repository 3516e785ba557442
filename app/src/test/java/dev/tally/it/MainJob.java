package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonParser;
import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import dev.tally.generate.Generator;
import dev.tally.generate.Plan;
import dev.tally.generate.sales.EventTime;
import dev.tally.generate.sales.Missing;
import dev.tally.generate.sales.RowKey;
import dev.tally.generate.sales.Rows;
import dev.tally.generate.sales.SalesRecords;
import dev.tally.kafka.ClientSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What the main job must do on any Kafka, with the real rows. */
final class MainJob {
  static final int CAPTURED = 3_000;
  static final int BUNDLED = 57_363;

  // The lowest that brokers allow, so that the dead are missed soon.
  static final String SHORT_SESSION = "--consumer.session.timeout.ms=6000";

  // The capture's event times are those of its own day, whatever day the test runs on.
  private static final String ANY_TIME = "--future.max=3650d";
  private static final Rules ANY_TIME_RULES =
      new Rules(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofDays(3650)),
          OnMiskeyed.FAIL);

  private static final String CAPTURE = "/dev/tally/generate/sales/generator-capture-3000.jsonl.gz";

  private final Cluster kafka;
  private final Path folder;

  MainJob(Cluster kafka, Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  /** One instance; the rows are there before it starts. */
  void answersTheCaptureExactly(int partitions) throws Exception {
    Trial trial = Trial.create(kafka, folder, partitions);
    sendCapture(trial);
    trial.runUntilEnd(ANY_TIME).done();
    assertExact(trial, CAPTURED);
  }

  /** See {@link #answersTheCaptureExactly}. */
  void answersTheBundledRowsExactly(int partitions) throws Exception {
    Trial trial = Trial.create(kafka, folder, partitions);
    // Fifty a second: windows fill with rows, and rows leave them again.
    sendBundled(trial, "1700000000+50");
    trial.runUntilEnd(ANY_TIME).done();
    assertExact(trial, BUNDLED);
  }

  /** Three instances on one state folder; the rows come while they run. */
  void threeInstancesShareTheWork(int partitions) throws Exception {
    Trial trial = Trial.create(kafka, folder, partitions);
    try (Instance first = trial.start(ANY_TIME);
        Instance second = trial.start(ANY_TIME);
        Instance third = trial.start(ANY_TIME)) {
      trial.awaitShared(3, first, second, third);
      sendCapture(trial);
      sendBundled(trial, "1800000000+50");
      trial.awaitAnswered(first, second, third);
      Trial.end(first, second, third);
    }
    assertExact(trial, CAPTURED + BUNDLED);
  }

  /** SIGTERM under load, and what the next start finds. */
  void nothingIsReplayedAfterAnOrderlyEnd() throws Exception {
    Trial trial = Trial.create(kafka, folder, 4);
    try (Load load = Load.start(kafka, trial.input(), 3_000);
        Instance first = trial.start()) {
      trial.awaitProgress(10_000, first);
      first.terminate().done();
      try (Instance second = trial.start()) {
        for (int partition = 0; partition < 4; partition++) {
          second.awaitOutput(trial.partition(partition) + ": state restored at ");
        }
        trial.awaitProgress(1_000, second);
        long rows = load.end();
        trial.awaitAnswered(second);
        second.terminate().done().saysNot("replaying");
        trial.assertExact(rows);
      }
    }
  }

  /** kill -9 under load. */
  void oneOfThreeIsKilledAndTheOthersTakeOver() throws Exception {
    Trial trial = Trial.create(kafka, folder, 4);
    try (Instance first = trial.start(SHORT_SESSION);
        Instance second = trial.start(SHORT_SESSION);
        Instance third = trial.start(SHORT_SESSION)) {
      trial.awaitShared(3, first, second, third);
      try (Load load = Load.start(kafka, trial.input(), 4_000)) {
        trial.awaitProgress(9_000, first, second, third);
        second.kill();
        trial.awaitProgress(9_000, first, third);
        long rows = load.end();
        trial.awaitAnswered(first, third);
        Trial.end(first, third);
        trial.assertExact(rows);
      }
    }
  }

  private static void assertExact(Trial trial, int rows) throws Exception {
    trial.assertExact(rows, ANY_TIME_RULES);
    int partitions = trial.kafka().partitions(trial.input());
    for (int partition : IntStream.range(0, partitions).toArray()) {
      assertEquals(trial.expected(partition), trial.answers(partition));
    }
  }

  private void sendCapture(Trial trial) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String value : capture()) {
      String code = JsonParser.parseString(value).getAsJsonObject().get("StockCode").getAsString();
      records.add(Sales.record(trial.input(), code, value));
    }
    assertEquals(CAPTURED, records.size());
    kafka.send(records);
  }

  private static List<String> capture() throws IOException {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(requireNonNull(MainJob.class.getResourceAsStream(CAPTURE))),
                    UTF_8));
        Stream<String> all = lines.lines()) {
      return all.toList();
    }
  }

  private void sendBundled(Trial trial, String eventTime) {
    ClientSettings settings = new ClientSettings(kafka.bootstrapServers(), Map.of());
    Plan plan = new Plan(trial.input(), 1, Plan.UNPACED, OptionalLong.empty(), false);
    EventTime time = EventTime.parse(eventTime);
    Generator.Outcome outcome =
        Generator.load(
                settings,
                plan,
                () -> SalesRecords.load(Rows.bundled(), RowKey.STOCKCODE, Missing.NAN, time))
            .run();
    assertEquals(BUNDLED, outcome.acknowledged());
  }
}
