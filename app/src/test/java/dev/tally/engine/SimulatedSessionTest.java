package dev.tally.engine;

import dev.tally.sim.SimulatedBrokers;

/** The simulation's clients keep the contract of the real ones. */
final class SimulatedSessionTest extends SessionContract {
  @Override
  protected SessionWorld newWorld() {
    return new SimulatedBrokers();
  }

  @Override
  protected Session open(SessionWorld world, int slot, Session.Assignments assignments) {
    return SimulatedWorker.session(((SimulatedBrokers) world).clients(), slot, assignments);
  }
}
