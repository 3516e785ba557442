package dev.tally.it;

import static dev.tally.it.Network.Way.ANSWERS;
import static dev.tally.it.Network.Way.REQUESTS;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Instances whose network fails: they ride it out. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class NetworkTest {
  /** The requests of a transaction; the answer to any of them may be lost. */
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
    return new Outage.Plan(protocol).calm().with("--bootstrap.servers=" + network.address());
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

  /**
   * Two at once, one for each protocol: an instance that is alone, and one that can be replaced.
   */
  private void rideOut(Runnable trouble, String ofTheOneAlone, String ofTheOneReplaced)
      throws Exception {
    try (Outage alone = Outage.prepare(kafka, folder, behindNetwork(ofTheOneAlone).threads(2));
        Outage replaced =
            Outage.prepare(kafka, folder, behindNetwork(ofTheOneReplaced).replaced())) {
      trouble.run();
      alone.awaitGivenUp();
      replaced.awaitGivenUp();
      network.heal();
      alone.awaitBack();
      replaced.awaitBack();
      replaced.endLoad();
      alone.finish();
      replaced.finish();
    }
  }

  /** Whether the request was carried out is unknown. That matters most for a commit. */
  @Test
  void theOutcomeOfARequestWhoseAnswerIsLostIsNotGuessed() throws Exception {
    Outage.Plan plan = behindNetwork("classic").with("--producer.max.block.ms=2000");
    try (Outage outage = Outage.prepare(kafka, folder, plan)) {
      for (ApiKeys request : OF_A_TRANSACTION) {
        // A second try, on another connection, finds out.
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

  /** To send the answers of one poll takes longer than a transaction may last. */
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
