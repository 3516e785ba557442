package dev.tally.it;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.TransactionListing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What brokers forget about clients that are away or idle for days; here, for seconds. */
@StartsProcesses
final class AbsenceTest {
  private static final Map<String, String> FORGETFUL =
      Map.of(
          "transactional.id.expiration.ms", "3000",
          "transaction.remove.expired.transaction.cleanup.interval.ms", "500",
          "producer.id.expiration.ms", "3000",
          "producer.id.expiration.check.interval.ms", "500",
          // The lowest value there is.
          "offsets.retention.minutes", "1",
          "offsets.retention.check.interval.ms", "500");

  @AutoClose private static @Nullable RunningBroker own;

  private final Cluster kafka;
  private final Trial trial;

  @BeforeAll
  static void start() {
    own = RunningBroker.start(Release.asked(), FORGETFUL);
  }

  AbsenceTest(@TempDir Path folder) throws Exception {
    this.kafka = requireNonNull(own).cluster();
    this.trial = Trial.create(kafka, folder, 1);
  }

  @Test
  void anIdleInstanceWhoseTransactionalIdWasForgottenGoesOnByItself() throws Exception {
    trial.send(0, 100);
    try (Instance instance = trial.start()) {
      trial.awaitAnswered(instance);
      for (int sent = 100; sent < 300; sent += 100) {
        awaitForgotten(instance);
        trial.send(sent, sent + 100);
        trial.awaitAnswered(instance);
      }
      instance.terminate().done().says("opening new clients");
    }
    trial.assertExact(300);
    assertEquals(trial.expected(0), trial.answers(0));
  }

  private void awaitForgotten(Instance instance) throws Exception {
    Await.until(
        "the transactional.id is forgotten",
        instance::output,
        () -> {
          instance.requireAlive();
          return Cluster.get(kafka.admin().listTransactions().all()).stream()
              .map(TransactionListing::transactionalId)
              .noneMatch(id -> id.startsWith(trial.group()));
        });
  }

  /** Takes more than a minute, the shortest time for which brokers keep offsets. */
  @Test
  @EnabledIfSystemProperty(named = "tally.chaos.seconds", matches = "\\d+")
  void aGroupWhoseOffsetsHaveExpiredIsAskedWhereToBegin() throws Exception {
    trial.send(0, 100);
    trial.runUntilEnd().done();
    Await.until(
        "the offsets have expired", () -> "", () -> kafka.committed(trial.group()).isEmpty());
    trial.send(100, 150);
    trial.runUntilEnd().stopped(Outcome.REFUSED, "up to offset 100", "--start.from");
    assertEquals(100, trial.answers(0).size());
    String at100 = "" + kafka.read(trial.input()).get(100).timestamp();
    trial.runUntilEnd("--start.from=" + at100).done();
    trial.assertExact(150);
    assertEquals(trial.expected(0), trial.answers(0));
  }
}
