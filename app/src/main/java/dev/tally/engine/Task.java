package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.Damaged;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.job.StateLost;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One assigned partition that has begun: its state, how far it is answered and how far it is saved.
 * Live and replayed records take one path; a replayed one meets an output that drops what it gets.
 */
final class Task {
  /** Drops what it is given: during a replay everything has been answered. */
  static final Output SILENCE =
      new Output() {
        @Override
        public boolean live() {
          return false;
        }

        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {}

        @Override
        public void deadLetter(DeadLetterReason reason, String message) {}
      };

  private final TopicPartition partition;
  private final PartitionInfo info;
  private final StartPoint start;
  private final StartPoint.Rules rules;
  private final KeyedState state;
  private final Shard shard;
  private final Horizon horizon;
  private final long exactFrom;

  // Offset of the next record to apply, and the leader epoch of a record before it; at a commit it
  // is that of the last one, see applied().
  private long position;
  private Optional<Integer> positionEpoch;
  // The committed offset: everything before it is answered.
  private long answeredTo;
  private long savedTo;
  private long saveDueNanos;
  private long firstClockNanos = Shard.NO_CLOCK;
  private boolean live;
  private boolean commitDue;
  // Whether the job's table is read to where it ended when the task began, if the job has one.
  private boolean tableRead;
  // Whether rows of the table were given since the last save.
  private boolean rowsUnsaved;
  private boolean ended;
  // Whether answeredTo is committed in Kafka. It is not in a new group, or at the end of a gap,
  // before the first commit. After a restart, state saved too early would look in the one case like
  // a group that Kafka has forgotten, in the other like lost commits.
  private boolean everCommitted;

  /**
   * Begins where it was decided.
   *
   * @param rules that the decision was made by
   * @param saved the position of the saved state, if {@link StartPoint#useSaved}
   */
  Task(
      TopicPartition partition,
      PartitionInfo info,
      StartPoint.Rules rules,
      StartPoint start,
      @Nullable Position saved,
      KeyedState state,
      Job job,
      long memoryBytesMax) {
    this.partition = partition;
    this.info = info;
    this.rules = rules;
    this.start = start;
    this.state = state;
    long clockNanos = saved == null ? Shard.NO_CLOCK : saved.clockNanos();
    try {
      this.shard = job.open(state, clockNanos, info.partitions(), memoryBytesMax);
    } catch (Damaged e) {
      throw damaged(e);
    }
    this.horizon = saved == null ? new Horizon(job.sliceNanos()) : saved.horizon();
    this.exactFrom = saved == null ? start.answeredTo() : saved.exactFrom();
    this.position = start.from();
    this.positionEpoch = start.fromEpoch();
    this.answeredTo = start.answeredTo();
    this.savedTo = saved == null ? -1 : saved.offset();
    this.commitDue = start.commitNow();
    this.tableRead = !job.readsTable();
    OffsetAndMetadata committed = info.committed();
    this.everCommitted = committed != null && committed.offset() == start.answeredTo();
    liveIfReached();
  }

  /**
   * Applies the next record: in silence before the committed offset, with an output from there on.
   *
   * @throws StateLost if a window has to be read back and cannot be
   */
  void apply(ConsumerRecord<ByteBuffer, ByteBuffer> record, Output output) {
    try {
      applyToShard(record, output);
    } catch (Damaged e) {
      throw damaged(e);
    }
    if (horizon.note(shard.clockNanos(), record.offset())) {
      horizon.forgetBefore(shard.horizonNanos());
    }
    position = record.offset() + 1;
  }

  /** This record was the last one applied, and what has been applied may be committed. */
  void applied(ConsumerRecord<ByteBuffer, ByteBuffer> last) {
    positionEpoch = last.leaderEpoch();
  }

  private StateLost damaged(Damaged e) {
    return new StateLost(
        partition.toString(), partition + ": saved state makes no sense: " + e.getMessage(), e);
  }

