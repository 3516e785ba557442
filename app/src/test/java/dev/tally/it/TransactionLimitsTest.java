package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.job.Job;
import dev.tally.sim.WatchedJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot be computed within the transaction timeout, or cannot be sent, is answered in smaller
 * transactions, or its record is named; nothing is tried for ever.
 */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class TransactionLimitsTest {
  private static final Duration TRANSACTION = Duration.ofMillis(1_500);

  private final Cluster kafka;
  private final Trial trial;

  TransactionLimitsTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.trial = Trial.create(kafka, folder, 1);
  }

  @Test
  void rowsThatTogetherTakeLongerThanATransactionMayAreAnsweredInSeveral() throws Exception {
    trial.send(0, 300);
    AtomicInteger computed = new AtomicInteger();
    run(
        value -> {
          computed.incrementAndGet();
          return Duration.ofMillis(20);
        });
    trial.assertExact(300);
    // On a busy machine a transaction may time out now and then, but not one after the other.
    assertTrue(computed.get() < 2 * 300, () -> computed + " computed");
  }

  @Test
  void rowsThatGetSlowInTheMiddleOfAFastPollAreAnsweredAllTheSame() throws Exception {
    trial.send(0, 3_000);
    AtomicInteger computed = new AtomicInteger();
    // Fast while transactions grow, then so slow that the next look at the clock comes too late.
    run(value -> Duration.ofMillis(computed.incrementAndGet() % 1_000 < 900 ? 0 : 25));
    trial.assertExact(3_000);
  }

  @Test
  void aRowThatTakesLongerThanAnyTransactionMayIsAnsweredAllTheSame() throws Exception {
    trial.send(0, 14_000);
    // In a transaction that grew large enough for some of its answers to have been sent by then.
    byte[] slow = Sales.value(13_500).getBytes(UTF_8);
    AtomicInteger tries = new AtomicInteger();
    run(
        value -> {
          boolean now = Arrays.equals(value, slow);
          tries.addAndGet(now ? 1 : 0);
          return now ? TRANSACTION.multipliedBy(3) : Duration.ZERO;
        });
    trial.assertExact(14_000);
    assertTrue(tries.get() > 1, "it failed at first");
  }

  private void run(Function<byte[], Duration> slowness) throws Exception {
    Job job = new WatchedJob(InProcess.JOB, value -> pass(slowness, value));
    try (InProcess daemon = InProcess.start(trial, InProcess.Setup.of(trial, job, TRANSACTION))) {
      daemon.awaitEnd();
    }
  }

  /** Computing a row takes a while, as it does where a disk or a machine is slow. */
  private static void pass(Function<byte[], Duration> slowness, byte @Nullable [] value) {
    long untilNanos = System.nanoTime() + (value == null ? 0 : slowness.apply(value).toNanos());
    for (long left = untilNanos - System.nanoTime(); left > 0; ) {
      LockSupport.parkNanos(left);
      left = untilNanos - System.nanoTime();
    }
  }

  /** The brokers refuse it, unless the check of the topic's settings comes first. */
  @Test
  void anAnswerTooLargeForItsTopicStopsTheJobAndAllBeforeItStaysAnswered() throws Exception {
    trial.send(0, 2_000);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      instance.pause(); // so that they come with one poll
      limit(trial.output(), 1_500);
      trial.send(2_000, 2_700);
      sendLongCode(2_700);
      trial.send(2_701, 3_000);
      instance.resume();
      Outcome outcome = instance.awaitEnd().stopped(Outcome.REFUSED);
      assertTrue(
          outcome.output().contains(trial.partition(0) + " offset 2700 on could not be committed")
              || outcome.output().contains("max.message.bytes=1500"),
          outcome::output);
    }
    assertTrue(trial.answers(0).size() <= 2_700, "no answer is sent past the one that is refused");
    limit(trial.output(), 1_000_000);
    trial.runUntilEnd().done();
    trial.assertExact(3_000);
  }

  /** A row whose answer carries a StockCode as long as it may be, twice. */
  private void sendLongCode(int n) throws Exception {
    String code = "c".repeat(1_024);
    String value = Sales.value(n).replace(Sales.code(n), code);
    kafka.send(List.of(Sales.record(trial.input(), code, value)));
  }

  @Test
  void aDeadLetterTooLargeForItsTopicIsNamedAndTruncatedAfterTheNextStart() throws Exception {
    trial.send(0, 500);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      limit(trial.letters(), 9_000);
      instance.pause(); // so that they come with one poll
      trial.send(500, 900);
      byte[] bad = "x".repeat(50_000).getBytes(UTF_8);
      kafka.send(List.of(new ProducerRecord<>(trial.input(), 0, null, bad)));
      trial.send(901, 1_000);
      instance.resume();
      instance
          .awaitEnd()
          .stopped(Outcome.REFUSED, trial.input() + "-0 offset 900 on could not be committed");
    }
    assertEquals(900, trial.answers(0).size());
    trial.runUntilEnd().done();
    trial.assertExact(1_000);
  }

  private void limit(String topic, int messageBytesMax) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry entry = new ConfigEntry("max.message.bytes", Integer.toString(messageBytesMax));
    Cluster.get(
        kafka
            .admin()
            .incrementalAlterConfigs(
                Map.of(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
            .all());
  }
}
