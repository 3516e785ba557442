package dev.tally.sim;

import com.google.errorprone.annotations.FormatMethod;
import dev.tally.Stop;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.Worker;
import dev.tally.engine.WorkerClock;
import dev.tally.job.DeadLetterReason;
import dev.tally.jobs.rollingsum.RollingSum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One history of a cluster, its machines and their operator, decided by a seed alone. Faults come
 * for some time; then they end, and everything has to be answered within a bounded number of steps.
 * Some histories then meet what must not be survived silently, and have to stop.
 */
public final class Simulation {
  private static final String INPUT = "data";
  private static final String OUTPUT = "agg";
  private static final String DEAD_LETTERS = "data-dead-letters";
  private static final int QUIET_ROUNDS_MAX = 3000;
  private static final int NESTED_MAX = 2;
  private static final int MACHINES_MAX = 3;
  private static final int PARTITIONS_MAX = 6;
  private static final int START_FROM_MAX = 20;
  private static final int DEAD_LETTER_BYTES_MAX = 1 << 20;

  /**
   * What a history came to.
   *
   * @param stopped whether it had to stop, and did so with the documented message; otherwise
   *     everything was answered
   * @param answers that were compared with the oracle, dead letters among them
   */
  public record Outcome(boolean stopped, long answers) {}

  private static final class Machine {
    private final int number;
    private final Disk disk;
    private @Nullable Instance instance;
    private @Nullable Runnable backup;

    Machine(int number, Disk disk) {
      this.number = number;
      this.disk = disk;
    }
  }

  private final Random random;
  private final @Nullable Consumer<String> trace;
  private final Cluster cluster;
  private final Ledger ledger;
  private final Sales sales;
  private final List<Machine> machines = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();
  private final Duration commitInterval;
  private final Duration saveInterval;
  private final long memoryBytesMax;
  private final int recordsPerLook;
  private final int crashPerMillion;
  private final int stallPerMillion;
  private final int faultPercent;
  private final boolean operators;

  // How long each call takes; it changes, and may be too slow for many records in a transaction.
  private long operationNanos;
  // No broker takes what becomes of this value.
  private byte @Nullable [] refused;
  private Rules rules;
  private boolean refusesUnreadable;
  // Whether operators accept miskeyed rows once a worker has stopped at one.
  private boolean givesIn = true;
  private boolean startFromGiven;
  private boolean settingsChanged;
  private boolean commitsLost;
  private boolean rebuildOnSettingsChange;
  private boolean continueOnMissingHistory;
  private boolean faults = true;
  private int nested;
  private boolean operating;
  private long instancesStarted;
  // Parts of messages, one of which a worker now has to stop with; empty while none must stop.
  private List<String> mustStopWith = List.of();
  private boolean ended;
  // Partitions whose offsets an operator has touched.
  private final Set<Integer> begunAnew = new HashSet<>();

  private Simulation(long seed, @Nullable Consumer<String> trace) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.trace = trace;
    int partitions = 1 + random.nextInt(3);
    this.rules = randomRules();
    long startFrom = random.nextInt(4) == 0 ? random.nextInt(START_FROM_MAX) : 0;
    this.cluster =
        new Cluster(
            INPUT, partitions, startFrom, random, (offsets, sent) -> committing(offsets, sent));
    this.ledger = new Ledger(cluster, OUTPUT, rules);
    ledger.refuse(fatal());
    this.sales = new Sales(random, rules, PARTITIONS_MAX);
    this.commitInterval = Duration.ofMillis(random.nextInt(3) * 40L);
    this.saveInterval = Duration.ofMillis(pick(0, 0, 200, 3000, 60_000));
    this.memoryBytesMax = pick(300, 700, 1500, 4000, 1 << 20, 1 << 20);
    this.recordsPerLook = (int) pick(1, 3, 10, 1024);
    this.operationNanos = randomOperationNanos();
    this.crashPerMillion = (int) pick(0, 300, 1500, 5000);
    this.stallPerMillion = (int) pick(0, 300, 1500, 5000);
    this.faultPercent = (int) pick(0, 30, 100, 300);
    this.operators = random.nextInt(3) == 0;
    int machineCount = 1 + random.nextInt(MACHINES_MAX);
    for (int i = 0; i < machineCount; i++) {
      machines.add(new Machine(i, new Disk(this::saved)));
    }
    // So many that where a job begins does not move any more.
    for (int i = 0; i < partitions; i++) {
      append(i, (int) startFrom + random.nextInt(40));
      cluster.logs.get(i).append(null, true);
    }
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

