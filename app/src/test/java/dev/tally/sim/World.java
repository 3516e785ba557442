package dev.tally.sim;

import com.google.errorprone.annotations.FormatMethod;
import dev.tally.jobs.rollingsum.RollingSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Brokers, machines, the operators' settings, and what can be done to all of them. What is done,
 * and when, is decided elsewhere: by chance in a {@link Simulation}, step by step in a {@link
 * Scenario}.
 */
final class World {
  static final String INPUT = "data";
  static final String OUTPUT = "agg";
  static final String DEAD_LETTERS = "data-dead-letters";

  final Settings settings;
  final Fate fate;
  final Cluster cluster;
  final Ledger ledger;
  final Invariants invariants;
  final List<Machine> machines = new ArrayList<>();
  // Every process that was started, without the dead ones that have returned.
  final List<Instance> instances = new ArrayList<>();
  // How long each call takes.
  long operationNanos = 1_000;
  // Brokers refuse what becomes of this value.
  byte @Nullable [] refused;

  private final BiConsumer<Instance, String> onStop;
  private final @Nullable Consumer<String> trace;
  private long instancesStarted;
  private boolean over;

  /**
   * Brokers with an input topic, and no machines yet.
   *
   * @param random makes the brokers' choices: who is assigned what, how much a poll returns
   * @param onStop given each worker that stops, with its message, before it is closed
   * @param trace takes a line for everything that happens
   */
  World(
      Random random,
      int partitions,
      long startFrom,
      Settings settings,
      Fate fate,
      BiConsumer<Instance, String> onStop,
      @Nullable Consumer<String> trace) {
    this.settings = settings;
    this.fate = fate;
    this.onStop = onStop;
    this.trace = trace;
    this.cluster = new Cluster(INPUT, partitions, startFrom, random, this::committing);
    this.ledger = new Ledger(cluster, OUTPUT, settings.rules);
    this.invariants = new Invariants(this);
    ledger.refuse(settings.fatal());
  }

  private void committing(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    invariants.committing(offsets, sent);
  }

  @FormatMethod
  void log(String what, @Nullable Object... values) {
    if (trace != null) {
      trace.accept(
          String.format("%10.3f s  ", cluster.nowNanos / 1e9) + String.format(what, values));
    }
  }

  /** The partition that a text names, as `data-0` does. */
  static int partitionIn(String text) {
    int at = text.indexOf(INPUT + "-") + INPUT.length() + 1;
    return text.charAt(at) - '0';
  }

  static String partitionName(int partition) {
    return INPUT + "-" + partition;
  }

  /** The worker has stopped that had to: the history is over. */
  void end() {
    over = true;
  }

  boolean over() {
    return over;
  }

  // --- machines and processes

  Machine addMachine(int number) {
    Machine machine = new Machine(number, new Disk(invariants::saved));
    machines.add(machine);
    return machine;
  }

  void startAll() {
    machines.forEach(this::start);
  }

  /** Starts a process on a machine, unless one is running there. */
  Instance start(Machine machine) {
    Instance running = machine.instance();
    if (running != null && !running.dead()) {
      return running;
    }
    Instance started = new Instance(this, machine, ++instancesStarted);
    machine.runs(started);
    instances.removeIf(old -> old.dead() && !old.busy());
    instances.add(started);
    log("instance %d is started on machine %d", started.number, machine.number);
    return started;
  }

  void stopped(Instance instance, String message) {
    log("instance %d stops: %s", instance.number, message);
    onStop.accept(instance, message);
  }

  /** Operators' tools need a group without members, and wait until no transaction is open. */
  void killAll() {
    instances.forEach(Instance::die);
    new ArrayList<>(cluster.members.values()).forEach(cluster::leave);
    cluster.settleTransactions();
  }

  /** The group goes on without the members whose names begin like this. */
  void expel(String prefix) {
    for (Connection member : new ArrayList<>(cluster.members.values())) {
      if (member.name().startsWith(prefix)) {
        log("%s is expelled from the group", member.name());
        cluster.leave(member);
      }
    }
  }

  /** Whether state is of the present topic, not of a former one of the same name. */
  boolean isOfThisTopic(Saved saved) {
    return saved.topicIdLow() == cluster.topicId().getLeastSignificantBits();
  }

  // --- what operators do

  /** Sets a partition's committed offset by hand: answers start over from there. */
  void setOffset(int partition, long to) {
    log("the offset of %d is set to %d", partition, to);
    cluster.setOffset(partition, new OffsetAndMetadata(to));
    beginAnew(partition, to);
  }

  /** Deletes a committed offset, as operators can, and brokers do after a week without members. */
  void forgetOffset(int partition) {
    log("the committed offset of %d is forgotten", partition);
    cluster.setOffset(partition, null);
    beginAnew(partition, -1);
  }

  /** Answers of this partition start over, at an offset or, if it is negative, anywhere. */
  void beginAnew(int partition, long offset) {
    invariants.begunAnew(partition);
    ledger.beginAnew(partition, offset);
  }

  /**
   * Changes what shapes answers.
   *
   * @param rebuild whether operators accept the change at once; otherwise a worker stops first
   */
  void changeSettings(Rules next, boolean rebuild) {
    settings.change(next, rebuild);
    log("settings are changed to %s, rebuild: %s", next, rebuild);
    ledger.changeSettings(next, rebuild);
    ledger.refuse(settings.fatal());
  }

  /** What becomes of miskeyed rows from now on; those that were counted stay counted. */
  void decideOnMiskeyed(RollingSum.Miskeyed decided) {
    killAll();
    settings.rules = settings.rules.with(decided);
    log("miskeyed rows: %s", decided);
    ledger.refuse(settings.fatal());
  }

  /** Adds an empty partition, and says which. */
  int addPartition() {
    int added = cluster.logs.size();
    cluster.addPartition();
    ledger.openAccounts();
    log("partition %d is added", added);
    return added;
  }
}
