package dev.tally.it;

import static dev.tally.it.Network.Way.ANSWERS;
import static dev.tally.it.Network.Way.REQUESTS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two instances, one of them behind a network that is cut, stalled, slowed and healed at random:
 * its partitions move to the other and back.
 */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class NetworkChaosTest {
  private static final int SECONDS = 10;
  private static final int SHORT_MILLIS = 2_000;
  // Longer than sessions and transactions last.
  private static final int LONG_MILLIS = 20_000;
  private static final int NARROW_BYTES_PER_SECOND = 200_000;

  private enum Trouble {
    CUT,
    NO_REQUESTS,
    NO_ANSWERS,
    SILENCE,
    SLOWNESS,
    LOST_CONNECTIONS,
    LOST_ANSWERS,
    LOST_COMMITS
  }

  private final Cluster kafka;
  private final Network network;
  private final Path folder;

  NetworkChaosTest(Cluster kafka, Network network, @TempDir Path folder) {
    this.kafka = kafka;
    this.network = network;
    this.folder = folder;
  }

  @AfterEach
  void heal() {
    network.heal();
  }

  @Test
  void everyAnswerIsExactBehindABadNetwork() throws Exception {
    Chaos chaos = Chaos.begin(SECONDS);
    Random random = chaos.random();
    Outage.Plan plan =
        new Outage.Plan(random.nextBoolean() ? "classic" : "consumer")
            .replaced()
            .threads(1 + random.nextInt(2))
            .with("--bootstrap.servers=" + network.address())
            // A client waits this long to be let into the group, even if its connection is lost.
            .with("--consumer.max.poll.interval.ms=20000");
    if (random.nextBoolean()) {
      // Then the clients give up more of what fails.
      plan.with("--producer.max.block.ms=3000", "--consumer.request.timeout.ms=8000");
    }
    Map<Trouble, Integer> troubles = new TreeMap<>();
    try (Outage outage = Outage.prepare(kafka, folder, plan)) {
      while (chaos.goesOn()) {
        Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
        troubles.merge(trouble, 1, Integer::sum);
        make(trouble, random);
        MILLISECONDS.sleep(random.nextInt(random.nextInt(4) == 0 ? LONG_MILLIS : SHORT_MILLIS));
        network.heal();
        outage.awaitProgress();
      }
      outage.awaitBack();
      System.out.printf("%d rows, %s%n", outage.finish(), troubles);
    }
  }

  private void make(Trouble trouble, Random random) throws InterruptedException {
    switch (trouble) {
      case CUT -> network.cut();
      case NO_REQUESTS -> network.stall(REQUESTS);
      case NO_ANSWERS -> network.stall(ANSWERS);
      case SILENCE -> network.stall(REQUESTS, ANSWERS);
      case SLOWNESS ->
          network.slow(
              NARROW_BYTES_PER_SECOND, Duration.ofMillis(random.nextInt(200)), REQUESTS, ANSWERS);
      case LOST_CONNECTIONS -> network.lose();
      case LOST_ANSWERS -> {
        network.stall(ANSWERS);
        MILLISECONDS.sleep(random.nextInt(200));
        network.cut();
      }
      case LOST_COMMITS -> network.setTrap(ApiKeys.END_TXN);
      default -> throw new AssertionError(trouble);
    }
  }
}