  /** What goes wrong in a history, or null; for those who have only this class's name. */
  public static @Nullable String failure(long seed) {
    try {
      run(seed, null);
      return null;
    } catch (RuntimeException | Error e) {
      return e.toString();
    }
  }

  private long pick(long... values) {
    return values[random.nextInt(values.length)];
  }

  private long randomOperationNanos() {
    return TimeUnit.MICROSECONDS.toNanos(pick(1, 1, 100, 300_000, 1_000_000));
  }

  private Rules randomRules() {
    long[][] windows = {{10_000, 10}, {60_000, 1}, {7_500, 7500}};
    String[] names = {"10secondsSum", "1minutesSum", "7500millisecondsSum"};
    int which = random.nextInt(windows.length);
    long tickMillis = windows[which][0] / 20;
    return new Rules(
        windows[which][0],
        names[which],
        tickMillis * pick(0, 1, 4, 12, 30, 250),
        random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(tickMillis * 5),
        List.of(RollingSum.Miskeyed.values()).get(random.nextInt(3)));
  }

  @FormatMethod
  private void log(String what, @Nullable Object... values) {
    if (trace != null) {
      trace.accept(
          String.format("%10.3f s  ", cluster.nowNanos / 1e9) + String.format(what, values));
    }
  }

  // --- the history

  private Outcome run() {
    log(
        "%d partitions, %d machines, %s, save every %s, memory %d, check every %d, operation %d ns",
        cluster.logs.size(),
        machines.size(),
        rules,
        saveInterval,
        memoryBytesMax,
        recordsPerLook,
        operationNanos);
    machines.forEach(this::start);
    int events = 100 + random.nextInt(300);
    for (int i = 0; i < events && !ended; i++) {
      event();
    }
    if (!ended) {
      reachTheEnd();
    }
    if (!ended && random.nextInt(3) == 0) {
      meetTheEnd();
    }
    return new Outcome(ended, ledger.answers());
  }

  private void event() {
    happen();
    check();
  }

  private void happen() {
    int what = random.nextInt(100);
    if (what < 74) {
      stepSomebody();
    } else if (what < 84) {
      append(random.nextInt(cluster.logs.size()), 1 + random.nextInt(15));
    } else if (what < 88) {
      machines.forEach(this::start);
    } else if (what < 91) {
      cluster.nowNanos += TimeUnit.MILLISECONDS.toNanos(random.nextInt(6000));
      operationNanos = random.nextInt(3) == 0 ? randomOperationNanos() : operationNanos;
    } else if (what < 93) {
      expelSomebody();
    } else if (what < 95) {
      endSomebody();
    } else if (what < 96) {
      cluster.rebalance();
      log("rebalance to generation %d", cluster.generation());
    } else if (what < 97) {
      retain();
    } else if (what < 98) {
      touchADisk();
    } else if (operators && !operating && random.nextInt(3) == 0) {
      operating = true;
      operate();
      operating = false;
    }
  }

  private void append(int partition, int count) {
    Log log = cluster.logs.get(partition);
    for (int i = 0; i < count; i++) {
      boolean stable = random.nextInt(4) > 0;
      log.append(random.nextInt(8) == 0 ? null : sales.next(partition), stable);
      if (random.nextInt(60) == 0) {
        log.newLeader();
      }
    }
  }

  /** Retention takes only what no committed offset needs any more. */
  private void retain() {
    int partition = random.nextInt(cluster.logs.size());
    OffsetAndMetadata committed = cluster.committed(partition);
    if (committed == null || committed.metadata().isEmpty()) {
      return;
    }
    Ledger.Metadata metadata = Ledger.Metadata.parse(committed.metadata());
    if (metadata.fingerprint().equals(rules.job().fingerprint(cluster.logs.size()))) {
      long to = metadata.replayFrom();
      cluster.logs.get(partition).retainFrom(to);
      log("%d is retained from %d", partition, cluster.logs.get(partition).start());
    }
  }

  // --- machines

