package dev.tally.engine;

import dev.tally.job.Job;
import dev.tally.job.StateStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * The work of a {@link Worker}: poll, compute, commit, save, which together are a {@link #step}.
 * The thread that repeats it, and what follows a failure, are in {@link Worker}. Where partitions
 * begin is the matter of {@link Assignment}.
 *
 * <p>No transaction is open while {@code poll} runs, so a rebalance never finds work in flight.
 */
final class Engine {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  // The longest that a poll can delay a stop. Arriving records end it at once.
  private static final Duration POLL_MAX = Duration.ofMillis(100);
  private static final Duration POLL_DURING_LOOKUP_MAX = Duration.ofMillis(5);

  private final EngineConfig config;
  private final Assignment assignment;
  private final Session session;
  private final Outlet outlet;
  private final LongSupplier nanos;
  private final long shareNanos;
  private final SlowStart size;
  private final Counts counts;
  private final @Nullable Silence silence; // null if the job does not care

  // The partition whose records are being computed; null between batches.
  private @Nullable Task computing;
  private long polledNanos;
  private long transactionBeganNanos;
  private long committedBeganNanos;
  private long committedNanos;
  private long commits;
  private boolean finishing;

  Engine(
      Job job,
      EngineConfig config,
      TopicLayout topics,
      StateStore store,
      Session.Factory sessions,
      WorkerClock clock,
      Counts counts) {
    this.config = config;
    this.nanos = clock.nanos();
    // Two thirds of the timeout are left for the commit, and for records that take long.
    this.shareNanos = config.transactionTimeout().toNanos() / 3;
    this.size = new SlowStart(clock.recordsPerLook());
    this.assignment = new Assignment(job, config, topics, store, sessions, nanos, shareNanos);
    this.session = assignment.session();
    this.outlet =
        new Outlet(
            config.outputs(),
            topics,
            topics.deadLetters(config.groupId(), config.deadLetterTopic()),
            config.fatalReasons(),
            job,
            session,
            counts);
    this.counts = counts;
    this.silence = job.ticks() ? new Silence(session, nanos) : null;
  }

  /** Poll, compute, commit, save. */
  void step() {
    computing = null;
    assignment.beginPending();
    followTable();
    ConsumerRecords<ByteBuffer, ByteBuffer> records =
        session.poll(assignment.lookingUp() ? POLL_DURING_LOOKUP_MAX : POLL_MAX);
    polledNanos = nanos.getAsLong();
    transactionBeganNanos = polledNanos;
    assignment.reportMoves();
    compute(records);
    tellWithoutRecords();
    commit();
    // Disk second: saving may lag behind Kafka but must never lead.
    assignment.saveWhatIsDue();
    assignment.reportReplays();
  }

  /** Everything computed is committed now, so that what rows change can be saved. */
  private void followTable() {
    if (assignment.followTable() && assignment.memoryBytes() > config.stateMemoryBytesMax()) {
      trim();
    }
  }

  private void compute(ConsumerRecords<ByteBuffer, ByteBuffer> records) {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(records.nextOffsets());
    for (TopicPartition partition : records.partitions()) {
      Task task = assignment.task(partition);
      if (!compute(task, records.records(partition))) {
        session.seek(partition, task.next());
        next.remove(partition);
      }
    }
    computing = null;
    outlet.records(List.of()); // otherwise it would keep these in memory until the next ones
    next.forEach((partition, offset) -> assignment.task(partition).advanceTo(offset));
  }

  /**
   * Computes the records in order.
   *
   * @return false if time ran out before the last one. The rest is read again: a member that
   *     computes for minutes without a poll loses its partitions, and saves nothing.
   */
  private boolean compute(Task task, List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
    computing = task;
    outlet.records(records);
    if (silence != null) {
      silence.heard(task);
    }
    boolean outOfTime = pollOutOfTime();
    for (int i = 0; i < records.size(); i++) {
      ConsumerRecord<ByteBuffer, ByteBuffer> record = records.get(i);
      task.apply(record, outlet.current(i));
      if (task.live()) {
        counts.rows(1);
      }
      boolean last = i == records.size() - 1;
      if (size.lookDue() || outOfTime || last || (size.full() && outlet.isOpen())) {
        task.applied(record);
        keepWithinLimits();
        outOfTime = pollOutOfTime();
        if (outOfTime && !last) {
          return false;
        }
      }
    }
    return true;
  }

  /** What shards learn without a record: that their partition is silent, that it was the last. */
  private void tellWithoutRecords() {
    if (silence != null) {
      silence.tell(assignment.tasks(), outlet);
    }
    if (finishing) {
      for (Task task : assignment.tasks()) {
        task.end(outlet.withoutRecord(task.partition().partition()), outlet::sent);
      }
    }
  }

  private boolean pollOutOfTime() {
    return nanos.getAsLong() - polledNanos > shareNanos;
  }

  private boolean transactionOutOfTime() {
    return nanos.getAsLong() - transactionBeganNanos > shareNanos;
  }

  /** Commits early where a transaction gets too long, and trims windows that take too much. */
  private void keepWithinLimits() {
    boolean tooLong = outlet.isOpen() && (size.full() || transactionOutOfTime());
    boolean tooLarge = assignment.memoryBytes() > config.stateMemoryBytesMax();
    if (tooLong || tooLarge) {
      commit();
    }
    if (tooLarge) {
      trim();
    }
    size.looked();
  }

  private void trim() {
    long shareBytes = config.stateMemoryBytesMax() / assignment.tasks().size();
    // Well below the share, so that the next record does not exceed it again.
    assignment.trim(shareBytes, shareBytes - shareBytes / 4);
  }

  /** Kafka first: outputs and offsets of everything computed become visible together. */
  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Task task : assignment.tasks()) {
      if (task.commitDue()) {
        task.flush(outlet.withoutRecord(task.partition().partition()));
        offsets.put(task.partition(), task.toCommit());
      }
    }
    if (offsets.isEmpty()) {
      size.began();
      return;
    }
    boolean slow = transactionOutOfTime();
    outlet.open();
    session.commit(offsets);
    committedNanos = nanos.getAsLong();
    outlet.committed(committedNanos - polledNanos);
    size.committed(slow);
    offsets.keySet().forEach(partition -> assignment.task(partition).committed());
    commits++;
    committedBeganNanos = transactionBeganNanos;
    transactionBeganNanos = committedNanos;
  }

  /** Goes back to what is saved, with the same clients: the same path as after a restart. */
  void rewind() {
    if (outlet.isOpen()) {
      session.abort();
      outlet.aborted();
    }
    size.again();
    assignment.rewind();
  }

  /**
   * The committed offset of the partition whose record was being computed when a transaction
   * failed; if there was none, those of every partition that the transaction would have moved on.
   */
  Map<TopicPartition, Long> stuckAt() {
    return assignment.tasks().stream()
        .filter(task -> computing == null ? task.commitDue() : task == computing)
        .collect(Collectors.toMap(Task::partition, Task::answeredTo));
  }

  /**
   * Whether the open transaction may be older than its timeout, so that the brokers have ended it
   * and fenced us.
   */
  boolean overdue() {
    return outlet.isOpen()
        && nanos.getAsLong() - transactionBeganNanos > config.transactionTimeout().toNanos();
  }

  /** Ends in order: everything committed is saved and the group is left. */
  void stop() {
    assignment.end();
    session.close(true);
  }

  /**
   * Ends as after a failure: what is not committed never happened, what is not saved is replayed.
   *
   * @param leaveGroup whether no member comes back under our name
   */
  void abandon(boolean leaveGroup) {
    assignment.abandon();
    try {
      if (outlet.isOpen()) {
        outlet.aborted();
        session.abort();
      }
    } catch (Reconnect e) {
      // The brokers will abort it once its timeout has passed; until then readers wait.
      log.warn("{}", e.getMessage());
    } finally {
      session.close(leaveGroup);
    }
  }

  /** See {@link Assignment#memoryBytes}. */
  long memoryBytes() {
    return assignment.memoryBytes();
  }

  /** See {@link Assignment#caughtUp}. */
  boolean caughtUp() {
    return assignment.caughtUp();
  }

  /** See {@link Assignment#partitions}. */
  Set<TopicPartition> partitions() {
    return assignment.partitions();
  }

  /** From the next step on, shards are told that no more records are awaited. */
  void finish() {
    finishing = true;
  }

  /** Whether every partition here has begun, was told so, and what that gave is committed. */
  boolean finished() {
    return finishing
        && assignment.nothingPending()
        && assignment.tasks().stream().allMatch(task -> task.ended() && !task.commitDue());
  }

  /** When the last transaction was committed. */
  long committedNanos() {
    return committedNanos;
  }

  /** Transactions committed so far. */
  long commits() {
    return commits;
  }

  /**
   * How long to rest before the next step, so that transactions are spaced as configured. One that
   * took longer is followed at once, and so is any as long as there is a backlog: a rest after each
   * poll would bound the rate by what a poll can hold.
   */
  long restNanos() {
    return commits == 0 || session.backlog()
        ? 0
        : committedBeganNanos + config.commitInterval().toNanos() - nanos.getAsLong();
  }
}
