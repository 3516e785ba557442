package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.FormatMethod;
import dev.tally.Stop;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.Worker;
import dev.tally.engine.WorkerClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One history of a job that reads a table beside its input, which a seed alone decides. {@link
 * TableJob} sees which rows it is given; here it is seen that each record has its one answer. For a
 * while things go wrong. Then faults end, and everything has to be answered and every row read.
 */
public final class TableSimulation {
  private static final String INPUT = "orders";
  private static final String OUTPUT = "answers";
  private static final String DEAD_LETTERS = "letters";
  private static final String TABLE = "customers";
  private static final int KEYS = 8;
  private static final int QUIET_ROUNDS_MAX = 2000;
  private static final int NESTED_MAX = 2;
  private static final int STALLED_EVENTS_MAX = 40;
  private static final int REWINDS_MAX = 2;
  private static final int FENCES_MAX = 3;
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
  private static final int DEAD_LETTER_BYTES_MAX = 1 << 20;

  /**
   * How a history ended.
   *
   * @param answers each of which was right
   * @param events how often each kind of event happened; 0 for those that did not
   */
  public record Outcome(long answers, Map<String, Integer> events) {}

  private final Random random;
  private final @Nullable Consumer<String> trace;
  private final Cluster cluster;
  private final SimulatedTable table;
  private final EngineConfig config;
  private final int recordsPerLook;
  private final List<Host> hosts = new ArrayList<>();
  private final Events events;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final int killsPerMillion;
  private final int stallsPerMillion;
  private final int faultPercent;
  private long operationNanos = 1_000;
  private long answeredTo;
  private long answers;
  private boolean quiet;
  private int nested;

  /** A machine: a disk that outlives its processes. */
  private static final class Host {
    private final int number;
    private final Disk disk;
    private @Nullable TableProcess process;
    private @Nullable Runnable copy;

    Host(int number, Disk disk) {
      this.number = number;
      this.disk = disk;
    }
  }