  /** A instance on a machine, which may be killed or stopped in the middle of what it does. */
  private final class Instance implements Host {
    private final long number = ++instancesStarted;
    private final Machine machine;
    private final Disk.Folder folder;
    private final Worker worker;
    private boolean dead;
    private boolean busy;
    private boolean refuses;
    private boolean diskFull;
    private int rewinds;
    private int fences;

    Instance(Machine machine) {
      this.machine = machine;
      this.folder = machine.disk.open(this);
      EngineConfig config =
          new EngineConfig(
              "group",
              INPUT,
              OUTPUT,
              DEAD_LETTERS,
              fatal(),
              startFromGiven,
              rebuildOnSettingsChange,
              continueOnMissingHistory,
              commitInterval,
              Duration.ofSeconds(10),
              saveInterval,
              memoryBytesMax);
      int partitions = cluster.logs.size();
      this.worker =
          new Worker(
              new WatchedJob(rules.job(), this::takes),
              config,
              new TopicLayout(
                  cluster.topicId(), partitions, partitions, partitions, DEAD_LETTER_BYTES_MAX),
              folder,
              (slot, assignments) ->
                  cluster.connect("tally-" + machine.number + "-" + slot, this, assignments),
              new WorkerClock(
                  () -> cluster.nowNanos,
                  nanos -> cluster.nowNanos += Math.max(0, nanos),
                  recordsPerLook));
    }

    @Override
    public void point(String where) {
      if (dead) {
        throw new Crash();
      }
      if (where.equals("poll")) {
        refuses = false;
        requireLittleMemory();
      }
      cluster.nowNanos += where.equals("disk") ? operationNanos / 100 : operationNanos;
      if (!faults) {
        return;
      }
      int chance = random.nextInt(1_000_000);
      if (chance < crashPerMillion) {
        log("instance %d is killed at %s", number, where);
        die();
        throw new Crash();
      }
      if (chance < crashPerMillion + stallPerMillion && nested < NESTED_MAX && fences < 3) {
        stall(where);
      }
    }

    private void takes(byte @Nullable [] value) {
      refuses = value != null && Arrays.equals(value, refused);
    }

    private void requireLittleMemory() {
      if (worker.memoryBytes() > memoryBytesMax) {
        throw Violation.of("%d bytes in memory, not %d", worker.memoryBytes(), memoryBytesMax);
      }
    }

    /** The others go on while this one stands still. */
    private void stall(String where) {
      log("instance %d is stopped at %s", number, where);
      nested++;
      fences++;
      if (random.nextBoolean()) {
        expel("tally-" + machine.number);
      }
      for (int i = random.nextInt(60); i > 0 && !ended; i--) {
        event();
      }
      nested--;
      log("instance %d goes on at %s", number, where);
      if (dead) {
        throw new Crash();
      }
    }

    @Override
    public boolean fails(Fault fault, int perMille) {
      if (refuses && fault == Fault.REWIND) {
        log("instance %d is refused a record", number);
        return true;
      }
      boolean now = faults && random.nextInt(100_000) < perMille * faultPercent;
      boolean counted = fault == Fault.REWIND || fault == Fault.STATE_LOST;
      if (!now || (counted && rewinds == 2) || (fault == Fault.FENCE && fences >= 3)) {
        return false;
      }
      if (fault == Fault.DISK_FULL && random.nextInt(4) > 0) {
        return false;
      }
      rewinds += counted ? 1 : 0;
      fences += fault == Fault.FENCE ? 1 : 0;
      diskFull |= fault == Fault.DISK_FULL;
      log("instance %d meets %s", number, fault);
      return true;
    }

    @Override
    public void committed() {
      rewinds = 0;
    }

    private void die() {
      dead = true;
      folder.end();
    }
  }

  private void start(Machine machine) {
    Instance instance = machine.instance;
    if (instance == null || instance.dead) {
      Instance started = new Instance(machine);
      machine.instance = started;
      instances.removeIf(old -> old.dead && !old.busy);
      instances.add(started);
      log("instance %d is started on machine %d", started.number, machine.number);
    }
  }

  private void stepSomebody() {
    Instance instance = instances.get(random.nextInt(instances.size()));
    if (!instance.dead && !instance.busy) {
      step(instance);
    }
  }

  private void step(Instance instance) {
    act(instance, instance.worker::step);
  }

