package dev.tally.sim;

/** A process that nothing happens to, for tests of the simulation's own parts. */
class Calm implements Caller {
  @Override
  public void reaches(Point point) {}

  @Override
  public boolean fails(Fault fault, int perMille) {
    return false;
  }

  @Override
  public void committed() {}
}