  private TableSimulation(long seed, @Nullable Consumer<String> trace) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.trace = trace;
    this.killsPerMillion = (int) Chance.oneOf(random, 0, 300, 1500, 5000);
    this.stallsPerMillion = (int) Chance.oneOf(random, 0, 300, 1500, 5000);
    this.faultPercent = (int) Chance.oneOf(random, 0, 30, 100, 300);
    this.recordsPerLook = (int) Chance.oneOf(random, 1, 3, 10, 1024);
    this.cluster = new Cluster(INPUT, 1, 0, random, this::committing);
    this.table = new SimulatedTable(TABLE, 1 + random.nextInt(3));
    cluster.add(table);
    this.config =
        new EngineConfig(
            "g",
            INPUT,
            Optional.of(new TableTopic(TABLE, "--customers.topic", "load")),
            List.of(OutputTopic.answers(OUTPUT)),
            DEAD_LETTERS,
            Set.of(),
            false,
            false,
            false,
            Duration.ofMillis(random.nextInt(3) * 40L),
            TRANSACTION_TIMEOUT,
            Duration.ofMillis(Chance.oneOf(random, 0, 0, 200, 3_000, 60_000)),
            Chance.oneOf(random, 250, 600, 1 << 20));
    int machines = 1 + random.nextInt(2);
    for (int i = 0; i < machines; i++) {
      hosts.add(new Host(i, new Disk(this::saved)));
    }
    for (int i = random.nextInt(60); i > 0; i--) {
      writeRow();
    }
    this.events = events();
  }

  /**
   * Runs one history.
   *
   * @param trace takes a line for everything that happens
   * @throws Violation at the first thing that must not happen
   */
  public static Outcome run(long seed, @Nullable Consumer<String> trace) {
    return new TableSimulation(seed, trace).run();
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
    startAll();
    for (int i = 100 + random.nextInt(300); i > 0; i--) {
      events.next();
    }
    reachTheEnd();
    return new Outcome(answers, counts);
  }

  @FormatMethod
  private void log(String what, @Nullable Object... values) {
    if (trace != null) {
      trace.accept(
          String.format("%12.3f s  ", cluster.nowNanos / 1e9) + String.format(what, values));
    }
  }

  // --- what must hold

  /** Each record has one answer, in the transaction that commits its offset. */
  private void committing(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    log("%s committed with %d answers", offsets, sent.size());
    OffsetAndMetadata committed = offsets.get(0);
    long to = committed == null ? answeredTo : committed.offset();
    List<String> expected = new ArrayList<>();
    for (long offset = answeredTo; offset < to; offset++) {
      if (cluster.logs.get(0).row(offset) != null) {
        answers++;
        expected.add(offset + ":" + answers);
      }
    }
    List<String> found = sent.stream().map(each -> new String(each.value(), UTF_8)).toList();
    if (!found.equals(expected)) {
      throw Violation.of("answers %s instead of %s", found, expected);
    }
    answeredTo = to;
  }

  /** Kafka first, disk second. */
  private void saved(Caller caller, String partition, Map<byte[], byte[]> entries) {
    Saved saved = Saved.read(entries);
    OffsetAndMetadata committed = cluster.decided(0);
    if (saved == null || committed == null || saved.offset() > committed.offset()) {
      throw Violation.of("%s is saved as %s, and committed as %s", partition, saved, committed);
    }
    if (cluster.connections().noneMatch(c -> c.caller() == caller && c.assigned(0))) {
      throw Violation.of("%s is saved by a worker that no longer owns it", partition);
    }
  }

  // --- what happens

  private Events events() {
    return new Events(random, counts)
        .addIfPossible(90, "a worker steps", this::stepAny)
        .add(8, "records are produced", this::produce)
        .add(12, "a row is written", this::writeRow)
        .addIfPossible(8, "a row vanishes", () -> table.compact(random))
        .addIfPossible(1, "the table is created anew", this::recreate)
        .add(5, "every machine that is down is started", this::startAll)
        .add(4, "moments pass", () -> cluster.nowNanos += 1_000_000L * random.nextInt(6000))
        .addIfPossible(2, "the group expels a member", this::expelAny)
        .addIfPossible(3, "a process is killed or asked to end", this::endAny)
        .add(1, "the group rebalances", cluster::rebalance)
        .addIfPossible(2, "a disk is lost, copied or put back", this::touchADisk);
  }

  private void produce() {
    for (int i = random.nextInt(10); i >= 0; i--) {
      byte[] value = {(byte) i};
      Row row = random.nextInt(8) == 0 ? null : new Row(value, value, 0, null);
      cluster.logs.get(0).append(row, true);
    }
  }

  /** A row, its deletion, an aborted one, or one that is not committed before the next. */
  private void writeRow() {
    int key = random.nextInt(KEYS);
    int partition = key % table.logs.size();
    switch (random.nextInt(6)) {
      case 0 -> table.appendMarker(partition);
      case 1 -> table.append(partition, "k" + key, null, true);
      case 2 -> table.append(partition, "k" + key, "v" + random.nextInt(1000), false);
      default -> table.append(partition, "k" + key, "v" + random.nextInt(1000), true);
    }
  }

  /** A rewind for those that read it, of which they survive only a few in a row. */
  private boolean recreate() {
    for (Host host : hosts) {
      if (host.process != null && host.process.rewinds == REWINDS_MAX) {
        return false;
      }
    }
    for (Host host : hosts) {
      if (host.process != null) {
        host.process.rewinds++;
      }
    }
    table.recreate();
    log("the table is created anew");
    return true;
  }

  private Host anyHost() {
    return hosts.get(random.nextInt(hosts.size()));
  }

  private boolean stepAny() {
    TableProcess process = anyHost().process;
    if (process == null || process.dead || process.busy) {
      return false;
    }
    process.step();
    return true;
  }

  private void startAll() {
    for (Host host : hosts) {
      if (host.process == null || host.process.dead) {
        host.process = new TableProcess(host);
        log("%s is started", host.process);
      }
    }
  }

  private boolean expelAny() {
    List<Connection> members = new ArrayList<>(cluster.members.values());
    if (members.isEmpty()) {
      return false;
    }
    cluster.leave(members.get(random.nextInt(members.size())));
    return true;
  }

  private boolean endAny() {
    TableProcess process = anyHost().process;
    if (process == null || process.dead) {
      return false;
    }
    if (random.nextBoolean()) {
      log("%s is killed", process);
      process.die();
      return true;
    }
    if (process.busy) {
      return false;
    }
    log("%s is asked to end", process);
    process.end();
    return true;
  }

  private boolean touchADisk() {
    Host host = anyHost();
    int what = random.nextInt(4);
    Runnable copy = host.copy;
    if (what == 0) {
      log("the disk of %s is lost", host.process);
      host.disk.lose();
    } else if (what < 3 || copy == null) {
      host.copy = host.disk.backup();
    } else {
      if (host.process != null) {
        host.process.die();
      }
      if (host.disk.inUse()) {
        return false;
      }
      log("an old copy of the disk of %s is put back", host.process);
      copy.run();
    }
    return true;
  }

  // --- the end

  private void reachTheEnd() {
    quiet = true;
    log("no more faults");
    produce();
    for (int i = 0; i < table.logs.size(); i++) {
      table.appendMarker(i);
    }
    for (Connection member : new ArrayList<>(cluster.members.values())) {
      if (((TableProcess) member.caller()).dead) {
        cluster.leave(member);
      }
    }
    for (int round = 0; round < QUIET_ROUNDS_MAX; round++) {
      startAll();
      hosts.forEach(host -> step(host.process));
      if (answeredTo == cluster.logs.get(0).stableEnd() && tableIsRead()) {
        return;
      }
    }
    throw Violation.of(
        "after %d rounds without faults, %d of %d are answered; the table is read: %s",
        QUIET_ROUNDS_MAX, answeredTo, cluster.logs.get(0).stableEnd(), tableIsRead());
  }

  private static void step(@Nullable TableProcess process) {
    if (process != null && !process.dead) {
      process.step();
    }
  }

  private boolean tableIsRead() {
    return hosts.stream().anyMatch(host -> host.process != null && host.process.job.isUpToDate());
  }

  /** The real worker with the watchful job. */
  private final class TableProcess implements Caller {
    private final Host host;
    private final TableJob job = new TableJob(table);
    private final Disk.Folder folder;
    private final Worker worker;
    private boolean dead;
    private boolean busy;
    private boolean metFullDisk;
    private int rewinds;
    private int fences;

    TableProcess(Host host) {
      this.host = host;
      this.folder = host.disk.open(this);
      this.worker =
          new Worker(
              job,
              config,
              new TopicLayout(cluster.topicId(), 1, List.of(1), 1, DEAD_LETTER_BYTES_MAX),
              folder,
              (slot, assignments) -> cluster.connect(namePrefix() + slot, this, assignments),
              new WorkerClock(
                  () -> cluster.nowNanos,
                  nanos -> cluster.nowNanos += Math.max(0, nanos),
                  recordsPerLook));
    }

    private String namePrefix() {
      return "tally-" + host.number + "-";
    }

    @Override
    public String toString() {
      return "process " + host.number;
    }

    void step() {
      act(worker::step);
    }

    void end() {
      act(
          () -> {
            worker.leave();
            worker.close();
          });
      die();
    }

    private void act(Runnable action) {
      busy = true;
      try {
        action.run();
      } catch (Crash e) {
        if (!dead) {
          throw e;
        }
      } catch (Stop stop) {
        if (!metFullDisk || !String.valueOf(stop.getMessage()).contains("no space left")) {
          throw Violation.of("%s stops without a reason: %s", this, stop.getMessage());
        }
        try {
          worker.close();
        } catch (Crash e) {
          log("%s is killed while it closes", this);
        }
        die();
      } finally {
        busy = false;
      }
    }

    void die() {
      dead = true;
      folder.end();
    }

    @Override
    public void reaches(Point point) {
      requireAlive();
      if (point == Point.POLL) {
        requireLittleMemory();
      }
      cluster.nowNanos += point == Point.DISK ? operationNanos / 100 : operationNanos;
      befall(point);
      requireAlive();
    }

    private void requireAlive() {
      if (dead) {
        throw new Crash();
      }
    }

    /**
     * Nothing can be saved before the first commit; one that the group has expelled may take an
     * outdated look-up for that until it polls.
     */
    private void requireLittleMemory() {
      long bytes = worker.memoryBytes();
      Connection owner = cluster.owners.get(0);
      boolean saves = owner != null && owner.caller() == this && cluster.committed(0) != null;
      if (saves && bytes > config.stateMemoryBytesMax()) {
        throw Violation.of("%d bytes in memory, of %d", bytes, config.stateMemoryBytesMax());
      }
    }

    private void befall(Point point) {
      if (quiet) {
        return;
      }
      int chance = random.nextInt(1_000_000);
      if (chance < killsPerMillion) {
        log("%s is killed at %s", this, point);
        die();
      } else if (chance < killsPerMillion + stallsPerMillion
          && nested < NESTED_MAX
          && fences < FENCES_MAX) {
        stall(point);
      }
    }

    /** The others go on while this one stands still, and the group may go on without it. */
    private void stall(Point point) {
      log("%s stands still at %s", this, point);
      nested++;
      fences++; // another process may take its name meanwhile
      if (random.nextBoolean()) {
        for (Connection member : new ArrayList<>(cluster.members.values())) {
          if (member.name().startsWith(namePrefix())) {
            cluster.leave(member);
          }
        }
      }
      for (int i = random.nextInt(STALLED_EVENTS_MAX); i > 0; i--) {
        events.next();
      }
      nested--;
      log("%s goes on at %s", this, point);
    }

    @Override
    public boolean fails(Fault fault, int perMille) {
      boolean now = !quiet && random.nextInt(100_000) < perMille * faultPercent;
      boolean isRewind = fault == Fault.REWIND || fault == Fault.STATE_LOST;
      boolean isFence = fault == Fault.FENCE;
      if (!now
          || (isRewind && rewinds >= REWINDS_MAX)
          || (isFence && fences >= FENCES_MAX)
          || (fault == Fault.DISK_FULL && random.nextInt(4) > 0)) {
        return false;
      }
      rewinds += isRewind ? 1 : 0;
      fences += isFence ? 1 : 0;
      metFullDisk |= fault == Fault.DISK_FULL;
      log("%s meets %s", this, fault);
      return true;
    }

    @Override
    public void committed() {
      rewinds = 0;
    }
  }
}