  private void act(Instance instance, Runnable action) {
    instance.busy = true;
    try {
      action.run();
    } catch (Crash e) {
      if (!instance.dead) {
        throw e;
      }
    } catch (Stop stop) {
      log("instance %d stops: %s", instance.number, stop.getMessage());
      judge(instance, String.valueOf(stop.getMessage()));
      try {
        instance.worker.close();
      } catch (Crash e) {
        log("and is killed while it does");
      }
      instance.die();
    } finally {
      instance.busy = false;
    }
  }

  private void endSomebody() {
    Instance instance = instances.get(random.nextInt(instances.size()));
    if (instance.dead) {
      return;
    }
    if (random.nextBoolean()) {
      log("instance %d is killed", instance.number);
      instance.die();
    } else if (!instance.busy) {
      log("instance %d is asked to end", instance.number);
      act(
          instance,
          () -> {
            instance.worker.leave();
            instance.worker.close();
          });
      instance.die();
    }
  }

  private void killAll() {
    instances.forEach(Instance::die);
    new ArrayList<>(cluster.members.values()).forEach(cluster::leave);
    // Operators' tools wait until nothing is open any more.
    cluster.settleTransactions();
  }

  private void expelSomebody() {
    List<String> names = new ArrayList<>(cluster.members.keySet());
    if (!names.isEmpty()) {
      expel(names.get(random.nextInt(names.size())));
    }
  }

  private void expel(String prefix) {
    for (Connection member : new ArrayList<>(cluster.members.values())) {
      if (member.name().startsWith(prefix)) {
        log("%s is expelled from the group", member.name());
        cluster.leave(member);
      }
    }
  }

  private void touchADisk() {
    Machine machine = machines.get(random.nextInt(machines.size()));
    int what = random.nextInt(4);
    if (what == 0) {
      log("the disk of machine %d is lost", machine.number);
      machine.disk.lose();
    } else if (what < 3 || machine.backup == null) {
      machine.backup = machine.disk.backup();
    } else {
      if (machine.instance != null) {
        machine.instance.die();
      }
      if (!machine.disk.inUse()) {
        log("an old copy of the disk of machine %d is put back", machine.number);
        machine.backup.run();
      }
    }
  }

  // --- operators

  private void operate() {
    killAll();
    if (cluster.logs.stream().anyMatch(log -> log.start() > 0)) {
      // Old state knows rows that a beginning anew cannot know any more. It would be right as well,
      // but there is one oracle only.
      machines.forEach(
          machine -> {
            machine.disk.lose();
            machine.backup = null;
          });
    }
    int partition = random.nextInt(cluster.logs.size());
    switch (random.nextInt(11)) {
      case 8, 9, 10 -> changeMindAboutMiskeyed();
      case 5, 6 -> interruptReplayAndReset(partition);
      case 7 -> addPartitions();
      case 0 -> {
        log("the committed offset of %d is forgotten", partition);
        cluster.setOffset(partition, null);
        beginAnew(partition, -1);
      }
      case 1 -> recreateTopic();
      case 2 -> changeSettings();
      default -> resetOffset(partition);
    }
  }

  /**
   * State from the middle of a replay is exact only where the replay was to end. The offset is set
   * to before that, others go on from there, and then that state comes back.
   */
  private void interruptReplayAndReset(int partition) {
    Machine machine = machines.get(random.nextInt(machines.size()));
    machine.disk.lose();
    Ledger.Saved saved = null;
    start(machine);
    for (int i = 0;
        i < 200 && !ended && (saved == null || saved.offset() >= saved.exactFrom());
        i++) {
      stepAgain(machine);
      saved = savedOn(machine, partition);
    }
    killAll();
    if (ended || saved == null || saved.offset() >= saved.exactFrom()) {
      return;
    }
    log("the replay of %d towards %d stands at %d", partition, saved.exactFrom(), saved.offset());
    Runnable backup = machine.disk.backup();
    machine.disk.lose();
    long room = saved.exactFrom() - saved.offset();
    long to = saved.offset() + random.nextInt((int) room);
    setOffset(partition, Math.max(to, cluster.logs.get(partition).start()));
    start(machine);
    for (int i = 0; i < 200 && !ended && lacksMetadata(partition); i++) {
      stepAgain(machine);
    }
    killAll();
    if (!ended) {
      log("an old copy of the disk of machine %d is put back", machine.number);
      machine.disk.lose();
      backup.run();
      start(machine);
    }
  }

