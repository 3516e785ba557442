package dev.tally.sim;

/** A process that nothing happens to, for tests of what the simulation is made of. */
class Calm implements Host {
  @Override
  public void point(String where) {}

  @Override
  public boolean fails(Fault fault, int perMille) {
    return false;
  }

  @Override
  public void committed() {}
}
