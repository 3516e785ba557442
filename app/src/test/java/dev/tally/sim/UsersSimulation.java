package dev.tally.sim;

import com.google.errorprone.annotations.FormatMethod;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TopicLayout;
import dev.tally.job.Job;
import dev.tally.jobs.uniqueusers.UniqueUsers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One history of the three stages of unique-users, which a seed alone decides: three groups with
 * brokers of their own and one time for all. What a stage commits, the next one reads. For a while
 * things go wrong; then faults end, time passes, and every window has to have its final result.
 */
public final class UsersSimulation {
  private static final int QUIET_ROUNDS_MAX = 1500;
  private static final long END_NANOS = TimeUnit.DAYS.toNanos(60 * 365); // a long holds 292 years
  private static final int NESTED_MAX = 2;
  private static final int STALLED_EVENTS_MAX = 40;
  private static final int REWINDS_MAX = 2;
  private static final int FENCES_MAX = 3;
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
  private static final long MEMORY_BYTES_MAX = 1 << 26;
  private static final int DEAD_LETTER_BYTES_MAX = 1 << 20;

  /**
   * How a history ended.
   *
   * @param results that were told, each compared with the recount
   * @param lateParts that came after their hour had been forgotten
   * @param events how often each kind of event happened; 0 for those that did not
   */
  public record Outcome(long results, int lateParts, Map<String, Integer> events) {}

  private final Random random;
  private final @Nullable Consumer<String> trace;
  private final List<UserStage> stages = new ArrayList<>();
  private final List<Cluster> clusters = new ArrayList<>();
  private final UserFrames frames;
  private final UsersLedger ledger;
  private final Events events;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final int killsPerMillion;
  private final int stallsPerMillion;
  private final int faultPercent;
  private long operationNanos = 1_000;
  private boolean quiet;
  private int nested;