  private void stepAgain(Machine machine) {
    start(machine);
    Instance instance = machine.instance;
    if (instance != null && !instance.busy) {
      step(instance);
    }
  }

  /** Null also if it is of a topic that was there before: an old disk may have been put back. */
  private Ledger.@Nullable Saved savedOn(Machine machine, int partition) {
    List<Map<byte[], byte[]>> slots = machine.disk.saved(INPUT + "-" + partition);
    Ledger.Saved saved = slots.isEmpty() ? null : Ledger.Saved.read(slots.get(0));
    return saved != null && isOfThisTopic(saved) ? saved : null;
  }

  private boolean isOfThisTopic(Ledger.Saved saved) {
    return saved.topicIdLow() == cluster.topicId().getLeastSignificantBits();
  }

  private boolean lacksMetadata(int partition) {
    OffsetAndMetadata committed = cluster.committed(partition);
    return committed == null || committed.metadata().isEmpty();
  }

  private void resetOffset(int partition) {
    Log log = cluster.logs.get(partition);
    int length = (int) (log.stableEnd() - log.start());
    long behindStart = pick(0, length, random.nextInt(length + 1)); // earliest, latest, a time
    setOffset(partition, log.start() + behindStart);
  }

  private void addPartitions() {
    if (cluster.logs.size() < PARTITIONS_MAX) {
      addPartition();
      acceptSettings(rules);
    }
  }

  private void addPartition() {
    int added = cluster.logs.size();
    cluster.addPartition();
    append(added, START_FROM_MAX + random.nextInt(40));
    cluster.logs.get(added).append(null, true);
    ledger.openAccounts();
    log("partition %d is added", added);
  }

  private void setOffset(int partition, long to) {
    log("the offset of %d is set to %d", partition, to);
    cluster.setOffset(partition, new OffsetAndMetadata(to));
    beginAnew(partition, to);
  }

  private void recreateTopic() {
    log("the topic is created anew");
    cluster.recreateTopic();
    for (int i = 0; i < cluster.logs.size(); i++) {
      append(i, random.nextInt(40));
      cluster.logs.get(i).append(null, true);
      cluster.setOffset(i, null);
      beginAnew(i, -1);
    }
  }

  private void beginAnew(int partition, long offset) {
    begunAnew.add(partition);
    ledger.beginAnew(partition, offset);
  }

  private void changeSettings() {
    acceptSettings(randomRules());
  }

  /** What was once counted stays counted, whatever is to become of such rows from now on. */
  private void changeMindAboutMiskeyed() {
    if (rules.miskeyed() != RollingSum.Miskeyed.DEAD_LETTER) {
      decideOnMiskeyed(
          rules.miskeyed() == RollingSum.Miskeyed.FAIL
              ? RollingSum.Miskeyed.ACCEPT
              : RollingSum.Miskeyed.FAIL);
    }
  }

  private void decideOnMiskeyed(RollingSum.Miskeyed decided) {
    killAll();
    rules = rules.with(decided);
    log("miskeyed rows: %s", decided);
    ledger.refuse(fatal());
  }

  private Set<DeadLetterReason> fatal() {
    Set<DeadLetterReason> fatal = EnumSet.noneOf(DeadLetterReason.class);
    if (rules.miskeyed() == RollingSum.Miskeyed.FAIL) {
      fatal.add(DeadLetterReason.MISKEYED);
    }
    if (refusesUnreadable) {
      fatal.add(DeadLetterReason.UNREADABLE);
    }
    return fatal;
  }

  /** At once, or when a worker has stopped for them. */
  private void acceptSettings(Rules next) {
    rules = next;
    settingsChanged = true;
    rebuildOnSettingsChange = random.nextBoolean();
    log("settings are changed to %s, rebuild: %s", rules, rebuildOnSettingsChange);
    ledger.changeSettings(rules, rebuildOnSettingsChange);
    ledger.refuse(fatal());
  }

