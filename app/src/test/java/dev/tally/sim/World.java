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
 * Brokers, machines, and the settings that operators have made; with what can be done to them. What
 * is done, and when, is decided elsewhere: by chance in a {@link Simulation}, word for word in a
 * {@link Scenario}.
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
  // Those that were started, without the dead ones that are out of the way.
  final List<Instance> instances = new ArrayList<>();
  // How long each call takes.
  long operationNanos = 1_000;
  // No broker takes what becomes of this value.
  byte @Nullable [] refused;

  private final BiConsumer<Instance, String> onStop;
  private final @Nullable Consumer<String> trace;
  private long instancesStarted;
  private boolean over;

  /**
   * Brokers with an input topic, and no machine yet.
   *
   * @param random decides what brokers decide: what is assigned to whom, what a poll brings
   * @param onStop told of each worker that has stopped, with its message, before it is closed
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

  /** A worker has stopped that had to: nothing more is to happen. */
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

  /** Operators' tools ask for a group without members; they wait until no transaction is open. */
  void killAll() {
    instances.forEach(Instance::die);
    new ArrayList<>(cluster.members.values()).forEach(cluster::leave);
    cluster.settleTransactions();
  }

  /** The group goes on without the members whose names begin with this. */
  void expel(String prefix) {
    for (Connection member : new ArrayList<>(cluster.members.values())) {
      if (member.name().startsWith(prefix)) {
        log("%s is expelled from the group", member.name());
        cluster.leave(member);
      }
    }
  }

  /** Whether state is of the topic that is there now, not of one of the same name before it. */
  boolean isOfThisTopic(Saved saved) {
    return saved.topicIdLow() == cluster.topicId().getLeastSignificantBits();
  }

  // --- what operators do

  /** Sets a partition's offset by hand: from there on answers begin anew. */
  void setOffset(int partition, long to) {
    log("the offset of %d is set to %d", partition, to);
    cluster.setOffset(partition, new OffsetAndMetadata(to));
    beginAnew(partition, to);
  }

  /** As brokers do after a week without members, and operators by hand. */
  void forgetOffset(int partition) {
    log("the committed offset of %d is forgotten", partition);
    cluster.setOffset(partition, null);
    beginAnew(partition, -1);
  }

  /** Answers of this partition begin anew, at an offset or, if it is negative, anywhere. */
  void beginAnew(int partition, long offset) {
    invariants.begunAnew(partition);
    ledger.beginAnew(partition, offset);
  }

  /**
   * Changes what shapes answers.
   *
   * @param rebuild whether operators accept it at once; otherwise once a worker has stopped for it
   */
  void changeSettings(Rules next, boolean rebuild) {
    settings.change(next, rebuild);
    log("settings are changed to %s, rebuild: %s", next, rebuild);
    ledger.changeSettings(next, rebuild);
    ledger.refuse(settings.fatal());
  }

  /** What was once counted stays counted, whatever is to become of miskeyed rows from now on. */
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
