package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instances that stand still (SIGSTOP) until the brokers have given them up, and then go on as if
 * no time had passed: they are fenced, write nothing twice and take part again.
 */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class ZombieTest {
  private final Cluster kafka;
  private final Path folder;

  ZombieTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  /** All four at once, since each waits until a transaction has timed out. */
  @Test
  void zombiesAreFencedAndTakePartAgain() throws Exception {
    // Shorter than the instances stand still.
    String pollInterval = "--consumer.max.poll.interval.ms=8000";
    List<Outage> outages = new ArrayList<>();
    try {
      outages.add(prepare(new Outage.Plan("classic").threads(2)));
      outages.add(prepare(new Outage.Plan("consumer").with(pollInterval)));
      outages.add(prepare(new Outage.Plan("consumer").replaced().threads(2)));
      Outage between = prepare(new Outage.Plan("classic").replaced().with(pollInterval));
      outages.add(between);
      for (Outage outage : outages) {
        // Between transactions, only the group's generation tells that its rows are another's by
        // now.
        pause(outage, outage != between);
      }
      for (Outage outage : outages) {
        outage.awaitGivenUp();
      }
      for (Outage outage : outages) {
        outage.lost().resume();
      }
      for (Outage outage : outages) {
        outage.awaitBack();
      }
      for (Outage outage : outages) {
        outage.endLoad();
      }
      for (Outage outage : outages) {
        outage.finish();
        // Some remedy was needed, whichever of its clients was told first.
        String output = outage.lost().output();
        assertTrue(outage == between || output.contains("WARN could not "), output);
      }
    } finally {
      outages.forEach(Outage::close);
    }
  }

  private Outage prepare(Outage.Plan plan) throws Exception {
    return Outage.prepare(kafka, folder, plan.calm());
  }

  private static void pause(Outage outage, boolean inTransaction) throws Exception {
    Instance instance = outage.lost();
    Await.until(
        "it stands still " + (inTransaction ? "in" : "outside of") + " a transaction",
        instance::output,
        () -> {
          instance.pause();
          if (outage.inTransaction() == inTransaction) {
            return true;
          }
          instance.resume();
          return false;
        });
  }
}