  /** Whether a worker had reason to stop; and what an operator does then. */
  private void judge(Instance instance, String message) {
    boolean refused = refusals().stream().anyMatch(message::startsWith);
    if (refused && givesIn && message.contains(" is miskeyed")) {
      decideOnMiskeyed(RollingSum.Miskeyed.ACCEPT);
    } else if (refused || mustStopWith.stream().anyMatch(message::contains)) {
      ended = true;
    } else if (message.contains("no space left")) {
      require(instance.diskFull, message);
    } else if (message.contains("say where to begin with --start.from")
        || message.contains("Say where to begin with --start.from")) {
      // It may have been asked some time ago, and others have begun since.
      require(begunAnew.contains(partitionIn(message)), message);
      startFromGiven = true;
    } else if (message.contains("settings that shape the answers have changed")) {
      require(settingsChanged, message);
      rebuildOnSettingsChange = true;
      ledger.allowSettingsToChange();
    } else if (message.contains("Kafka lost commits")) {
      requireSavedAhead(instance.machine, partitionIn(message), message);
      instance.machine.disk.lose();
    } else if (message.contains("only, and the windows at offset")) {
      requireShortHistory(partitionIn(message), message);
      ended = true;
    } else {
      throw Violation.of("stopped without need: %s", message);
    }
  }

  private static void require(boolean reason, String message) {
    if (!reason) {
      throw Violation.of("stopped without need: %s", message);
    }
  }

  private static int partitionIn(String message) {
    int at = message.indexOf(INPUT + "-") + INPUT.length() + 1;
    return message.charAt(at) - '0';
  }

  private void requireSavedAhead(Machine machine, int partition, String message) {
    // Others may have gone on since it was asked.
    long lowest =
        ledger.history(partition).stream()
            .mapToLong(OffsetAndMetadata::offset)
            .min()
            .orElse(Long.MAX_VALUE);
    for (Map<byte[], byte[]> entries : machine.disk.saved(INPUT + "-" + partition)) {
      Ledger.Saved saved = Ledger.Saved.read(entries);
      if (begunAnew.contains(partition) && saved != null && saved.offset() > lowest) {
        return;
      }
    }
    throw Violation.of("stopped without need: %s", message);
  }

  private void requireShortHistory(int partition, String message) {
    OffsetAndMetadata committed = cluster.committed(partition);
    Oracle oracle = ledger.oracleOf(partition);
    long answeredTo = committed == null ? cluster.startFrom(partition) : committed.offset();
    require(oracle.base() > 0 && oracle.reachesBack(answeredTo), message);
  }

  // --- what is checked

  private void committing(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    if (trace != null) {
      offsets.forEach(
          (partition, offset) ->
              log(
                  "committed: %d at %d, %s, with %d messages",
                  partition,
                  offset.offset(),
                  offset.metadata(),
                  sent.stream().filter(record -> partition.equals(record.partition())).count()));
    }
    ledger.committing(offsets, sent);
  }

  private void saved(Host host, String name, Map<byte[], byte[]> entries) {
    int partition = partitionIn(name);
    Ledger.Saved saved = Ledger.Saved.read(entries);
    log("saved: %s as %s, %d entries", name, saved, entries.size());
    if (cluster.connections().noneMatch(c -> c.host() == host && c.assigned(partition))) {
      throw Violation.of("%s is saved by a worker that has lost it", name);
    }
    ledger.saved(partition, entries);
  }

  /** What holds at any time, whatever has happened; the ledger looks at what is committed. */
  private void check() {
    for (int partition = 0; partition < cluster.logs.size(); partition++) {
      ledger.check(partition);
      OffsetAndMetadata decided = cluster.decided(partition);
      long answeredTo = decided == null ? -1 : decided.offset();
      // Where an operator or a fault of Kafka went back, saved state of before may be ahead.
      boolean mayBeAhead = begunAnew.contains(partition) || commitsLost;
      for (Machine machine : machines) {
        for (Map<byte[], byte[]> entries : machine.disk.saved(INPUT + "-" + partition)) {
          Ledger.Saved saved = Ledger.Saved.read(entries);
          if (saved != null && saved.offset() > answeredTo && !mayBeAhead) {
            throw Violation.of(
                "%d is saved at %d, and committed at %d", partition, saved.offset(), answeredTo);
          }
        }
      }
    }
  }