  private void applyToShard(ConsumerRecord<ByteBuffer, ByteBuffer> record, Output output) {
    if (record.offset() < answeredTo) {
      requireSameLog(record);
      shard.apply(record.offset(), record.key(), record.value(), record.timestamp(), SILENCE);
      if (firstClockNanos == Shard.NO_CLOCK) {
        firstClockNanos = shard.clockNanos();
      }
    } else {
      if (!live) {
        becomeLive();
      }
      shard.apply(record.offset(), record.key(), record.value(), record.timestamp(), output);
    }
  }

  /** All records before this offset have been applied; markers may follow the last of them. */
  void advanceTo(OffsetAndMetadata next) {
    position = next.offset();
    if (next.leaderEpoch().isPresent()) {
      positionEpoch = next.leaderEpoch();
    }
    liveIfReached();
  }

  /** The offset of the next record to apply, for a consumer that has read past it. */
  OffsetAndMetadata next() {
    return new OffsetAndMetadata(position, positionEpoch, "");
  }

  private void liveIfReached() {
    if (!live && tableRead && position >= answeredTo) {
      becomeLive();
    }
  }

  /** The replay has reached the committed offset: state must be what it was the first time. */
  private void becomeLive() {
    shard.resume(source(), answeredTo, start.memo());
    long expected = start.clockAtAnswered();
    if (expected != Checkpoint.UNKNOWN_CLOCK && expected != shard.clockNanos()) {
      String found =
          String.format(
              "%s from offset %d on gives the clock %s at offset %d, but it was %s when the rows up"
                  + " to there were answered",
              partition, start.from(), seconds(shard.clockNanos()), answeredTo, seconds(expected));
      if (start.useSaved()) {
        throw new StateLost(partition.toString(), found + ": saved state is of another log", null);
      }
      throw Stop.refused(
          "%s: the log has changed underneath. Reset the group's offsets to begin anew.", found);
    }
    requireHistory();
    live = true;
    commitDue |= start.commitWhenLive();
  }

  private Source source() {
    return new Source(
        info.topicId().getMostSignificantBits(),
        info.topicId().getLeastSignificantBits(),
        partition.partition(),
        info.partitions());
  }

  /** No window at the committed offset may need records that retention has deleted. */
  private void requireHistory() {
    boolean reachesBack =
        start.historyFrom() > StartPoint.ALL_HISTORY
            && shard.replayFrom(answeredTo) == Shard.BY_HORIZON
            && firstClockNanos != Shard.NO_CLOCK
            && shard.horizonNanos() < firstClockNanos;
    if (reachesBack && !rules.continueOnMissingHistory()) {
      throw Stop.refused(
          "%s is retained from offset %d only, and the windows at offset %d reach back further:"
              + " answers could be wrong. Choose a later --start.from, raise retention.ms, or"
              + " accept it with --on.missing.history continue.",
          partition, start.historyFrom(), answeredTo);
    }
  }

  private void requireSameLog(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    Optional<Integer> committedEpoch = start.answeredEpoch();
    if (committedEpoch.isPresent()
        && record.leaderEpoch().isPresent()
        && record.leaderEpoch().get() > committedEpoch.get()) {
      throw Stop.refused(
          "%s offset %d was written under leader epoch %d, but rows up to %d were answered under"
              + " epoch %d: the log was truncated and rewritten. Reset the group's offsets to say"
              + " where to go on.",
          partition, record.offset(), record.leaderEpoch().get(), answeredTo, committedEpoch.get());
    }
  }

  /** Whether the next transaction has to commit an offset of this partition. */
  boolean commitDue() {
    return commitDue || position > answeredTo;
  }

  /** Sends what the shard holds back until a commit. */
  void flush(Output output) {
    if (live) {
      guarded(() -> shard.flush(Math.max(position, answeredTo), output));
    }
  }

  /**
   * Tells the shard of silence at the end of the log.
   *
   * @param sent how much has been sent so far
   */
  void tick(long silentMillis, Output output, LongSupplier sent) {
    commitIfChanged(() -> shard.tick(answeredTo, silentMillis, output), sent);
  }

  /** Tells the shard, once, that no more records are awaited. */
  void end(Output output, LongSupplier sent) {
    if (live && !ended) {
      commitIfChanged(() -> shard.end(Math.max(position, answeredTo), output), sent);
      ended = true;
    }
  }

