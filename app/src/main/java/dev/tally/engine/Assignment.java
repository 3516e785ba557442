package dev.tally.engine;

import static java.util.Objects.requireNonNull;

import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that the group has given to one worker, from the rebalance that brings each to the
 * one that takes it away: first its offsets are looked up while its fetching is paused, then it
 * begins as a {@link Task} where {@link StartPoint} decides.
 */
final class Assignment implements Session.Assignments {
  private static final Logger log = LoggerFactory.getLogger(Assignment.class);

  private static final long LOOK_UP_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  // Above every transaction timeout that brokers allow by default, and the interval of their sweep.
  private static final long WAIT_MAX_NANOS = TimeUnit.MINUTES.toNanos(16);
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int LISTED_MAX = 8;

  private final Job job;
  private final EngineConfig config;
  private final TopicLayout topics;
  private final StateStore store;
  private final LongSupplier nanos;
  private final long loadMaxNanos;
  private final Session session;
  private final @Nullable Table table; // null if the job reads none

  private final Map<TopicPartition, Task> tasks = new HashMap<>();
  // Assigned, but not begun; their fetching is paused.
  private final Set<TopicPartition> pending = new HashSet<>();
  private @Nullable CompletableFuture<Map<TopicPartition, PartitionInfo>> lookup;
  private long lookUpAgainNanos;
  // Since when an open transaction has held back the committed offset of a pending partition.
  private final Map<TopicPartition, Long> heldBackSinceNanos = new HashMap<>();
  private boolean everAssigned;

  // For the log: since the last line about it.
  private final Set<TopicPartition> gained = new HashSet<>();
  private final Set<TopicPartition> parted = new HashSet<>();
  private final List<String> restored = new ArrayList<>();
  private final Map<TopicPartition, Replay> replays = new HashMap<>();
  private long reportDueNanos;
  private Set<TopicPartition> partitions = Set.of();

  /**
   * Opens the session whose rebalances it is told of.
   *
   * @param loadMaxNanos how long loading state may keep the worker from its next poll
   */
  Assignment(
      Job job,
      EngineConfig config,
      TopicLayout topics,
      StateStore store,
      Session.Factory sessions,
      LongSupplier nanos,
      long loadMaxNanos) {
    this.job = job;
    this.config = config;
    this.topics = topics;
    this.store = store;
    this.nanos = nanos;
    this.loadMaxNanos = loadMaxNanos;
    this.lookUpAgainNanos = nanos.getAsLong();
    this.session = sessions.open(store.slot(), this);
    this.table = job.readsTable() ? table() : null;
  }

  private Table table() {
    TableTopic topic = config.table().orElseThrow();
    return new Table(topic.name(), requireNonNull(session.table()), nanos, this::fetch);
  }

  Session session() {
    return session;
  }

  @Override
  public void assigned(Collection<TopicPartition> partitions) {
    everAssigned = true;
    gained.addAll(partitions);
    // Committed offsets may be held back by an open transaction: they are looked up between polls,
    // while the partitions that have begun go on.
    session.pause(partitions);
    pending.addAll(partitions);
    lookup = null; // what was looked up before this rebalance may be out of date
  }

  @Override
  public void revoked(Collection<TopicPartition> partitions) {
    parted.addAll(partitions);
    for (TopicPartition partition : partitions) {
      Task task = tasks.remove(partition);
      if (task != null) {
        saveOrDiscard(task);
      }
      forget(partition);
    }
  }

  @Override
  public void lost(Collection<TopicPartition> partitions) {
    parted.addAll(partitions);
    partitions.forEach(tasks::remove);
    partitions.forEach(this::forget);
  }

  private void forget(TopicPartition partition) {
    pending.remove(partition);
    heldBackSinceNanos.remove(partition);
    lookup = null;
  }

  /** All partitions begin anew from what is saved, as after a restart. */
  void rewind() {
    Set<TopicPartition> begun = Set.copyOf(tasks.keySet());
    tasks.clear();
    session.pause(begun);
    pending.addAll(begun);
    lookup = null; // what was looked up may be older than what has just been tried
  }

  /** Saves every partition; none is left. */
  void end() {
    tasks.values().forEach(this::saveOrDiscard);
    tasks.clear();
  }

  /** Leaves every partition as it is saved; none is left. */
  void abandon() {
    tasks.clear();
  }

  /** State that cannot be saved when its partition leaves us will be rebuilt elsewhere. */
  private void saveOrDiscard(Task task) {
    try {
      task.save();
    } catch (StateLost e) {
      log.warn("{}: {}; it will be rebuilt from the input", task.partition(), e.getMessage());
      discardIfPossible(task.partition().toString());
    }
  }

