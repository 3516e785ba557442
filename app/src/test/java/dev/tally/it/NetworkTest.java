package dev.tally.it;

import static dev.tally.it.Network.Way.ANSWERS;
import static dev.tally.it.Network.Way.REQUESTS;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Instances behind a network that fails: they ride it out. */
@ExtendWith(SharedBroker.class)
final class NetworkTest {
  /** What a transaction is made of; an answer to any of them may be lost. */
  private static final List<ApiKeys> OF_A_TRANSACTION =
      List.of(
          ApiKeys.END_TXN,
          ApiKeys.PRODUCE,
          ApiKeys.TXN_OFFSET_COMMIT,
          ApiKeys.END_TXN,
          ApiKeys.FETCH,
          ApiKeys.END_TXN);

  private final Cluster kafka;
  private final Network network;
  private final Path folder;

  NetworkTest(Cluster kafka, Network network, @TempDir Path folder) {
    this.kafka = kafka;
    this.network = network;
    this.folder = folder;
  }

  @AfterEach
  void heal() {
    network.heal();
  }

  private Outage.Plan behindNetwork(String protocol) {
    return new Outage.Plan(protocol).with("--bootstrap.servers=" + network.address());
  }

  @Test
  void aCutIsRiddenOut() throws Exception {
    rideOut(network::cut, "classic", "consumer");
  }

  @Test
  @EnabledIfSystemProperty(named = "tally.chaos.seconds", matches = ".+")
  void aNetworkThatIsSilentIsRiddenOut() throws Exception {
    rideOut(() -> network.stall(ANSWERS), "consumer", "classic");
  }

  /** Two at once, of one protocol each: one that is alone, and one that another can replace. */
  private void rideOut(Runnable trouble, String ofTheLonely, String ofTheReplaced)
      throws Exception {
    try (Outage alone = Outage.prepare(kafka, folder, behindNetwork(ofTheLonely).threads(2));
        Outage replaced = Outage.prepare(kafka, folder, behindNetwork(ofTheReplaced).replaced())) {
      trouble.run();
      alone.awaitGivenUp();
      replaced.awaitGivenUp();
      network.heal();
      alone.awaitBack();
      replaced.awaitBack();
      alone.finish();
      replaced.finish();
    }
  }

  /** Whether it was done is not known; most of all it matters of a commit. */
  @Test
  void requestsWhoseAnswersAreLostAreNotGuessedAbout() throws Exception {
    Outage.Plan plan = behindNetwork("classic").with("--producer.max.block.ms=2000");
    try (Outage outage = Outage.prepare(kafka, folder, plan)) {
      for (ApiKeys request : OF_A_TRANSACTION) {
        // Known from a second try, on another connection.
        network.stallAnswersTo(request);
        network.cut();
        network.heal();
        outage.awaitProgress();
      }
      for (int unknown = 1; unknown <= 2; unknown++) {
        long before = commitsGivenUp(outage.lost());
        network.stallAnswersTo(ApiKeys.END_TXN);
        Await.until(
            "a commit is given up",
            outage.lost()::output,
            () -> commitsGivenUp(outage.lost()) > before);
        network.heal();
        outage.awaitProgress();
      }
      outage.finish();
    }
  }

  /** The answers to one poll's rows take longer than a transaction may last. */
  @Test
  @EnabledIfSystemProperty(named = "tally.chaos.seconds", matches = ".+")
  void transactionsThatAreTooLargeForTheNetworkAreMadeSmaller() throws Exception {
    Trial trial = Trial.create(kafka, folder, 4);
    trial.send(0, 20_000);
    try (Instance instance = trial.start("--bootstrap.servers=" + network.address())) {
      network.slow(50_000, Duration.ZERO, REQUESTS);
      instance.awaitOutput("WARN could not ");
      trial.awaitProgress(1_000, instance);
      network.heal();
      trial.awaitAnswered(instance);
      instance.terminate().done().saysNot("\tat ");
      trial.assertExact(20_000);
    }
  }

  @Test
  void onSigtermItEndsAlthoughNoBrokerAnswers() throws Exception {
    try (Outage outage = Outage.prepare(kafka, folder, behindNetwork("classic").replaced())) {
      network.stallAnswersTo(ApiKeys.END_TXN);
      outage
          .lost()
          .terminate()
          .stopped(Outcome.KAFKA, "did not end within 20 s", "Nothing is lost");
      outage.finish(outage.other());
    }
  }

  private static long commitsGivenUp(Instance instance) {
    return instance
        .output()
        .lines()
        .filter(line -> line.contains("could not commit the transaction"))
        .count();
  }
}