  private UsersSimulation(long seed, @Nullable Consumer<String> trace) {
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.trace = trace;
    long grace = Chance.oneOf(random, 0, 5, 60, 600);
    long lateMax = Chance.oneOf(random, 0, 60, 3_600);
    long futureMax = Chance.oneOf(random, 1, 60, 3_600, 0); // 0 is off
    UniqueUsers settings =
        new UniqueUsers(
            Duration.ofSeconds(grace),
            Duration.ofSeconds(lateMax),
            futureMax == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(futureMax)),
            random.nextBoolean(),
            false);
    this.killsPerMillion = (int) Chance.oneOf(random, 0, 300, 1500, 5000);
    this.stallsPerMillion = (int) Chance.oneOf(random, 0, 300, 1500, 5000);
    this.faultPercent = (int) Chance.oneOf(random, 0, 30, 100, 300);
    int partitions = 1 + random.nextInt(3);
    addCluster(UsersLedger.FRAMES, partitions, 0);
    addCluster(UsersLedger.PARTS, 1, 1);
    addCluster(UsersLedger.HOURS, 1, 2);
    this.frames =
        new UserFrames(random, clusters.get(0), lateMax, futureMax == 0 ? -1 : futureMax * 1_000);
    this.ledger =
        new UsersLedger(
            frames,
            clusters.get(0),
            clusters.get(1),
            clusters.get(2),
            grace,
            lateMax + (futureMax == 0 ? 3_600 : futureMax));
    addStage("parts", "g", settings.parts(), UsersLedger.PARTS);
    addStage("minutes", "g-minutes", settings.minutes(), UsersLedger.RESULTS, UsersLedger.HOURS);
    addStage("calendar", "g-calendar", settings.calendar(), UsersLedger.RESULTS);
    this.events = events();
    log("%d partitions, %s, operation %d ns", partitions, settings, operationNanos);
  }

  private void addCluster(String topic, int partitions, int stage) {
    clusters.add(
        new Cluster(
            topic,
            partitions,
            0,
            random,
            (offsets, sent) -> {
              alignClocks();
              log("stage %d commits %s with %d records", stage, offsets, sent.size());
              switch (stage) {
                case 0 -> ledger().partsCommitting(offsets, sent);
                case 1 -> ledger().minutesCommitting(offsets, sent);
                default -> ledger().calendarCommitting(offsets, sent);
              }
            }));
  }

  private UsersLedger ledger() {
    return ledger;
  }

  private void addStage(String name, String group, Job job, String... outputs) {
    Cluster cluster = clusters.get(stages.size());
    int partitions = cluster.logs.size();
    List<OutputTopic> topics = new ArrayList<>();
    List<Integer> outputPartitions = new ArrayList<>();
    for (String output : outputs) {
      topics.add(
          output.equals(UsersLedger.RESULTS)
              ? OutputTopic.upserts(output)
              : OutputTopic.stage(output, OutputTopic.FOREVER));
      outputPartitions.add(1);
    }
    EngineConfig config =
        new EngineConfig(
            group,
            cluster.topic,
            Optional.empty(),
            topics,
            UsersLedger.DEAD_LETTERS,
            Set.of(),
            false,
            false,
            false,
            Duration.ofMillis(random.nextInt(3) * 40L),
            TRANSACTION_TIMEOUT,
            Duration.ofMillis(Chance.oneOf(random, 0, 0, 200, 3_000, 60_000)),
            MEMORY_BYTES_MAX);
    TopicLayout layout =
        new TopicLayout(
            cluster.topicId(), partitions, outputPartitions, partitions, DEAD_LETTER_BYTES_MAX);
    int recordsPerLook = (int) Chance.oneOf(random, 1, 3, 10, 1024);
    stages.add(
        new UserStage(name, cluster, job, config, layout, recordsPerLook, 1 + random.nextInt(2)));
  }

  /**
   * Runs one history.
   *
   * @param trace takes a line for everything that happens
   * @throws Violation at the first thing that must not happen
   */
  public static Outcome run(long seed, @Nullable Consumer<String> trace) {
    return new UsersSimulation(seed, trace).run();
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
    for (int i = 150 + random.nextInt(450); i > 0; i--) {
      events.next();
    }
    reachTheEnd();
    return new Outcome(ledger.told(), ledger.lateParts(), counts);
  }

  @FormatMethod
  void log(String what, @Nullable Object... values) {
    if (trace != null) {
      trace.accept(
          String.format("%12.3f s  ", clusters.get(0).nowNanos / 1e9)
              + String.format(what, values));
    }
  }

  /** It is the same time everywhere. */
  void alignClocks() {
    long now = clusters.stream().mapToLong(cluster -> cluster.nowNanos).max().orElse(0);
    clusters.forEach(cluster -> cluster.nowNanos = now);
  }

  private void passTime(long nanos) {
    alignClocks();
    clusters.forEach(cluster -> cluster.nowNanos += nanos);
  }

  // --- what happens

  private Events events() {
    return new Events(random, counts)
        .addIfPossible(100, "a worker steps", this::stepAny)
        .add(14, "frames are produced", this::produce)
        .add(5, "every machine that is down is started", this::startAll)
        .add(4, "moments pass", () -> passTime(TimeUnit.MILLISECONDS.toNanos(random.nextInt(6000))))
        .add(3, "much time passes", this::passMuchTime)
        .add(2, "operations take another time", this::changeOperationNanos)
        .addIfPossible(2, "a group expels a member", this::expelAny)
        .addIfPossible(2, "a process is killed or asked to end", this::endAny)
        .add(1, "a group rebalances", () -> anyStage().cluster.rebalance())
        .addIfPossible(1, "retention deletes what is not needed", this::retain)
        .addIfPossible(1, "a disk is lost, copied or put back", this::touchADisk);
  }

  private UserStage anyStage() {
    return stages.get(random.nextInt(stages.size()));
  }

  private UserStage.Host anyHost() {
    List<UserStage.Host> hosts = anyStage().hosts;
    return hosts.get(random.nextInt(hosts.size()));
  }

  private boolean stepAny() {
    UserProcess process = anyHost().process;
    if (process == null || process.dead() || process.busy()) {
      return false;
    }
    process.step();
    return true;
  }

  private void produce() {
    alignClocks();
    frames.append(random.nextInt(clusters.get(0).logs.size()), 1 + random.nextInt(20));
  }

  private void startAll() {
    for (UserStage stage : stages) {
      for (UserStage.Host host : stage.hosts) {
        UserProcess process = host.process;
        if (process == null || process.dead()) {
          host.process = new UserProcess(this, stage, host);
          log("%s is started", host.process);
        }
      }
    }
  }

  private void passMuchTime() {
    long seconds = Chance.oneOf(random, 2, 11, 11, 30, 90, 700, 4_000, 20_000);
    log("%d s pass", seconds);
    passTime(TimeUnit.SECONDS.toNanos(seconds));
  }

  private void changeOperationNanos() {
    // Not longer: what a silence closes is sent in one transaction, within its timeout.
    operationNanos = TimeUnit.MICROSECONDS.toNanos(Chance.oneOf(random, 1, 1, 100, 3_000));
  }

  private boolean expelAny() {
    Cluster cluster = anyStage().cluster;
    List<Connection> members = new ArrayList<>(cluster.members.values());
    if (members.isEmpty()) {
      return false;
    }
    cluster.leave(members.get(random.nextInt(members.size())));
    return true;
  }

  private boolean endAny() {
    UserProcess process = anyHost().process;
    if (process == null || process.dead()) {
      return false;
    }
    if (random.nextBoolean()) {
      log("%s is killed", process);
      process.die();
      return true;
    }
    if (process.busy()) {
      return false;
    }
    log("%s is asked to end", process);
    process.end();
    return true;
  }

  private boolean retain() {
    UserStage stage = anyStage();
    return stage.retain(random.nextInt(stage.cluster.logs.size()));
  }

  private boolean touchADisk() {
    UserStage.Host host = anyHost();
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

  // --- what befalls processes

  void reaches(UserProcess process, Point point) {
    process.stage.cluster.nowNanos += point == Point.DISK ? operationNanos / 100 : operationNanos;
    if (quiet) {
      return;
    }
    int chance = random.nextInt(1_000_000);
    if (chance < killsPerMillion) {
      log("%s is killed at %s", process, point);
      process.die();
    } else if (chance < killsPerMillion + stallsPerMillion
        && nested < NESTED_MAX
        && process.fences < FENCES_MAX) {
      stall(process, point);
    }
  }

  /** The others go on while this one stands still, and the group may go on without it. */
  private void stall(UserProcess process, Point point) {
    log("%s stands still at %s", process, point);
    alignClocks();
    nested++;
    process.fences++; // another process may take its name meanwhile
    Cluster cluster = process.stage.cluster;
    if (random.nextBoolean()) {
      for (Connection member : new ArrayList<>(cluster.members.values())) {
        if (member.name().startsWith(process.namePrefix())) {
          cluster.leave(member);
        }
      }
    }
    for (int i = random.nextInt(STALLED_EVENTS_MAX); i > 0; i--) {
      events.next();
    }
    alignClocks();
    nested--;
    log("%s goes on at %s", process, point);
  }

  boolean fails(UserProcess process, Caller.Fault fault, int perMille) {
    boolean now = !quiet && random.nextInt(100_000) < perMille * faultPercent;
    boolean rewinds = fault == Caller.Fault.REWIND || fault == Caller.Fault.STATE_LOST;
    boolean fences = fault == Caller.Fault.FENCE;
    if (!now
        || (rewinds && process.rewinds == REWINDS_MAX)
        || (fences && process.fences >= FENCES_MAX)
        || (fault == Caller.Fault.DISK_FULL && random.nextInt(4) > 0)) {
      return false;
    }
    process.rewinds += rewinds ? 1 : 0;
    process.fences += fences ? 1 : 0;
    log("%s meets %s", process, fault);
    return true;
  }

  // --- the end

  /** Without faults all is read; and when time has passed, all windows are closed. */
  private void reachTheEnd() {
    quiet = true;
    log("no more faults");
    for (int i = 0; i < clusters.get(0).logs.size(); i++) {
      frames.append(i, 1 + random.nextInt(5));
    }
    for (Cluster cluster : clusters) {
      for (Connection member : new ArrayList<>(cluster.members.values())) {
        if (((UserProcess) member.caller()).dead()) {
          cluster.leave(member);
        }
      }
    }
    for (int round = 0; round < QUIET_ROUNDS_MAX; round++) {
      for (int i = 1; i < clusters.size(); i++) {
        Log log = clusters.get(i).logs.get(0);
        if (log.end() > log.stableEnd()) {
          log.appendMarker();
        }
      }
      startAll();
      for (UserStage stage : stages) {
        for (UserStage.Host host : stage.hosts) {
          UserProcess process = host.process;
          if (process != null && !process.dead()) {
            process.step();
          }
        }
      }
      if (settled()) {
        if (ledger.missing() == null) {
          return;
        }
        if (random.nextInt(8) == 0 && clusters.get(0).nowNanos < END_NANOS) {
          long seconds = Chance.oneOf(random, 12, 600, 9_000, 200_000, 35_000_000, 600_000_000);
          log("%d s pass", seconds);
          passTime(TimeUnit.SECONDS.toNanos(seconds));
        }
      }
    }
    throw Violation.of(
        "after %d rounds without faults, settled: %s, expected: %s",
        QUIET_ROUNDS_MAX, settled(), ledger.missing());
  }

  private boolean settled() {
    return stages.stream().allMatch(UserStage::settled);
  }
}
