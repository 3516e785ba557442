package dev.tally.sim;

/**
 * What befalls processes while they call their brokers and their disk: in a history it is decided
 * by chance ({@link Mishaps}), in a scenario by a script.
 */
interface Fate {
  /** May kill the process, or let others go on while it stands still. */
  void reaches(Instance instance, Point point);

  /**
   * Whether the call fails.
   *
   * @param perMille how many calls out of 1,000 fail with this, roughly
   */
  boolean fails(Instance instance, Caller.Fault fault, int perMille);
}
