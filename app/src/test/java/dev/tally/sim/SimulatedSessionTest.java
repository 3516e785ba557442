package dev.tally.sim;

import dev.tally.engine.Session;
import dev.tally.engine.SessionContract;
import dev.tally.engine.SessionWorld;

/** The simulation's clients keep the same contract as the real ones. */
final class SimulatedSessionTest extends SessionContract {
  @Override
  protected SessionWorld newWorld() {
    return new SimulatedBrokers();
  }

  @Override
  protected Session open(SessionWorld world, int slot, Session.Assignments assignments) {
    return ((SimulatedBrokers) world).open(slot, assignments);
  }
}
