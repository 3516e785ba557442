package dev.tally.sim;

import dev.tally.jobs.rollingsum.RollingSum;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What people do to a group. Their tools require that all of it is stopped, so they stop it first.
 */
final class Operators {
  private static final int STEPS_MAX = 200;
  private static final int ROWS_MAX = 40;

  private final World world;
  private final Sales sales;
  private final Random random;
  private final Events events;
  private boolean acting;

  Operators(World world, Sales sales, Random random, Map<String, Integer> counts) {
    this.world = world;
    this.sales = sales;
    this.random = random;
    this.events =
        new Events(random, counts)
            .add(1, "an offset is deleted", () -> world.forgetOffset(anyPartition()))
            .add(1, "the topic is recreated", this::recreateTopic)
            .add(1, "settings are changed", this::changeSettings)
            .add(2, "an offset is reset", this::resetOffset)
            .addIfPossible(
                2, "a replay is interrupted, and its end moved", this::interruptReplayAndReset)
            .addIfPossible(1, "a partition is added", this::addPartition)
            .addIfPossible(3, "miskeyed rows are accepted, or no longer", this::changeMind);
  }

  /** Does one of these things, at times, but never one inside another. */
  boolean act() {
    if (acting || random.nextInt(3) > 0) {
      return false;
    }
    acting = true;
    world.killAll();
    if (world.cluster.logs.stream().anyMatch(log -> log.start() > 0)) {
      // Old state knows rows that a replay from the log start no longer finds. Answers from it
      // would be right as well, but the oracle accepts one right answer only.
      world.machines.forEach(Machine::loseDiskAndCopy);
    }
    events.next();
    acting = false;
    return true;
  }

  private int anyPartition() {
    return random.nextInt(world.cluster.logs.size());
  }

  private void recreateTopic() {
    world.log("the topic is recreated");
    world.cluster.recreateTopic();
    for (int i = 0; i < world.cluster.logs.size(); i++) {
      sales.append(i, random.nextInt(ROWS_MAX));
      world.cluster.logs.get(i).appendMarker();
      world.cluster.setOffset(i, null);
      world.beginAnew(i, -1);
    }
  }

  private void changeSettings() {
    world.changeSettings(Rules.chosenBy(random), random.nextBoolean());
  }

  /** Resets to the earliest offset, the latest, or one in between as if by time. */
  private void resetOffset() {
    int partition = anyPartition();
    Log log = world.cluster.logs.get(partition);
    int length = (int) (log.stableEnd() - log.start());
    long fromStart = Chance.oneOf(random, 0, length, random.nextInt(length + 1));
    world.setOffset(partition, log.start() + fromStart);
  }

  private boolean addPartition() {
    if (world.cluster.logs.size() == Simulation.PARTITIONS_MAX) {
      return false;
    }
    sales.fill(world.addPartition(), Simulation.START_FROM_MAX);
    world.changeSettings(world.settings.rules, random.nextBoolean());
    return true;
  }

  private boolean changeMind() {
    RollingSum.Miskeyed now = world.settings.rules.miskeyed();
    if (now == RollingSum.Miskeyed.DEAD_LETTER) {
      return false;
    }
    world.decideOnMiskeyed(
        now == RollingSum.Miskeyed.FAIL ? RollingSum.Miskeyed.ACCEPT : RollingSum.Miskeyed.FAIL);
    return true;
  }

  /**
   * State from the middle of a replay is exact only where the replay was to end. The offset is
   * reset to before that point, a worker without that state goes on from there, and then the state
   * comes back.
   */
  private boolean interruptReplayAndReset() {
    int partition = anyPartition();
    Machine machine = world.machines.get(random.nextInt(world.machines.size()));
    machine.disk.lose();
    world.start(machine);
    Saved saved = null;
    for (int i = 0; i < STEPS_MAX && !world.over() && !isMidReplay(saved); i++) {
      step(machine);
      saved = savedOn(machine, partition);
    }
    world.killAll();
    if (world.over() || saved == null || !isMidReplay(saved)) {
      return false;
    }
    world.log(
        "the replay of %d towards %d stands at %d", partition, saved.exactFrom(), saved.offset());
    Runnable copy = machine.disk.backup();
    machine.disk.lose();
    long to = saved.offset() + random.nextInt((int) (saved.exactFrom() - saved.offset()));
    world.setOffset(partition, Math.max(to, world.cluster.logs.get(partition).start()));
    world.start(machine);
    for (int i = 0; i < STEPS_MAX && !world.over() && lacksMetadata(partition); i++) {
      step(machine);
    }
    world.killAll();
    if (!world.over()) {
      world.log("an old copy of the disk of machine %d is put back", machine.number);
      machine.disk.lose();
      copy.run();
      world.start(machine);
    }
    return true;
  }

  private void step(Machine machine) {
    Instance instance = world.start(machine);
    if (!instance.busy()) {
      instance.step();
    }
  }

  private static boolean isMidReplay(@Nullable Saved saved) {
    return saved != null && saved.offset() < saved.exactFrom();
  }

  /** Null also if the state is of a former topic: an old disk may have been put back. */
  private @Nullable Saved savedOn(Machine machine, int partition) {
    List<Saved> saved = machine.saved(partition);
    return saved.isEmpty() || !world.isOfThisTopic(saved.get(0)) ? null : saved.get(0);
  }

  private boolean lacksMetadata(int partition) {
    OffsetAndMetadata committed = world.cluster.committed(partition);
    return committed == null || committed.metadata().isEmpty();
  }
}
