package dev.tally.engine;

import static java.util.Objects.requireNonNull;

import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: poll, compute, commit, save. Everything it does is a {@link #step}; the thread that
 * repeats it, and what follows a failure, is {@link Worker}.
 *
 * <p>No transaction is open while {@code poll} runs, so a rebalance never finds work in flight.
 */
final class Engine implements Session.Assignments {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private static final long FIND_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  // Above every transaction timeout that brokers allow by default, and their sweep.
  private static final long WAIT_MAX_NANOS = TimeUnit.MINUTES.toNanos(16);
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int LISTED_MAX = 8;
  // How long a stop may have to wait; records end a poll at once.
  private static final Duration POLL_MAX = Duration.ofMillis(100);
  private static final Duration POLL_WHILE_FINDING = Duration.ofMillis(5);

  private final Job job;
  private final EngineConfig config;
  private final TopicLayout topics;
  private final StateStore store;
  private final Session session;
  private final Outlet outlet;
  private final LongSupplier nanos;
  private final long shareNanos;
  private final SlowStart size;

  private final Map<TopicPartition, Task> tasks = new HashMap<>();
  // Assigned, but it is not decided yet where to begin; their fetching is paused.
  private final Set<TopicPartition> unsettled = new HashSet<>();
  private @Nullable CompletableFuture<Map<TopicPartition, PartitionInfo>> finding;
  private long findAgainNanos;
  // Unsettled partitions whose committed offsets are held back by an open transaction.
  private final Map<TopicPartition, Long> waitingSinceNanos = new HashMap<>();
  // Whose records; null while there are none.
  private @Nullable Task computing;
  private long polledNanos;
  private long commitBeganNanos;
  private long committedBeganNanos;
  private long committedNanos;
  private final Map<TopicPartition, Long> saveDueNanos = new HashMap<>();
  private final Map<TopicPartition, Replay> replays = new HashMap<>();
  private long progressDueNanos;
  private boolean everAssigned;
  private Set<TopicPartition> partitions = Set.of();
  private final List<String> restored = new ArrayList<>();
  // Since the last line about it.
  private final Set<TopicPartition> gained = new HashSet<>();
  private final Set<TopicPartition> parted = new HashSet<>();
  private long commits;

  Engine(
      Job job,
      EngineConfig config,
      TopicLayout topics,
      StateStore store,
      Session.Factory sessions,
      WorkerClock pace,
      Counts counts) {
    this.job = job;
    this.config = config;
    this.topics = topics;
    this.store = store;
    this.nanos = pace.nanos();
    // The rest of the timeout is for the commit, and for records that take long.
    this.shareNanos = config.transactionTimeout().toNanos() / 3;
    this.size = new SlowStart(pace.recordsPerLook());
    this.findAgainNanos = nanos.getAsLong();
    this.session = sessions.open(store.slot(), this);
    this.outlet =
        new Outlet(
            config.outputTopic(),
            topics.sameOutputPartitions(),
            topics.deadLetters(config.groupId(), config.deadLetterTopic()),
            config.fatalReasons(),
            session,
            counts);
  }

  /** Poll, compute, commit, save. */
  void step() {
    computing = null;
    settle();
    ConsumerRecords<ByteBuffer, ByteBuffer> records =
        session.poll(finding == null ? POLL_MAX : POLL_WHILE_FINDING);
    polledNanos = nanos.getAsLong();
    commitBeganNanos = polledNanos;
    reportMoves();
    compute(records);
    commit();
    saveWhatIsDue();
    reportReplays();
  }

  private void compute(ConsumerRecords<ByteBuffer, ByteBuffer> records) {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(records.nextOffsets());
    for (TopicPartition partition : records.partitions()) {
      Task task = task(partition);
      if (!compute(task, records.records(partition))) {
        session.seek(partition, task.next());
        next.remove(partition);
      }
    }
    computing = null;
    outlet.of(List.of()); // or their memory would be held until others come
    next.forEach((partition, offset) -> task(partition).advanceTo(offset));
  }

  /**
   * Computes them one after the other.
   *
   * @return false if there was no time for all of them. The rest is read again: whoever computes
   *     for minutes without a poll is taken for dead, and saves nothing.
   */
  private boolean compute(Task task, List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    computing = task;
    outlet.of(records);
    boolean late = late();
    for (int i = 0; i < records.size(); i++) {
      ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(i);
      task.apply(record, outlet.at(i));
      boolean last = i == records.size() - 1;
      if (size.lookDue() || late || last || (size.full() && outlet.isOpen())) {
        task.applied(record);
        keepWithinLimits();
        late = late();
        if (late && !last) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean late() {
    return nanos.getAsLong() - polledNanos > shareNanos;
  }

  private Task task(TopicPartition partition) {
    Task task = tasks.get(partition);
    if (task == null) {
      throw new IllegalStateException("records of " + partition + ", which is not begun");
    }
    return task;
  }

  /**
   * Ends the transaction early where it gets too long, and saves early what takes too much memory.
   */
  private void keepWithinLimits() {
    boolean tooLong = outlet.isOpen() && (size.full() || tookLong());
    boolean tooLarge = memoryBytes() > config.stateMemoryBytesMax();
    if (tooLong || tooLarge) {
      commit();
    }
    if (tooLarge) {
      long share = config.stateMemoryBytesMax() / tasks.size();
      // Well below the share, so that the next record does not exceed it again.
      trim(share, share - share / 4);
    }
    size.looked();
  }

  /**
   * Trims every partition that holds more than its share. The limit is for all of them together: a
   * few may hold most of it until the others need theirs.
   */
  private void trim(long shareBytes, long toBytes) {
    for (Task task : tasks.values()) {
      if (task.shard().memoryBytes() > shareBytes) {
        task.save(); // what is not saved cannot be dropped
        task.shard().trimTo(toBytes);
      }
    }
  }

  /** Bytes that the windows of all partitions hold, estimated. */
  long memoryBytes() {
    long bytes = 0;
    for (Task task : tasks.values()) {
      bytes += task.shard().memoryBytes();
    }
    return bytes;
  }

  private boolean tookLong() {
    return nanos.getAsLong() - commitBeganNanos > shareNanos;
  }

  /** Kafka first: outputs and offsets of everything computed become visible together. */
  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Task task : tasks.values()) {
      if (task.commitDue()) {
        offsets.put(task.partition(), task.toCommit());
      }
    }
    if (offsets.isEmpty()) {
      size.began();
      return;
    }
    boolean slow = tookLong();
    outlet.open();
    session.commit(offsets);
    committedNanos = nanos.getAsLong();
    outlet.committed(committedNanos - polledNanos);
    size.committed(slow);
    offsets.keySet().forEach(partition -> task(partition).committed());
    commits++;
    committedBeganNanos = commitBeganNanos;
    commitBeganNanos = committedNanos;
  }

  /** Disk second: saving may lag, it only must never lead. */
  private void saveWhatIsDue() {
    long now = nanos.getAsLong();
    for (Task task : tasks.values()) {
      long due = saveDueNanos.getOrDefault(task.partition(), now);
      if (now - due >= 0) {
        task.save();
        saveDueNanos.put(task.partition(), now + config.saveInterval().toNanos());
      }
    }
  }

  // --- where partitions begin -------------------------------------------------------------------

  @Override
  public void assigned(Collection<TopicPartition> partitions) {
    everAssigned = true;
    gained.addAll(partitions);
    // committed() may block behind an open transaction: it is asked for between polls, while the
    // partitions that are settled go on.
    session.pause(partitions);
    unsettled.addAll(partitions);
    finding = null; // what was asked before this rebalance may be out of date
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

  /** State that cannot be saved any more when its partition leaves us will be rebuilt elsewhere. */
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
      // What stays there is of an earlier save or damaged; both are found when it is read.
      log.warn("{}: {}", partition, e.getMessage());
    }
  }

  private void forget(TopicPartition partition) {
    unsettled.remove(partition);
    waitingSinceNanos.remove(partition);
    saveDueNanos.remove(partition);
    finding = null;
  }

  private void settle() {
    long now = nanos.getAsLong();
    if (finding == null && !unsettled.isEmpty() && now - findAgainNanos >= 0) {
      finding = session.find(Set.copyOf(unsettled));
    }
    if (finding == null || !finding.isDone()) {
      return;
    }
    Map<TopicPartition, PartitionInfo> found = join(finding);
    // In order, so that what is said about them can be read.
    for (TopicPartition partition : sorted(found.keySet())) {
      if (unsettled.contains(partition)) {
        begin(partition, requireNonNull(found.get(partition)));
        unsettled.remove(partition);
        waitingSinceNanos.remove(partition);
        if (nanos.getAsLong() - now > shareNanos) {
          reportRestored();
          return; // the others after the next poll: loading all at once could cost the membership
        }
      }
    }
    reportRestored();
    finding = null;
    findAgainNanos = now + FIND_AGAIN_NANOS;
    boundTheWait(now);
  }

  /**
   * A former owner's transaction ends at the latest when the brokers time it out. Of each partition
   * for itself, since a group that changes all the time would begin a common wait anew each time.
   */
  private void boundTheWait(long now) {
    Set<TopicPartition> waiting = new HashSet<>();
    for (TopicPartition partition : unsettled) {
      Long since = waitingSinceNanos.putIfAbsent(partition, now);
      if (since == null) {
        waiting.add(partition);
      } else if (now - since > WAIT_MAX_NANOS) {
        throw Stop.kafka(
            "the committed offsets of %s could not be read for %d s: is a transaction left open, or"
                + " may this client not describe the group?",
            sorted(unsettled), TimeUnit.NANOSECONDS.toSeconds(WAIT_MAX_NANOS));
      }
    }
    if (!waiting.isEmpty()) {
      log.info("waiting for open transactions on the committed offsets of {}", sorted(waiting));
    }
  }

  private void begin(TopicPartition partition, PartitionInfo found) {
    topics.requireSameInput(partition.topic(), found.topicId(), found.partitions());
    Position saved = savedPosition(partition);
    StartPoint.Rules rules =
        new StartPoint.Rules(
            job.fingerprint(found.partitions()),
            config.startFromGiven(),
            config.rebuildOnSettingsChange(),
            config.continueOnMissingHistory());
    StartPoint start = StartPoint.decide(partition, found, saved, rules);
    PartitionInfo.Committed committed = found.committed();
    if (committed != null && committed.offset() >= found.logStart()) {
      session.requireSameLog(
          partition, new OffsetAndMetadata(committed.offset(), boxed(committed.leaderEpoch()), ""));
    }
    if (!start.useSaved()) {
      store.discard(partition.toString());
      saved = null;
    }
    KeyedState state = store.open(partition.toString());
    // With those that are begun and those still to come. Others make room before it is filled.
    long share = config.stateMemoryBytesMax() / (tasks.size() + unsettled.size());
    trim(share, share);
    Task task = new Task(partition, found, start, saved, state, job, config, share);
    tasks.put(partition, task);
    long now = nanos.getAsLong();
    saveDueNanos.put(partition, now + firstSaveNanos(partition));
    replays.put(partition, new Replay(task, now));
    if (task.beginsQuietly()) {
      restored.add(task.describe());
    } else {
      log.info("{}", task.describe());
    }
    session.seek(partition, new OffsetAndMetadata(start.from(), boxed(start.fromEpoch()), ""));
    session.resume(List.of(partition));
  }

  /** Spread over the interval, so that partitions do not all save in one step. */
  private long firstSaveNanos(TopicPartition partition) {
    long eighth = config.saveInterval().toNanos() / 8;
    return eighth * (1 + partition.partition() % 8);
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

  // --- when something fails ---------------------------------------------------------------------

  /** Back to what is saved, with the same clients: the same path as after a restart. */
  void rewind() {
    if (outlet.isOpen()) {
      session.abort();
      outlet.aborted();
    }
    Set<TopicPartition> begun = Set.copyOf(tasks.keySet());
    tasks.clear();
    size.again();
    session.pause(begun);
    unsettled.addAll(begun);
    finding = null; // what was found may be older than what has just been tried
  }

  /**
   * N of the partition whose record was being computed when a transaction failed; if there was
   * none, of every partition that would have been moved on.
   */
  Map<TopicPartition, Long> uncommitted() {
    return tasks.values().stream()
        .filter(task -> computing == null ? task.commitDue() : task == computing)
        .collect(Collectors.toMap(Task::partition, Task::answeredTo));
  }

  /**
   * Whether the open transaction may be older than its timeout, so that the brokers have ended it
   * and fenced us.
   */
  boolean overdue() {
    return outlet.isOpen()
        && nanos.getAsLong() - commitBeganNanos > config.transactionTimeout().toNanos();
  }

  /** Ends in order: everything committed is saved and the group is left. */
  void stop() {
    tasks.values().forEach(this::saveOrDiscard);
    tasks.clear();
    session.close(true);
  }

  /**
   * As after a failure; what is not committed never happened, what is not saved is replayed.
   *
   * @param leaveGroup whether nobody comes back under our name
   */
  void abandon(boolean leaveGroup) {
    tasks.clear();
    try {
      if (outlet.isOpen()) {
        outlet.aborted();
        session.abort();
      }
    } catch (Reconnect e) {
      // Then the brokers abort it, once its timeout has passed; until then readers wait.
      log.warn("{}", e.getMessage());
    } finally {
      session.close(leaveGroup);
    }
  }

  // --- what is told ------------------------------------------------------------------------------

  private void reportReplays() {
    replays.values().removeIf(replay -> replay.ended(tasks));
    long now = nanos.getAsLong();
    if (!replays.isEmpty() && now - progressDueNanos >= 0) {
      progressDueNanos = now + PROGRESS_NANOS;
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

  /** A rebalance has several rounds; one line tells what a poll has changed. */
  private void reportMoves() {
    if (gained.isEmpty() && parted.isEmpty()) {
      return;
    }
    Set<TopicPartition> all = new HashSet<>(tasks.keySet());
    all.addAll(unsettled);
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

  private static String names(Set<TopicPartition> partitions) {
    return listed(sorted(partitions).stream().map(TopicPartition::toString).toList());
  }

  private static String listed(List<String> texts) {
    String some = texts.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
    int more = texts.size() - LISTED_MAX;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  /** When the last transaction was committed. */
  long committedNanos() {
    return committedNanos;
  }

  /** Transactions committed so far. */
  long commits() {
    return commits;
  }

  /** Whether the group has given us our share and all of it is begun and caught up with N. */
  boolean settled() {
    return everAssigned && unsettled.isEmpty() && tasks.values().stream().allMatch(Task::live);
  }

  /** What the group has given us. */
  Set<TopicPartition> partitions() {
    return partitions;
  }

  /**
   * How long to rest before the next step, so that transactions are spaced as configured. One that
   * took longer is followed at once: there may be more waiting than the next can take.
   */
  long restNanos() {
    return commits == 0
        ? 0
        : committedBeganNanos + config.commitInterval().toNanos() - nanos.getAsLong();
  }

  private static List<TopicPartition> sorted(Set<TopicPartition> partitions) {
    return partitions.stream()
        .sorted(
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition))
        .toList();
  }

  private static Optional<Integer> boxed(OptionalInt value) {
    return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
  }

  private static Map<TopicPartition, PartitionInfo> join(
      CompletableFuture<Map<TopicPartition, PartitionInfo>> finding) {
    try {
      return finding.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException remedy ? remedy : e;
    }
  }
}
