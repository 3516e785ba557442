package dev.tally.sim;

import dev.tally.job.StateStore;
import dev.tally.state.KeyedStateContract;

/** The simulation's disk keeps the same contract as the real one. */
final class DiskTest extends KeyedStateContract {
  @Override
  protected StateStore.Slots slots() {
    return new Disk((caller, partition, entries) -> {}).open(new Calm());
  }
}