  private void discardIfPossible(String partition) {
    try {
      if (store.intact()) {
        store.discard(partition);
      }
    } catch (StateLost e) {
      // What stays is an earlier save, or damaged; either is recognised when it is read.
      log.warn("{}: {}", partition, e.getMessage());
    }
  }

  /** Whether an answer of the brokers, or the table, is awaited before a partition can begin. */
  boolean lookingUp() {
    return lookup != null || (table != null && table.reading());
  }

  /**
   * Begins the partitions whose offsets have been looked up, and looks up those of the others.
   *
   * @throws Stop if one must not begin, or has waited too long for an open transaction
   */
  void beginPending() {
    long now = nanos.getAsLong();
    if (lookup == null && !pending.isEmpty() && now - lookUpAgainNanos >= 0) {
      lookup = session.lookUp(Set.copyOf(pending));
    }
    if (lookup == null || !lookup.isDone()) {
      return;
    }
    Map<TopicPartition, PartitionInfo> found = join(lookup);
    // In order, so that the log is easy to read.
    for (TopicPartition partition : sorted(found.keySet())) {
      if (pending.contains(partition)) {
        begin(partition, requireNonNull(found.get(partition)));
        pending.remove(partition);
        heldBackSinceNanos.remove(partition);
        if (nanos.getAsLong() - now > loadMaxNanos) {
          reportRestored();
          return; // the others after the next poll: loading all at once could cost the membership
        }
      }
    }
    reportRestored();
    lookup = null;
    lookUpAgainNanos = now + LOOK_UP_AGAIN_NANOS;
    boundTheWait(now);
  }

  /**
   * A former owner's transaction ends at the latest when the brokers time it out. Each partition
   * has a limit of its own: in a group that changes all the time, a common wait would never end.
   */
  private void boundTheWait(long now) {
    Set<TopicPartition> waiting = new HashSet<>();
    for (TopicPartition partition : pending) {
      Long since = heldBackSinceNanos.putIfAbsent(partition, now);
      if (since == null) {
        waiting.add(partition);
      } else if (now - since > WAIT_MAX_NANOS) {
        throw Stop.kafka(
            "the committed offsets of %s could not be read for %d s: is a transaction left open, or"
                + " may this client not describe the group?",
            sorted(pending), TimeUnit.NANOSECONDS.toSeconds(WAIT_MAX_NANOS));
      }
    }
    if (!waiting.isEmpty()) {
      log.info("waiting for open transactions on the committed offsets of {}", sorted(waiting));
    }
  }

  private void begin(TopicPartition partition, PartitionInfo info) {
    topics.requireSameInput(partition.topic(), info.topicId(), info.partitions());
    StartPoint.Rules rules =
        new StartPoint.Rules(
            job.fingerprint(info.partitions()),
            config.startFromGiven(),
            config.rebuildOnSettingsChange(),
            config.continueOnMissingHistory());
    Position saved = savedPosition(partition);
    StartPoint start = StartPoint.decide(partition, info, saved, rules);
    OffsetAndMetadata committed = info.committed();
    if (committed != null && committed.offset() >= info.logStart()) {
      session.requireSameLog(
          partition, new OffsetAndMetadata(committed.offset(), committed.leaderEpoch(), ""));
    }
    if (!start.useSaved()) {
      store.discard(partition.toString());
      saved = null;
    }
    KeyedState state = store.open(partition.toString());
    // A share counts the partitions that are still to come. The others make room before this one
    // fills its own.
    long shareBytes = config.stateMemoryBytesMax() / (tasks.size() + pending.size());
    trim(shareBytes, shareBytes);
    Task task = new Task(partition, info, rules, start, saved, state, job, shareBytes);
    tasks.put(partition, task);
    long now = nanos.getAsLong();
    task.saveAt(now + firstSaveNanos(partition));
    if (task.beginsQuietly()) {
      restored.add(task.describe());
    } else {
      log.info("{}", task.describe());
    }
    session.seek(partition, new OffsetAndMetadata(start.from(), start.fromEpoch(), ""));
    if (task.tableRead()) {
      fetch(task);
    }
  }

  /** Lets records of the partition come; until now its fetching was paused. */
  private void fetch(Task task) {
    replays.put(task.partition(), new Replay(task, nanos.getAsLong()));
    session.resume(List.of(task.partition()));
  }

