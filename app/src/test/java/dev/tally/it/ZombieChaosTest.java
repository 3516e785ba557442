package dev.tally.it;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that stand still in turn, at any moment and for any length of time. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class ZombieChaosTest {
  private static final int SECONDS = 10;

  /** Within the session timeout, past it, and past the transaction timeout. */
  private static final int[] UP_TO_MILLIS = {1_000, 8_000, 18_000};

  private final Cluster kafka;
  private final Path folder;

  ZombieChaosTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  @Test
  void everyAnswerIsExactWhicheverInstanceStandsStill() throws Exception {
    Chaos chaos = Chaos.begin(SECONDS);
    Random random = chaos.random();
    Outage.Plan plan =
        new Outage.Plan(random.nextBoolean() ? "classic" : "consumer")
            .replaced()
            .threads(1 + random.nextInt(2))
            .with("--consumer.max.poll.interval.ms=8000");
    int stops = 0;
    try (Outage outage = Outage.prepare(kafka, folder, plan)) {
      for (; chaos.goesOn(); stops++) {
        Instance[] instances = outage.instances();
        Instance zombie = instances[random.nextInt(instances.length)];
        zombie.pause();
        MILLISECONDS.sleep(1 + random.nextInt(UP_TO_MILLIS[random.nextInt(UP_TO_MILLIS.length)]));
        zombie.resume();
        outage.awaitProgress();
      }
      outage.awaitBack();
      System.out.printf("%d rows, %d stops%n", outage.finish(), stops);
    }
  }
}
