package dev.tally.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One history of a cluster, its machines and their operators, which a seed alone decides. For a
 * while things go wrong. Then faults end, and everything has to be answered within a bounded number
 * of steps. Some histories then meet a disaster, and a worker has to stop.
 */
public final class Simulation {
  static final int PARTITIONS_MAX = 6;
  static final int START_FROM_MAX = 20;
  private static final int QUIET_ROUNDS_MAX = 3000;
  private static final int QUIET_ROUNDS_TO_STOP_MAX = 200;
  private static final int MACHINES_MAX = 3;

  /**
   * How a history ended.
   *
   * @param stopped whether it had to stop, and did so with the documented message; otherwise
   *     everything was answered
   * @param answers compared with the oracle, dead letters included
   * @param events how often each kind of event happened; 0 for those that did not
   */
  public record Outcome(boolean stopped, long answers, Map<String, Integer> events) {}

  private final Random random;
  private final World world;
  private final Sales sales;
  private final Mishaps mishaps;
  private final Stops stops;
  private final Operators operators;
  private final Disasters disasters;
  private final Events events;
  private final boolean operatorsAct;
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  private Simulation(long seed, @Nullable Consumer<String> trace) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    int partitions = 1 + random.nextInt(3);
    Rules rules = Rules.chosenBy(random);
    long startFrom = random.nextInt(4) == 0 ? random.nextInt(START_FROM_MAX) : 0;
    Settings settings = new Settings(rules, Settings.Limits.chosenBy(random));
    long operationNanos = chooseOperationNanos();
    this.mishaps = new Mishaps(random, this::event);
    this.operatorsAct = random.nextInt(3) == 0;
    this.world = new World(random, partitions, startFrom, settings, mishaps, this::stopped, trace);
    world.operationNanos = operationNanos;
    this.stops = new Stops(world);
    int machines = 1 + random.nextInt(MACHINES_MAX);
    for (int i = 0; i < machines; i++) {
      world.addMachine(i);
    }
    this.sales = new Sales(random, rules, world.cluster, PARTITIONS_MAX);
    for (int i = 0; i < partitions; i++) {
      sales.fill(i, (int) startFrom); // otherwise the offset to start from would move
    }
    this.events = events();
    this.operators = new Operators(world, sales, random, counts);
    this.disasters = new Disasters(world, sales, stops, random, counts);
  }

  /**
   * Runs one history.
   *
   * @param trace takes a line for everything that happens
   * @throws Violation at the first thing that must not happen
   */
  public static Outcome run(long seed, @Nullable Consumer<String> trace) {
    Simulation simulation = new Simulation(seed, trace);
    return simulation.run();
  }

  /** What goes wrong in a history, or null; for mutants, which load this class by name. */
  public static @Nullable String failure(long seed) {
    try {
      run(seed, null);
      return null;
    } catch (RuntimeException | Error e) {
      return e.toString();
    }
  }

  private Outcome run() {
    world.log(
        "%d partitions, %d machines, %s, save every %s, memory %d, check every %d, operation %d ns",
        world.cluster.logs.size(),
        world.machines.size(),
        world.settings.rules,
        world.settings.config().saveInterval(),
        world.settings.memoryBytesMax(),
        world.settings.recordsPerLook(),
        world.operationNanos);
    world.startAll();
    for (int i = 100 + random.nextInt(300); i > 0 && !world.over(); i--) {
      event();
    }
    if (!world.over()) {
      reachTheEnd();
    }
    if (!world.over() && random.nextInt(3) == 0 && disasters.strike() && !world.over()) {
      reachTheEnd();
    }
    return new Outcome(world.over(), world.ledger.answers(), counts);
  }

  // --- what happens

  private Events events() {
    return new Events(random, counts)
        .addIfPossible(74, "a worker steps", this::stepAny)
        .add(10, "rows are produced", this::produce)
        .add(4, "every machine that is down is started", world::startAll)
        .add(3, "time passes", this::passTime)
        .addIfPossible(2, "the group expels a member", this::expelAny)
        .addIfPossible(2, "a process is killed or asked to end", this::endAny)
        .add(1, "the group rebalances", this::rebalance)
        .addIfPossible(1, "retention deletes what is not needed", this::retain)
        .addIfPossible(1, "a disk is lost, copied or put back", this::touchADisk)
        .addIfPossible(2, "operators act", () -> operatorsAct && operators.act());
  }

  /** One event, and a check of what must hold after it. Further events may happen inside it. */
  private void event() {
    events.next();
    world.invariants.check();
  }

  private void stopped(Instance instance, String message) {
    stops.judge(instance, message);
  }

  private long chooseOperationNanos() {
    return TimeUnit.MICROSECONDS.toNanos(Chance.oneOf(random, 1, 1, 100, 300_000, 1_000_000));
  }

  private int anyPartition() {
    return random.nextInt(world.cluster.logs.size());
  }

  private Instance anyInstance() {
    return world.instances.get(random.nextInt(world.instances.size()));
  }

  private boolean stepAny() {
    Instance instance = anyInstance();
    if (instance.dead() || instance.busy()) {
      return false;
    }
    instance.step();
    return true;
  }

  private void produce() {
    sales.append(anyPartition(), 1 + random.nextInt(15));
  }

  private void passTime() {
    world.cluster.nowNanos += TimeUnit.MILLISECONDS.toNanos(random.nextInt(6000));
    if (random.nextInt(3) == 0) {
      world.operationNanos = chooseOperationNanos();
    }
  }

  private boolean expelAny() {
    List<String> names = new ArrayList<>(world.cluster.members.keySet());
    if (names.isEmpty()) {
      return false;
    }
    world.expel(names.get(random.nextInt(names.size())));
    return true;
  }

  private boolean endAny() {
    Instance instance = anyInstance();
    if (instance.dead()) {
      return false;
    }
    if (random.nextBoolean()) {
      world.log("instance %d is killed", instance.number);
      instance.die();
      return true;
    }
    if (instance.busy()) {
      return false;
    }
    world.log("instance %d is asked to end", instance.number);
    instance.end();
    return true;
  }

  private void rebalance() {
    world.cluster.rebalance();
    world.log("rebalance to generation %d", world.cluster.generation());
  }

  /** Retention deletes only what no committed offset needs any more. */
  private boolean retain() {
    int partition = anyPartition();
    OffsetAndMetadata committed = world.cluster.committed(partition);
    if (committed == null || committed.metadata().isEmpty()) {
      return false;
    }
    Metadata metadata = Metadata.parse(committed.metadata());
    String fingerprint = world.settings.rules.job().fingerprint(world.cluster.logs.size());
    if (!metadata.fingerprint().equals(fingerprint)) {
      return false;
    }
    Log log = world.cluster.logs.get(partition);
    log.retainFrom(metadata.replayFrom());
    world.log("%d is retained from %d", partition, log.start());
    return true;
  }

  private boolean touchADisk() {
    Machine machine = world.machines.get(random.nextInt(world.machines.size()));
    int what = random.nextInt(4);
    if (what == 0) {
      world.log("the disk of machine %d is lost", machine.number);
      machine.disk.lose();
      return true;
    }
    if (what < 3 || !machine.hasCopy()) {
      machine.copyDisk();
      return true;
    }
    if (!machine.putCopyBack()) {
      return false;
    }
    world.log("an old copy of the disk of machine %d is put back", machine.number);
    return true;
  }

  // --- the end

  /** Without faults everything gets answered, or the worker stops that has to. */
  private void reachTheEnd() {
    mishaps.end();
    world.log("no more faults");
    for (int i = 0; i < world.cluster.logs.size(); i++) {
      sales.append(i, random.nextInt(5));
      // The last thing in a log is often no record.
      world.cluster.logs.get(i).append(random.nextBoolean() ? null : sales.next(i), true);
    }
    for (Connection member : new ArrayList<>(world.cluster.members.values())) {
      if (((Instance) member.caller()).dead()) {
        world.cluster.leave(member);
      }
    }
    for (int round = 0; round < QUIET_ROUNDS_MAX && !world.over(); round++) {
      boolean quiet = allIsAnswered();
      if (quiet && !stops.isDue()) {
        return;
      }
      if (quiet && round > QUIET_ROUNDS_TO_STOP_MAX) {
        throw Violation.of("no worker stopped with one of %s", stops);
      }
      stepAll();
    }
    if (!world.over()) {
      throw Violation.of("not everything is answered after %d rounds", QUIET_ROUNDS_MAX);
    }
  }

  private void stepAll() {
    world.startAll();
    for (Instance instance : new ArrayList<>(world.instances)) {
      if (!instance.dead() && !world.over()) {
        instance.step();
        world.invariants.check();
      }
    }
  }

  /** Whether the lag is 0 everywhere. */
  private boolean allIsAnswered() {
    for (int i = 0; i < world.cluster.logs.size(); i++) {
      OffsetAndMetadata committed = world.cluster.committed(i);
      if (committed == null
          || committed.metadata().isEmpty()
          || committed.offset() < world.cluster.logs.get(i).stableEnd()) {
        return false;
      }
    }
    return true;
  }
}
