package dev.tally.it;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.broker.LocalBroker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The broker's disk loses the end of the input, as an unclean election does, and other rows take
 * the offsets that were answered.
 */
@StartsProcesses
final class RewrittenLogTest {
  @AutoClose private static @Nullable RunningBroker own;

  private final Cluster kafka;
  private final LocalBroker broker;
  private final Trial trial;

  @BeforeAll
  static void start() {
    own = RunningBroker.start(Release.asked(), Map.of());
  }

  RewrittenLogTest(@TempDir Path folder) throws Exception {
    this.kafka = requireNonNull(own).cluster();
    this.broker = requireNonNull(own).broker();
    this.trial = Trial.create(kafka, folder, 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isRefusedWhetherShorterOrRefilled(boolean stateKept) throws Exception {
    sendInSmallBatches(0, 100);
    trial.runUntilEnd().done();
    if (!stateKept) {
      trial.deleteState();
    }
    keep(0.5);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "ends at offset", "up to 100 have been answered");
    trial.send(1_000, 1_100);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "truncated and rewritten", "Reset the group's");
    assertEquals(100, trial.answers(0).size());

    // What the message says to do: from the reset on every answer is that of the rows there are.
    ConsumerGroupsTool.resetOffsets(trial, "--to-earliest");
    trial.runUntilEnd().done();
    List<String> answers = trial.answers(0);
    assertEquals(trial.expected(0), answers.subList(100, answers.size()));
  }

  @Test
  void isNoticedByARunningInstance() throws Exception {
    sendInSmallBatches(0, 100);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      instance.pause();
      keep(0.5);
      trial.send(1_000, 1_100);
      instance.resume();
      instance.awaitEnd().stopped(Outcome.REFUSED, "truncated and rewritten");
    }
    assertEquals(100, trial.answers(0).size());
  }

  /** No reader can see it: no row has taken the place of the lost ones. */
  @Test
  void isNoticedAlsoWhereOnlyAbortedRowsTakeTheOffsets() throws Exception {
    sendInSmallBatches(0, 90);
    // None of these moves the clock, so it is the same whether they are there or not.
    for (int n = 89; n > 79; n--) {
      trial.send(n, n + 1);
    }
    trial.runUntilEnd("--grace=10m").done();
    trial.deleteState();
    keep(0.95);
    try (KafkaProducer<byte[], byte[]> producer =
        kafka.producer(Map.of("transactional.id", trial.group()))) {
      producer.initTransactions();
      for (int n = 0; n < 20; n++) {
        producer.beginTransaction();
        var unused = producer.send(Sales.rows(trial.input(), n, n + 1).get(0));
        producer.flush();
        producer.abortTransaction();
      }
    }
    trial.send(90, 120);
    assertTrue(kafka.read(trial.input()).size() < 130, "rows were lost");
    trial
        .runUntilEnd("--grace=10m")
        .stopped(Outcome.REFUSED, "truncated and rewritten", "Reset the group's");
    assertEquals(100, trial.answers(0).size());
  }

  /** One batch for each row, so that the log can lose some and keep others. */
  private void sendInSmallBatches(int fromRow, int toRow) throws Exception {
    for (int n = fromRow; n < toRow; n++) {
      trial.send(n, n + 1);
    }
  }

  /** Stops the broker, cuts the log down to this share of its bytes, and starts it again. */
  private void keep(double share) throws Exception {
    broker.stop();
    Path log = broker.log().resolveSibling("data").resolve(trial.partition(0).toString());
    for (Path file : files(log)) {
      if (file.toString().endsWith(".log")) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate((long) (channel.size() * share));
        }
      } else if (file.toString().endsWith("index")) {
        Files.delete(file);
      }
    }
    broker.start();
    // Its leader must be there before a producer sends (see Cluster.createTopic).
    kafka.ends(trial.input());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
