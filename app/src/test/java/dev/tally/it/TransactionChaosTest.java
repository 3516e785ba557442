package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A great many short transactions, some of which the brokers end. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class TransactionChaosTest {
  // A trickle: so that nearly every row has a transaction of its own.
  private static final int ROWS_PER_SECOND = 400;
  private static final int TRANSACTIONS_MIN = 300;
  // Each transaction uses up one epoch of the producer id; this is the last one.
  private static final int EPOCHS = Short.MAX_VALUE;
  private static final int TRANSACTIONS_OF_TWO_IDS = EPOCHS + EPOCHS / 4;
  // The most in a minute that are not taken for another instance of the same name. Each can hit
  // twice: the client repeats a fence that has to abort a transaction first.
  private static final int FENCES = 2;

  private final Cluster kafka;
  private final Trial trial;

  TransactionChaosTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.trial = Trial.create(kafka, folder, 1);
  }

  @Test
  void anInstanceIsFencedAtRandomAndItsProducerIdRunsOut() throws Exception {
    String id = trial.group() + "-it-0";
    Set<Long> producerIds = new LinkedHashSet<>();
    int fences = 0;
    try (Fleet fleet = new Fleet(trial, "--instance.id=it", "--commit.interval.ms=0");
        Load load = Load.startEven(kafka, trial.input(), ROWS_PER_SECOND)) {
      fleet.start();
      trial.awaitProgress(1, fleet.running());
      Chaos chaos = Chaos.begin(0);
      while (fences < FENCES || chaos.goesOn() || !enough()) {
        trial.awaitProgress(10, fleet.running());
        producerIds.add(kafka.producerId(id));
        if (Chaos.isLong()) {
          chaos.pause(30_000, 40_000);
        } else {
          chaos.pause(200, 1_000);
        }
        if (Chaos.isLong() || fences < FENCES) {
          kafka.fence(id);
          fences++;
        }
      }
      trial.awaitProgress(10, fleet.running());
      producerIds.add(kafka.producerId(id));
      long rows = fleet.finish(load);
      long transactions = transactions();
      System.out.printf(
          "%,d transactions under %d producer ids, %d fences, %,d rows; %s%n",
          transactions, producerIds.size(), fences, rows, fleet);
      assertTrue(fleet.reconnects() >= fences, fleet::toString);
      assertTrue(producerIds.size() > transactions / EPOCHS, producerIds::toString);
    }
  }

  private boolean enough() throws Exception {
    return transactions() >= (Chaos.isLong() ? TRANSACTIONS_OF_TWO_IDS : TRANSACTIONS_MIN);
  }

  /** Each has left one marker in the only partition. */
  private long transactions() throws Exception {
    long end = kafka.ends(trial.output()).values().stream().mapToLong(offset -> offset).sum();
    return end - kafka.answered(trial.group());
  }
}