  private void reachTheEnd() {
    faults = false;
    log("no more faults");
    for (int i = 0; i < cluster.logs.size(); i++) {
      append(i, random.nextInt(5));
      // The last thing in a log is often no record.
      cluster.logs.get(i).append(random.nextBoolean() ? null : sales.next(i), true);
    }
    for (Connection member : new ArrayList<>(cluster.members.values())) {
      if (((Instance) member.host()).dead) {
        cluster.leave(member);
      }
    }
    for (int round = 0; round < QUIET_ROUNDS_MAX && !ended; round++) {
      if (quiet() && mustStopWith.isEmpty()) {
        return;
      }
      machines.forEach(this::start);
      for (Instance instance : new ArrayList<>(instances)) {
        if (!instance.dead && !ended) {
          step(instance);
          check();
        }
      }
      if (!mustStopWith.isEmpty() && round > 200 && quiet()) {
        throw Violation.of("nobody stopped with one of %s", mustStopWith);
      }
    }
    if (!ended) {
      throw Violation.of("not everything is answered after %d rounds", QUIET_ROUNDS_MAX);
    }
  }

  /** Whether the lag is 0 everywhere. */
  private boolean quiet() {
    for (int i = 0; i < cluster.logs.size(); i++) {
      OffsetAndMetadata committed = cluster.committed(i);
      if (committed == null
          || committed.metadata().isEmpty()
          || committed.offset() < cluster.logs.get(i).stableEnd()) {
        return false;
      }
    }
    return true;
  }

  // --- what must not be survived

  private void meetTheEnd() {
    int partition = random.nextInt(cluster.logs.size());
    if (rules.miskeyed() == RollingSum.Miskeyed.FAIL) {
      // Or a miskeyed row would end what is to come.
      decideOnMiskeyed(RollingSum.Miskeyed.ACCEPT);
    }
    switch (random.nextInt(12)) {
      case 0 -> loseCommits(partition);
      // Most rewrites are noticed in several ways; few show whether each of them is.
      case 1, 8, 9 -> rewriteLog(partition);
      case 2 -> recreateUnderneath();
      case 3 -> addUnderneath();
      case 4 -> refuseBadRecords();
      case 5 -> refuse(partition);
      case 6 -> useOneNameTwice();
      case 7 -> forgetOffset(partition);
      default -> overtake(partition);
    }
    if (!ended && (!mustStopWith.isEmpty() || continueOnMissingHistory)) {
      reachTheEnd();
    }
  }

  private void loseCommits(int partition) {
    killAll();
    Machine machine = machines.get(0);
    long savedTo = -1;
    List<Map<byte[], byte[]>> slots = machine.disk.saved(INPUT + "-" + partition);
    for (Map<byte[], byte[]> entries : slots) {
      Ledger.Saved saved = Ledger.Saved.read(entries);
      if (saved != null && isOfThisTopic(saved)) {
        savedTo = Math.max(savedTo, saved.offset());
      }
    }
    List<OffsetAndMetadata> earlier = new ArrayList<>();
    for (OffsetAndMetadata offset : ledger.history(partition)) {
      if (offset.offset() < savedTo) {
        earlier.add(offset);
      }
    }
    // Only the first slot is sure to be claimed.
    if (earlier.isEmpty()
        || slots.size() != 1
        || !machine.disk.firstSlotHas(INPUT + "-" + partition)) {
      return;
    }
    commitsLost = true;
    OffsetAndMetadata lost = earlier.get(random.nextInt(earlier.size()));
    cluster.setOffset(partition, lost);
    ledger.goBack(partition, lost);
    machines.subList(1, machines.size()).clear();
    log("Kafka lost the commits of %d behind %d", partition, lost.offset());
    mustStopWith = List.of("Kafka lost commits");
  }

  private void rewriteLog(int partition) {
    Log log = cluster.logs.get(partition);
    OffsetAndMetadata committed = cluster.committed(partition);
    if (committed == null || committed.offset() <= log.start()) {
      return;
    }
    long n = committed.offset();
    long from = log.start() + random.nextInt((int) (n - log.start()));
    boolean rows = false;
    for (long offset = from; offset < n; offset++) {
      rows |= log.row(offset) != null;
    }
    if (!rows) {
      return;
    }
    if (random.nextBoolean()) {
      killAll();
      if (random.nextBoolean()) {
        machines.forEach(machine -> machine.disk.lose());
      }
    }
    log.truncateTo(from);
    // A known limit: a log in which nothing but markers was rewritten below N looks like before.
    log.append(sales.next(partition), true);
    append(partition, random.nextInt((int) (n - from) + 20));
    log("the log of %d was truncated to %d and rewritten up to %d", partition, from, log.end());
    ledger.rewritten(partition);
    mustStopWith =
        List.of("ends at offset", "was truncated and rewritten", "the log has changed underneath");
  }