  /** The offset may not have moved, but what was decided has to be committed with it. */
  private void commitIfChanged(Runnable action, LongSupplier sent) {
    String memo = shard.memo();
    long sentBefore = sent.getAsLong();
    guarded(action);
    commitDue |= sent.getAsLong() != sentBefore || !shard.memo().equals(memo);
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (Damaged e) {
      throw damaged(e);
    }
  }

  /** Gives the shard a row of the table. */
  void row(Source table, ConsumerRecord<byte[], byte[]> row) {
    guarded(() -> shard.row(table, row.offset(), row.key(), row.value()));
    rowsUnsaved = true;
  }

  /** Where to read on in a partition of the table. */
  long rowsTo(Source table) {
    return shard.rowsTo(table);
  }

  /** The table is read to where it ended when the task began: nothing holds up its going live. */
  void tableIsRead() {
    tableRead = true;
    liveIfReached();
  }

  /** Whether {@link #tableIsRead} was told, or the job has no table. */
  boolean tableRead() {
    return tableRead;
  }

  /** Whether {@link #end} has been told. */
  boolean ended() {
    return ended;
  }

  /** Offset and metadata for the transaction that answers everything before that offset. */
  OffsetAndMetadata toCommit() {
    // During a replay only what was decided at the beginning is known.
    Checkpoint checkpoint =
        live
            ? new Checkpoint(
                info.topicId(), replayFrom(), shard.clockNanos(), rules.fingerprint(), shard.memo())
            : new Checkpoint(
                info.topicId(),
                start.from(),
                Checkpoint.UNKNOWN_CLOCK,
                rules.fingerprint(),
                start.memo());
    long offset = Math.max(position, answeredTo);
    return new OffsetAndMetadata(
        offset, live ? positionEpoch : Optional.empty(), checkpoint.text());
  }

  private long replayFrom() {
    long known = shard.replayFrom(position);
    return known == Shard.BY_HORIZON ? horizon.replayFrom(shard.horizonNanos(), position) : known;
  }

  /** Kafka has committed what {@link #toCommit} gave. */
  void committed() {
    answeredTo = Math.max(position, answeredTo);
    commitDue = false;
    everCommitted = true;
  }

  /**
   * Saves what has changed since the last save. State may be that of an earlier offset than the
   * committed one, as during a replay, but never of a later one.
   *
   * @throws StateLost if it is found damaged
   */
  void save() {
    if (position > answeredTo) {
      throw new IllegalStateException(
          partition + ": state at " + position + " may not be saved before Kafka has committed it");
    }
    if ((position == savedTo && !rowsUnsaved) || !everCommitted) {
      return;
    }
    KeyedState.Batch batch = state.batch();
    shard.save(batch);
    new Position(
            position,
            positionEpoch,
            exactFrom,
            shard.clockNanos(),
            info.topicId(),
            rules.fingerprint(),
            horizon)
        .write(batch);
    state.save(batch);
    savedTo = position;
    rowsUnsaved = false;
  }

  /** Whether it goes on from its saved state at once, as most do after a rebalance. */
  boolean beginsQuietly() {
    return start.useSaved() && position == answeredTo && !start.commitWhenLive();
  }

  /** What a user wants to know when the partition was assigned. */
  String describe() {
    long replay = Math.max(0, answeredTo - position);
    return String.format(
        "%s: %s%s",
        partition,
        start.why(),
        replay == 0 ? "" : String.format(", replaying %,d offsets up to %d", replay, answeredTo));
  }

  Shard shard() {
    return shard;
  }

  TopicPartition partition() {
    return partition;
  }

  boolean live() {
    return live;
  }

  long position() {
    return position;
  }

  /** Offset that the replay, if there is one, began at. */
  long startedAt() {
    return start.from();
  }

  /** The committed offset: everything before it is answered. */
  long answeredTo() {
    return answeredTo;
  }

  /** When it is to be saved next. */
  long saveDueNanos() {
    return saveDueNanos;
  }

  void saveAt(long nanos) {
    saveDueNanos = nanos;
  }

  private static String seconds(long clockNanos) {
    return clockNanos == Shard.NO_CLOCK
        ? "(none)"
        : BigDecimal.valueOf(clockNanos, 9).stripTrailingZeros().toPlainString();
  }
}
