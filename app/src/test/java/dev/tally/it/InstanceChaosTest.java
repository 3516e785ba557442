package dev.tally.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances on one state folder that are killed and come back at any moment, under load. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class InstanceChaosTest {
  private static final int ROWS_PER_SECOND = 2_000;
  private static final int SHORT_SECONDS = 6;
  private static final int KILLS_MIN = 4;
  // Seconds of work, after which some state is saved and some is not.
  private static final int WORK = 9_000;
  private static final int[] SIZES = {4, 2, 3, 1};

  private final Cluster kafka;
  private final Trial trial;

  InstanceChaosTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.trial = Trial.create(kafka, folder, 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void threeInstancesAreKilledAtRandom(String protocol) throws Exception {
    try (Fleet fleet = new Fleet(trial, "--group.protocol=" + protocol);
        Load load = Load.start(kafka, trial.input(), ROWS_PER_SECOND)) {
      for (int i = 0; i < 3; i++) {
        fleet.start();
      }
      trial.awaitShared(3, fleet.running());
      trial.awaitProgress(WORK, fleet.running());
      Chaos chaos = Chaos.begin(SHORT_SECONDS);
      for (int kills = 0; kills < KILLS_MIN || chaos.goesOn(); kills++) {
        chaos.pause(500, 2_000);
        fleet.killOne(chaos.random());
        fleet.start();
      }
      System.out.printf("killed under %s: %,d rows; %s%n", protocol, fleet.finish(load), fleet);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void theNumberOfInstancesAndThreadsChangesAllTheTime(String protocol) throws Exception {
    assumeTrue(Chaos.isLong() || protocol.equals("classic"), "takes long");
    try (Fleet fleet = new Fleet(trial, "--group.protocol=" + protocol);
        Load load = Load.start(kafka, trial.input(), ROWS_PER_SECOND)) {
      fleet.start();
      trial.awaitProgress(WORK, fleet.running());
      Chaos chaos = Chaos.begin(SHORT_SECONDS);
      for (int i = 0; i < SIZES.length || chaos.goesOn(); i++) {
        fleet.scaleTo(SIZES[i % SIZES.length], chaos.random());
        chaos.pause(500, 4_000);
        trial.awaitProgress(1, fleet.running());
      }
      System.out.printf("scaled under %s: %,d rows; %s%n", protocol, fleet.finish(load), fleet);
    }
  }
}
