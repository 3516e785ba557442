package dev.tally.sim;

import java.util.Random;

/**
 * Mishaps by chance, in the middle of what processes do: one is killed, one stands still while the
 * others go on, a call fails. They stay below the bounds of the remedies, so that no worker has a
 * reason to give up.
 */
final class Mishaps implements Fate {
  private static final int NESTED_MAX = 2;
  private static final int EVENTS_MAX = 60;
  private static final int REWINDS_MAX = 2;
  private static final int FENCES_MAX = 3;

  private final Random random;
  private final Runnable event;
  private final int killsPerMillion;
  private final int stallsPerMillion;
  private final int faultPercent;
  private boolean ended;
  private int nested;

  /**
   * Chance decides how frequent they are in one history.
   *
   * @param event makes one event happen, while a process stands still
   */
  Mishaps(Random random, Runnable event) {
    this.random = random;
    this.event = event;
    this.killsPerMillion = (int) Chance.oneOf(random, 0, 300, 1500, 5000);
    this.stallsPerMillion = (int) Chance.oneOf(random, 0, 300, 1500, 5000);
    this.faultPercent = (int) Chance.oneOf(random, 0, 30, 100, 300);
  }

  /** From now on nothing goes wrong any more. */
  void end() {
    ended = true;
  }

  @Override
  public void reaches(Instance instance, Point point) {
    if (ended) {
      return;
    }
    int chance = random.nextInt(1_000_000);
    if (chance < killsPerMillion) {
      instance.world.log("instance %d is killed at %s", instance.number, point);
      instance.die();
    } else if (chance < killsPerMillion + stallsPerMillion
        && nested < NESTED_MAX
        && instance.fences < FENCES_MAX) {
      stall(instance, point);
    }
  }

  /** The others go on while this one stands still, and the group may go on without it. */
  private void stall(Instance instance, Point point) {
    World world = instance.world;
    world.log("instance %d stands still at %s", instance.number, point);
    nested++;
    instance.fences++; // another process may take its name meanwhile
    if (random.nextBoolean()) {
      world.expel(instance.machine.namePrefix());
    }
    for (int i = random.nextInt(EVENTS_MAX); i > 0 && !world.over(); i--) {
      event.run();
    }
    nested--;
    world.log("instance %d goes on at %s", instance.number, point);
  }

  @Override
  public boolean fails(Instance instance, Caller.Fault fault, int perMille) {
    boolean now = !ended && random.nextInt(100_000) < perMille * faultPercent;
    boolean rewinds = fault == Caller.Fault.REWIND || fault == Caller.Fault.STATE_LOST;
    boolean fences = fault == Caller.Fault.FENCE;
    if (!now
        || (rewinds && instance.rewinds == REWINDS_MAX)
        || (fences && instance.fences >= FENCES_MAX)) {
      return false;
    }
    if (fault == Caller.Fault.DISK_FULL && random.nextInt(4) > 0) {
      return false;
    }
    instance.rewinds += rewinds ? 1 : 0;
    instance.fences += fences ? 1 : 0;
    return true;
  }
}