  private void recreateUnderneath() {
    killAll();
    log("the topic is created anew, and the offsets stay");
    cluster.recreateTopic();
    for (int i = 0; i < cluster.logs.size(); i++) {
      append(i, random.nextInt(200));
    }
    mustStopWith = List.of("deleted and created anew", "created anew. Reset the offsets");
  }

  /** Of all rows around it, exactly the one that cannot be sent has to be named. */
  private void refuse(int partition) {
    Log log = cluster.logs.get(partition);
    append(partition, random.nextInt(40));
    log.append(sales.next(partition), true);
    Row row = sales.next(partition);
    while (row.value() == null) {
      row = sales.next(partition);
    }
    // A blank that no other row has tells it from one that is alike.
    byte[] marked = Arrays.copyOf(row.value(), row.value().length + 1);
    marked[marked.length - 1] = '\t';
    row = new Row(row.key(), marked, row.timestampMillis(), row.sale());
    long offset = log.end();
    refused = row.value();
    log.append(row, true);
    append(partition, random.nextInt(40));
    log("no broker takes what becomes of %d at %d", partition, offset);
    mustStopWith = List.of(INPUT + "-" + partition + " offset " + offset + " on could not");
  }

  private void overtake(int partition) {
    OffsetAndMetadata committed = cluster.committed(partition);
    if (committed == null) {
      return;
    }
    long from = Ledger.Metadata.parse(committed.metadata()).replayFrom();
    Log log = cluster.logs.get(partition);
    if (from >= log.stableEnd()) {
      return;
    }
    killAll();
    machines.forEach(machine -> machine.disk.lose());
    // Some of what is taken may not even be answered.
    append(partition, random.nextInt(60));
    log.append(null, true);
    log.retainFrom(from + 1 + random.nextInt((int) (log.stableEnd() - from)));
    log("retention of %d overtakes %d: from %d", partition, from, log.start());
    if (random.nextBoolean()) {
      continueOnMissingHistory = true;
      ledger.acceptGap(partition);
    } else {
      mustStopWith = List.of("is retained from offset");
    }
  }

  /** As brokers do after a week: state that is still there must not be taken for a beginning. */
  private void forgetOffset(int partition) {
    killAll();
    if (machines.stream().allMatch(m -> m.disk.firstSlotHas(INPUT + "-" + partition))) {
      log("the committed offset of %d is forgotten", partition);
      cluster.setOffset(partition, null);
      begunAnew.add(partition);
      startFromGiven = false;
      mustStopWith = List.of("ay where to begin with --start.from");
    }
  }

  private void addUnderneath() {
    if (cluster.logs.size() == PARTITIONS_MAX) {
      return;
    }
    machines.forEach(this::start);
    addPartition();
    rebuildOnSettingsChange = false;
    mustStopWith =
        List.of("partitions and now has", "settings that shape the answers have changed");
  }

  /** An operator who wants no dead letters: what is answered already stays so. */
  private void refuseBadRecords() {
    killAll();
    givesIn = false;
    refusesUnreadable = rules.miskeyed() == RollingSum.Miskeyed.DEAD_LETTER || random.nextBoolean();
    if (!refusesUnreadable) {
      rules = rules.with(RollingSum.Miskeyed.FAIL);
    }
    ledger.refuse(fatal());
    for (int i = 0; i < cluster.logs.size(); i++) {
      append(i, random.nextInt(80));
      cluster.logs.get(i).append(null, true);
    }
    mustStopWith = refusals();
    log("nothing that is %s is accepted any more: %s", fatal(), mustStopWith);
  }

  /** How messages begin that name the next record of a partition that is refused. */
  private List<String> refusals() {
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i < cluster.logs.size(); i++) {
      long offset = ledger.firstRefused(i);
      if (offset >= 0) {
        refusals.add(String.format("%s-%d offset %d is ", INPUT, i, offset));
      }
    }
    return refusals;
  }

  private void useOneNameTwice() {
    machines.add(new Machine(machines.get(0).number, new Disk(this::saved)));
    log("a second place has the name of machine %d", machines.get(0).number);
    mustStopWith = List.of("another worker uses this one's name");
  }
}
