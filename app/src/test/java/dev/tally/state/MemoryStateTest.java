package dev.tally.state;

import dev.tally.job.MemorySlots;
import dev.tally.job.StateStore;

/** The stand-in that tests without a disk use keeps the same contract as the real thing. */
final class MemoryStateTest extends KeyedStateContract {
  @Override
  StateStore.Slots slots() {
    return new MemorySlots();
  }
}
