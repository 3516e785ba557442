package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator can tell from the log, and that it raises no false alarms. */
@StartsProcesses
final class OperatorLogTest {
  @AutoClose private static @Nullable RunningBroker own;

  private final RunningBroker broker;
  private final Path folder;
  private final Cluster kafka;
  private final Trial trial;

  @BeforeAll
  static void start() {
    // A release without KAFKA-20734, so that the only warnings are about what is done here.
    own = RunningBroker.start(Release.OLDEST, Map.of());
  }

  OperatorLogTest(@TempDir Path folder) throws Exception {
    this.broker = requireNonNull(own);
    this.kafka = broker.cluster();
    this.folder = folder;
    this.trial = Trial.create(kafka, folder, 4);
  }

  @Test
  void anIdleInstanceSaysThatTheBrokersAreAwayAndThatTheyAreBack() throws Exception {
    trial.send(0, 100);
    try (Instance instance = trial.start()) {
      instance.awaitOutput("caught up");
      broker.broker().stop();
      instance.awaitOutput("no answer from the brokers (");
      broker.broker().restart();
      instance.awaitOutput("the brokers answer again after ");
      trial.send(100, 200);
      trial.awaitAnswered(instance);
      instance.terminate().done().saysNot("Exception");
    }
    trial.assertExact(200);
  }

  @Test
  void theFirstDeadLetterOfEachReasonIsShownAndAllAreCountedAtTheEnd() throws Exception {
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = 0; n < 50; n++) {
      byte[] key = Sales.code(n).getBytes(UTF_8);
      // Stamped in seconds where Kafka counts milliseconds.
      long stamp = Sales.FIRST_SECOND;
      rows.add(new ProducerRecord<>(trial.input(), 0, stamp, key, Sales.value(n).getBytes(UTF_8)));
    }
    rows.add(new ProducerRecord<>(trial.input(), 0, null, "x".getBytes(UTF_8)));
    kafka.send(rows);
    Outcome outcome = trial.runUntilEnd().done();
    outcome.says("the first dead letter that is future: " + trial.partition(0) + " offset 0: ");
    outcome.says("the first dead letter that is unreadable: " + trial.partition(0) + " offset 50");
    outcome.says("ended with code 0 after ").says("51 dead letters (1 unreadable and 50 future)");
    assertEquals(2, outcome.count("the first dead letter"));
  }

  @Test
  void instancesThatComeAndGoAreNoReasonToWarn() throws Exception {
    // Brokers of this release take any record timestamp by default, which is worth a warning.
    String input = "in-" + UUID.randomUUID();
    kafka.createTopic(input, 4, Map.of("message.timestamp.type", "LogAppendTime"));
    Trial trial = Trial.on(kafka, folder, input);
    try (Load load = Load.start(kafka, input, 1_000);
        Instance first = trial.start(MainJob.SHORT_SESSION)) {
      for (int i = 0; i < 3; i++) {
        try (Instance second = trial.start(MainJob.SHORT_SESSION)) {
          trial.awaitShared(2, first, second);
          trial.awaitProgress(500, first, second);
          quiet(second.terminate().done());
        }
        trial.awaitShared(1, first);
      }
      long rows = load.end();
      trial.awaitAnswered(first);
      Outcome outcome = first.terminate().done();
      quiet(outcome);
      assertTrue(outcome.count("INFO rebalance: ") >= 6, outcome::output);
      trial.assertExact(rows);
    }
  }

  private static void quiet(Outcome outcome) {
    outcome.saysNot("WARN").saysNot("ERROR").saysNot("Exception");
  }

  @Test
  void whatEndsAnInstanceComesFirstAndWithItsTime() throws Exception {
    kafka.send(
        List.of(
            new ProducerRecord<>(
                trial.input(), 0, "other".getBytes(UTF_8), Sales.value(0).getBytes(UTF_8))));
    Outcome outcome = trial.runUntilEnd();
    outcome.stopped(Outcome.REFUSED, "miskeyed");
    List<String> lines = outcome.output().lines().toList();
    String error = lines.get(lines.size() - 2);
    String end = lines.get(lines.size() - 1);
    assertTrue(error.contains(" ERROR ") && error.contains("miskeyed"), error);
    assertDoesNotThrow(() -> OffsetDateTime.parse(error.split(" ", -1)[0]), error);
    assertTrue(end.contains(" INFO ended with code 4 after "), end);
    assertTrue(end.contains(": 0 answers, 0 dead letters"), end);
  }
}
