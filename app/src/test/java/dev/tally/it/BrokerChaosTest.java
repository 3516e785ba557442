package dev.tally.it;

import dev.tally.StartsProcesses;
import dev.tally.broker.LocalBroker;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that are killed and come back at any moment, under load. No instance may give up. */
@StartsProcesses
final class BrokerChaosTest {
  private static final int ROWS_PER_SECOND = 1_000;
  private static final int SHORT_SECONDS = 6;
  private static final int PARTITIONS = 6;

  // Shorter than any outage, which leaves it unknown whether the last commit took effect.
  private static final String IMPATIENT = "--producer.max.block.ms=4000";

  /** How the only broker fails to answer. */
  private enum Outage {
    KILLED,
    // Longer than a transaction may take.
    KILLED_FOR_LONG,
    STOOD_STILL_FOR_LONG
  }

  private enum Role {
    GROUP_COORDINATOR,
    TRANSACTION_COORDINATOR,
    CONTROLLER,
    ANY
  }

  /**
   * Not on the newest brokers: from 4.3.0 on they take a transaction for ended on a partition that
   * has no leader at that moment, and never write its end there (KAFKA-20734). Committed answers
   * can then be lost, and aborted ones can become visible.
   */
  @Test
  void theOnlyBrokerIsKilledAtRandom(@TempDir Path folder) throws Exception {
    try (RunningBroker only = RunningBroker.start(Release.OLDEST, Map.of())) {
      Trial trial = Trial.create(only.cluster(), folder, PARTITIONS);
      try (Fleet fleet = new Fleet(trial, IMPATIENT);
          Load load = Load.start(only.cluster(), trial.input(), ROWS_PER_SECOND)) {
        fleet.start();
        fleet.start();
        trial.awaitProgress(1, fleet.running());
        Chaos chaos = Chaos.begin(SHORT_SECONDS);
        Map<Outage, Integer> outages = new EnumMap<>(Outage.class);
        for (int i = 0; i < 2 || chaos.goesOn(); i++) {
          chaos.pause(200, 2_000);
          Outage outage =
              Chaos.isLong() ? Outage.values()[i % Outage.values().length] : Outage.KILLED;
          takePlace(outage, only.broker(), chaos);
          outages.merge(outage, 1, Integer::sum);
          trial.awaitProgress(ROWS_PER_SECOND, fleet.running());
        }
        System.out.printf("only broker: %s, %,d rows; %s%n", outages, fleet.finish(load), fleet);
      }
    }
  }

  private static void takePlace(Outage outage, LocalBroker broker, Chaos chaos)
      throws InterruptedException {
    switch (outage) {
      case KILLED -> broker.killHard();
      case KILLED_FOR_LONG -> {
        broker.killHard();
        chaos.pause(20_000, 40_000);
      }
      case STOOD_STILL_FOR_LONG -> {
        broker.pause();
        chaos.pause(16_000, 30_000);
        broker.resume();
      }
    }
    broker.start(); // if it does not run
  }

  @Test
  void oneOfThreeBrokersIsKilledAtATime(@TempDir Path folder) throws Exception {
    try (Brokers brokers = Brokers.start(folder)) {
      Trial trial = Trial.create(brokers.cluster(), folder, PARTITIONS);
      try (Fleet fleet = new Fleet(trial, "--instance.id=it");
          Load load = Load.start(brokers.cluster(), trial.input(), ROWS_PER_SECOND)) {
        fleet.start();
        fleet.start();
        trial.awaitProgress(1, fleet.running());
        Chaos chaos = Chaos.begin(SHORT_SECONDS);
        Map<Role, Integer> kills = new EnumMap<>(Role.class);
        for (int i = 0; i < 2 || chaos.goesOn(); i++) {
          Role role = Role.values()[i % Role.values().length];
          int node =
              switch (role) {
                case GROUP_COORDINATOR -> brokers.groupCoordinator(trial.group());
                case TRANSACTION_COORDINATOR ->
                    brokers.transactionCoordinator(trial.group() + "-it-0");
                case CONTROLLER -> brokers.controller();
                case ANY -> 1 + chaos.random().nextInt(3);
              };
          brokers.kill(node);
          kills.merge(role, 1, Integer::sum);
          chaos.pause(0, Chaos.isLong() ? 20_000 : 1);
          brokers.startAgain(node);
          trial.awaitProgress(ROWS_PER_SECOND, fleet.running());
        }
        System.out.printf("three brokers: %s, %,d rows; %s%n", kills, fleet.finish(load), fleet);
      }
    }
  }
}