  /**
   * Gives the rows of the job's table that have arrived to the task, if it has begun.
   *
   * @return whether the job has a table
   */
  boolean followTable() {
    if (table == null) {
      return false;
    }
    table.follow(tasks.values().stream().findAny().orElse(null));
    return true;
  }

  private @Nullable Position savedPosition(TopicPartition partition) {
    String name = partition.toString();
    if (!store.partitions().contains(name)) {
      return null;
    }
    try {
      return Position.read(store.open(name), job.sliceNanos());
    } catch (Position.UnknownLayout e) {
      if (e.newer()) {
        throw Stop.refused(
            "saved state of %s was written by a newer version of tally: %s. Run that version, or"
                + " name another --state.dir to rebuild it from the input.",
            partition, e.getMessage());
      }
      log.warn("{}: saved state is rebuilt from the input: {}", partition, e.getMessage());
      return null;
    }
  }

  /** Spread over the interval, so that partitions do not all save in one step. */
  private long firstSaveNanos(TopicPartition partition) {
    long eighth = config.saveInterval().toNanos() / 8;
    return eighth * (1 + partition.partition() % 8);
  }

  /** Saves the partitions whose last save is older than the interval. */
  void saveWhatIsDue() {
    long now = nanos.getAsLong();
    for (Task task : tasks.values()) {
      if (now - task.saveDueNanos() >= 0) {
        task.save();
        task.saveAt(now + config.saveInterval().toNanos());
      }
    }
  }

  Task task(TopicPartition partition) {
    Task task = tasks.get(partition);
    if (task == null) {
      throw new IllegalStateException("records of " + partition + ", which has not begun");
    }
    return task;
  }

  /** Those that have begun. */
  Collection<Task> tasks() {
    return tasks.values();
  }

  /** Estimated bytes that the windows of all partitions hold. */
  long memoryBytes() {
    long bytes = 0;
    for (Task task : tasks.values()) {
      bytes += task.shard().memoryBytes();
    }
    return bytes;
  }

  /**
   * Trims every partition that holds more than its share. The limit is for all of them together: a
   * few may hold most of it until the others need theirs.
   */
  void trim(long shareBytes, long toBytes) {
    for (Task task : tasks.values()) {
      if (task.shard().memoryBytes() > shareBytes) {
        task.save(); // what is not saved cannot be dropped
        task.shard().trimTo(toBytes);
      }
    }
  }

  /**
   * Whether the group has given us our share, and every partition in it has begun and replayed all
   * that is answered.
   */
  boolean caughtUp() {
    return everAssigned && pending.isEmpty() && tasks.values().stream().allMatch(Task::live);
  }

  /** Whether every partition that the group has given us has begun. */
  boolean nothingPending() {
    return pending.isEmpty();
  }

  /** What the group has given us, as of the last poll. */
  Set<TopicPartition> partitions() {
    return partitions;
  }

  /** A rebalance has several rounds; one line tells what a poll has changed. */
  void reportMoves() {
    if (gained.isEmpty() && parted.isEmpty()) {
      return;
    }
    Set<TopicPartition> all = new HashSet<>(tasks.keySet());
    all.addAll(pending);
    partitions = all;
    log.info(
        "rebalance: {}{}has {} of {} partitions now",
        gained.isEmpty() ? "" : "gained " + names(gained) + "; ",
        parted.isEmpty() ? "" : "gave up " + names(parted) + "; ",
        all.size(),
        topics.inputPartitions());
    gained.clear();
    parted.clear();
  }

  /** One line every few seconds while partitions are replaying. */
  void reportReplays() {
    replays.values().removeIf(replay -> replay.ended(tasks));
    long now = nanos.getAsLong();
    if (!replays.isEmpty() && now - reportDueNanos >= 0) {
      reportDueNanos = now + REPORT_NANOS;
      log.info("{}", Replay.report(replays.values(), now));
    }
  }

  /** Most partitions go on from their saved state, as they should: one line for all of them. */
  private void reportRestored() {
    if (!restored.isEmpty()) {
      log.info("{}", listed(restored));
      restored.clear();
    }
  }

  private static String names(Set<TopicPartition> partitions) {
    return listed(sorted(partitions).stream().map(TopicPartition::toString).toList());
  }

  private static String listed(List<String> texts) {
    String some = texts.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
    int more = texts.size() - LISTED_MAX;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static List<TopicPartition> sorted(Set<TopicPartition> partitions) {
    return partitions.stream()
        .sorted(
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
        .toList();
  }

  /** What was looked up, or the remedy for the failure to do so. */
  static <T> T join(CompletableFuture<T> lookup) {
    try {
      return lookup.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException remedy ? remedy : e;
    }
  }
}
