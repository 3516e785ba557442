package dev.tally.engine;

import dev.tally.Stop;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where one partition begins: the answer to "Kafka says this, the disk says that". It is decided in
 * one place, from values alone, and never guessed (ARCHITECTURE, "When Kafka and the disk
 * disagree").
 *
 * @param from offset to read from
 * @param fromEpoch leader epoch of the record before it, if known
 * @param useSaved whether the saved state is loaded: it is that of all records before `from`, less
 *     a gap that was accepted
 * @param answeredTo committed offset: records before it are replayed in silence
 * @param answeredEpoch leader epoch that the offset was committed with; a replayed record with a
 *     higher one shows that the log was rewritten
 * @param clockAtAnswered the clock at the committed offset, to compare with, or {@link
 *     Checkpoint#UNKNOWN_CLOCK}
 * @param memo what the job handed down at the committed offset ({@link dev.tally.job.Shard#memo})
 * @param historyFrom where the retained history begins, if records before it might have counted;
 *     {@link #ALL_HISTORY} if the replay offset says that none do
 * @param commitNow whether the committed offset has to be committed first, because Kafka has none
 * @param commitWhenLive whether the metadata of the committed offset has to be replaced once the
 *     replay has reached it
 * @param why for the log
 */
record StartPoint(
    long from,
    Optional<Integer> fromEpoch,
    boolean useSaved,
    long answeredTo,
    Optional<Integer> answeredEpoch,
    long clockAtAnswered,
    String memo,
    long historyFrom,
    boolean commitNow,
    boolean commitWhenLive,
    String why) {
  static final long ALL_HISTORY = 0;

  private static Builder at(long from) {
    return new Builder(from);
  }

  /** Begins without saved state and with nothing to commit, unless a call says otherwise. */
  private static final class Builder {
    private final long from;
    private Optional<Integer> fromEpoch = Optional.empty();
    private boolean useSaved;
    private long answeredTo;
    private Optional<Integer> answeredEpoch = Optional.empty();
    private long clockAtAnswered = Checkpoint.UNKNOWN_CLOCK;
    private String memo = "";
    private long historyFrom = ALL_HISTORY;
    private boolean commitNow;
    private boolean commitWhenLive;

    Builder(long from) {
      this.from = from;
    }

    Builder withSavedState(Optional<Integer> leaderEpoch) {
      useSaved = true;
      fromEpoch = leaderEpoch;
      return this;
    }

    Builder answeredTo(long offset, Optional<Integer> leaderEpoch) {
      answeredTo = offset;
      answeredEpoch = leaderEpoch;
      return this;
    }

    Builder expectingClock(long clockNanos) {
      clockAtAnswered = clockNanos;
      return this;
    }

    Builder handingDown(String memo) {
      this.memo = memo;
      return this;
    }

    Builder historyFrom(long offset) {
      historyFrom = offset;
      return this;
    }

    Builder committingNow() {
      commitNow = true;
      return this;
    }

    Builder committingWhenLive(boolean needed) {
      commitWhenLive = needed;
      return this;
    }

    StartPoint because(String why) {
      return new StartPoint(
          from,
          fromEpoch,
          useSaved,
          answeredTo,
          answeredEpoch,
          clockAtAnswered,
          memo,
          historyFrom,
          commitNow,
          commitWhenLive,
          why);
    }
  }

  /** What a decision depends on besides what Kafka and the disk say. */
  record Rules(
      String fingerprint,
      boolean startFromGiven,
      boolean rebuildOnSettingsChange,
      boolean continueOnMissingHistory) {}

  /**
   * Decides.
   *
   * @param saved the position of saved state, null if there is none
   * @throws Stop where going on would guess; the message says what was found and what to do
   */
  static StartPoint decide(
      TopicPartition partition, PartitionInfo info, @Nullable Position saved, Rules rules) {
    OffsetAndMetadata committed = info.committed();
    if (committed == null) {
      return withoutCommit(partition, info, saved, rules);
    }
    long answeredTo = committed.offset();
    if (answeredTo > info.logEnd()) {
      throw Stop.refused(
          "%s ends at offset %d, but rows up to %d have been answered: the topic was truncated or"
              + " created anew. Reset the offsets of the group to begin anew.",
          partition, info.logEnd(), answeredTo);
    }
    if (committed.metadata().isEmpty()) {
      return fromLogStart(
          partition,
          info,
          committed,
          /* memo= */ "",
          rules,
          "the group's offset was set by hand to " + answeredTo);
    }
    Checkpoint checkpoint =
        Checkpoint.parse(committed.metadata(), partition + " offset " + answeredTo);
    if (!checkpoint.topicId().equals(info.topicId())) {
      throw Stop.refused(
          "%s belongs to a topic that was deleted and created anew: committed for topic id %s, now"
              + " %s. Reset the offsets of the group to say where to begin.",
          partition, checkpoint.topicId(), info.topicId());
    }
    if (!checkpoint.fingerprint().equals(rules.fingerprint())) {
      CommittedSettings.requireAccepted(
          partition, checkpoint, rules.fingerprint(), rules.rebuildOnSettingsChange());
      // What wall time has decided holds under any settings.
      return fromLogStart(
          partition, info, committed, checkpoint.memo(), rules, "settings have changed");
    }
    return fromCheckpoint(partition, info, saved, checkpoint, committed, rules);
  }

  private static StartPoint withoutCommit(
      TopicPartition partition, PartitionInfo info, @Nullable Position saved, Rules rules) {
    if (saved != null && !rules.startFromGiven()) {
      if (!saved.topicId().equals(info.topicId())) {
        throw Stop.refused(
            "%s belongs to a topic that was deleted and created anew: saved state is of topic id"
                + " %s, now it is %s. Say where to begin with --start.from.",
            partition, saved.topicId(), info.topicId());
      }
      throw Stop.refused(
          "%s has saved state up to offset %d but the group has no committed offset (Kafka forgets"
              + " them after offsets.retention.minutes of absence). Starting over would repeat"
              + " answers: say where to begin with --start.from earliest, latest or a time.",
          partition, saved.offset());
    }
    // Before the log start there is nothing; a time after the end means the end.
    long begin = Math.max(info.logStart(), Math.min(info.startFrom(), info.logEnd()));
    return at(info.logStart())
        .answeredTo(begin, Optional.empty())
        .historyFrom(info.logStart())
        .committingNow()
        .committingWhenLive(begin > info.logStart())
        .because("no committed offset: beginning at " + begin);
  }

  /** Where no replay offset is known: everything retained before the committed offset is read. */
  private static StartPoint fromLogStart(
      TopicPartition partition,
      PartitionInfo info,
      OffsetAndMetadata committed,
      String memo,
      Rules rules,
      String why) {
    long answeredTo = committed.offset();
    String gap = gap(partition, answeredTo, answeredTo, info.logStart(), rules);
    return at(info.logStart())
        .answeredTo(Math.max(answeredTo, info.logStart()), committed.leaderEpoch())
        .handingDown(memo)
        .historyFrom(info.logStart())
        .committingWhenLive(true)
        .because(why + ": state is rebuilt from the log start" + gap);
  }

  private static StartPoint fromCheckpoint(
      TopicPartition partition,
      PartitionInfo info,
      @Nullable Position saved,
      Checkpoint checkpoint,
      OffsetAndMetadata committed,
      Rules rules) {
    long answeredTo = committed.offset();
    if (checkpoint.replayFrom() > answeredTo) {
      throw Stop.refused(
          "%s offset %d was set by something that kept the metadata of a later one: a replay from"
              + " %d. Reset the group's offsets to say where to go on.",
          partition, answeredTo, checkpoint.replayFrom());
    }
    boolean ofThisTopic = saved != null && saved.topicId().equals(info.topicId());
    if (saved != null && ofThisTopic && saved.offset() > answeredTo) {
      throw Stop.refused(
          "%s has saved state up to offset %d, but the group's committed offset is %d: Kafka lost"
              + " commits. Reset the group's offsets to say where to go on, or delete the saved"
              + " state if %d is right.",
          partition, saved.offset(), answeredTo, answeredTo);
    }
    // The group was told to begin in the middle of a log that retention had cut, and its first
    // replay never ended: only a whole one can tell whether windows reach back past the cut.
    boolean begunAtCut =
        checkpoint.clockNanos() == Checkpoint.UNKNOWN_CLOCK && checkpoint.replayFrom() > 0;
    // State saved before the replay offset is right as well, but beginning empty at the replay
    // offset has fewer records to read.
    boolean useSaved =
        saved != null
            && !begunAtCut
            && ofThisTopic
            && saved.fingerprint().equals(checkpoint.fingerprint())
            && saved.exactFrom() <= answeredTo
            && saved.offset() >= checkpoint.replayFrom();
    long from = saved != null && useSaved ? saved.offset() : checkpoint.replayFrom();
    String gap = gap(partition, from, answeredTo, info.logStart(), rules);
    boolean exact = gap.isEmpty();
    Builder start =
        at(Math.max(from, info.logStart()))
            .answeredTo(Math.max(answeredTo, info.logStart()), committed.leaderEpoch())
            .handingDown(checkpoint.memo())
            .committingWhenLive(!exact || checkpoint.clockNanos() == Checkpoint.UNKNOWN_CLOCK);
    if (saved != null && useSaved) {
      start.withSavedState(exact ? saved.leaderEpoch() : Optional.empty());
    }
    if (exact) {
      start.expectingClock(checkpoint.clockNanos());
    }
    if (begunAtCut) {
      start.historyFrom(Math.max(checkpoint.replayFrom(), info.logStart()));
    }
    return start.because(
        (useSaved ? "state restored at " : "state is rebuilt from offset ") + from + gap);
  }

  /** Names the gap, if there is one and it is accepted. */
  private static String gap(
      TopicPartition partition, long from, long answeredTo, long logStart, Rules rules) {
    if (from >= logStart) {
      return "";
    }
    long unanswered = Math.max(0, logStart - answeredTo);
    if (!rules.continueOnMissingHistory()) {
      throw Stop.refused(
          "%s is retained from offset %d only; %d rows from %d on are gone, %d of them unanswered."
              + " Answers would be wrong or missing: raise retention.ms of the topic, or accept the"
              + " gap with --on.missing.history continue.",
          partition, logStart, logStart - from, from, unanswered);
    }
    return String.format(
        "; MISSING: offsets %d to %d are gone, %d of them unanswered",
        from, logStart - 1, unanswered);
  }
}
