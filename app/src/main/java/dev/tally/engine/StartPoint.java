package dev.tally.engine;

import dev.tally.Stop;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where one partition begins: the answer to "Kafka says this, the disk says that". It is decided in
 * one place, from values alone, and never guessed (ARCHITECTURE, "When Kafka and the disk
 * disagree").
 *
 * @param from offset to read from
 * @param fromEpoch leader epoch of the record before it, if it is known
 * @param useSaved whether saved state is that of all records before `from`
 * @param answeredTo N: records before it are replayed in silence
 * @param answeredEpoch leader epoch that N was committed with; a replayed record with a higher one
 *     shows that the log was rewritten
 * @param clockAtAnswered T(N) to compare with, or {@link Checkpoint#UNKNOWN_CLOCK}
 * @param historyFrom where the log starts, if rows before it might have counted; {@link
 *     #ALL_HISTORY} if M says that none do
 * @param commitNow whether N has to be committed before anything else
 * @param commitWhenLive whether N's metadata has to be replaced once state is rebuilt
 * @param why for the log
 */
record StartPoint(
    long from,
    OptionalInt fromEpoch,
    boolean useSaved,
    long answeredTo,
    OptionalInt answeredEpoch,
    long clockAtAnswered,
    long historyFrom,
    boolean commitNow,
    boolean commitWhenLive,
    String why) {
  static final long ALL_HISTORY = 0;

  /** What a decision depends on beside what was found. */
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
      TopicPartition partition, PartitionInfo found, @Nullable Position saved, Rules rules) {
    PartitionInfo.Committed committed = found.committed();
    if (committed == null) {
      return withoutCommit(partition, found, saved, rules);
    }
    long answeredTo = committed.offset();
    if (answeredTo > found.logEnd()) {
      throw Stop.refused(
          "%s ends at offset %d, but rows up to %d have been answered: the topic was truncated or"
              + " created anew. Reset the offsets of the group to begin anew.",
          partition, found.logEnd(), answeredTo);
    }
    if (committed.metadata().isEmpty()) {
      return fromLogStart(
          partition,
          found,
          committed,
          rules,
          "the group's offset was set by hand to " + answeredTo);
    }
    Checkpoint checkpoint =
        Checkpoint.parse(committed.metadata(), partition + " offset " + answeredTo);
    if (!checkpoint.topicId().equals(found.topicId())) {
      throw Stop.refused(
          "%s belongs to a topic that was deleted and created anew: committed for topic id %s, now"
              + " %s. Reset the offsets of the group to say where to begin.",
          partition, checkpoint.topicId(), found.topicId());
    }
    if (!checkpoint.fingerprint().equals(rules.fingerprint())) {
      if (!rules.rebuildOnSettingsChange()) {
        throw Stop.refused(
            "settings that shape the sums have changed for %s: answered so far with [%s], now [%s]."
                + " Put them back, or accept the change with --on.settings.change rebuild.",
            partition, checkpoint.fingerprint(), rules.fingerprint());
      }
      return fromLogStart(partition, found, committed, rules, "settings have changed");
    }
    return fromCheckpoint(partition, found, saved, checkpoint, committed, rules);
  }

  private static StartPoint withoutCommit(
      TopicPartition partition, PartitionInfo found, @Nullable Position saved, Rules rules) {
    if (saved != null && !rules.startFromGiven()) {
      if (!saved.topicId().equals(found.topicId())) {
        throw Stop.refused(
            "%s belongs to a topic that was deleted and created anew: saved state is of topic id"
                + " %s, now it is %s. Say where to begin with --start.from.",
            partition, saved.topicId(), found.topicId());
      }
      throw Stop.refused(
          "%s has saved state up to offset %d but the group has no committed offset (Kafka forgets"
              + " them after offsets.retention.minutes of absence). Starting over would repeat"
              + " answers: say where to begin with --start.from earliest, latest or a time.",
          partition, saved.offset());
    }
    // Before the log start there is nothing; a time behind the end means the end.
    long begin = Math.max(found.logStart(), Math.min(found.startFrom(), found.logEnd()));
    return new StartPoint(
        found.logStart(),
        OptionalInt.empty(),
        false,
        begin,
        OptionalInt.empty(),
        Checkpoint.UNKNOWN_CLOCK,
        found.logStart(),
        true,
        begin > found.logStart(),
        "no committed offset: beginning at " + begin);
  }

  /** Where M is not known: everything that is retained before N is read. */
  private static StartPoint fromLogStart(
      TopicPartition partition,
      PartitionInfo found,
      PartitionInfo.Committed committed,
      Rules rules,
      String why) {
    long answeredTo = committed.offset();
    String gap = gap(partition, answeredTo, answeredTo, found.logStart(), rules);
    return new StartPoint(
        found.logStart(),
        OptionalInt.empty(),
        false,
        Math.max(answeredTo, found.logStart()),
        committed.leaderEpoch(),
        Checkpoint.UNKNOWN_CLOCK,
        found.logStart(),
        false,
        true,
        why + ": state is rebuilt from the log start" + gap);
  }

  private static StartPoint fromCheckpoint(
      TopicPartition partition,
      PartitionInfo found,
      @Nullable Position saved,
      Checkpoint checkpoint,
      PartitionInfo.Committed committed,
      Rules rules) {
    long answeredTo = committed.offset();
    if (checkpoint.replayFrom() > answeredTo) {
      throw Stop.refused(
          "%s offset %d was set by something that kept the metadata of a later one: a replay from"
              + " %d. Reset the group's offsets to say where to go on.",
          partition, answeredTo, checkpoint.replayFrom());
    }
    boolean ofThisTopic = saved != null && saved.topicId().equals(found.topicId());
    if (saved != null && ofThisTopic && saved.offset() > answeredTo) {
      throw Stop.refused(
          "%s has saved state up to offset %d, but the group's committed offset is %d: Kafka lost"
              + " commits. Reset the group's offsets to say where to go on, or delete the saved"
              + " state if %d is right.",
          partition, saved.offset(), answeredTo, answeredTo);
    }
    // A beginning in the middle of a log that retention has cut: only a whole replay can tell
    // whether the windows at N reach back past the cut.
    boolean begunAtCut =
        checkpoint.clockNanos() == Checkpoint.UNKNOWN_CLOCK && checkpoint.replayFrom() > 0;
    // State older than M is right as well, but a replay from M is shorter.
    boolean useSaved =
        saved != null
            && !begunAtCut
            && ofThisTopic
            && saved.fingerprint().equals(checkpoint.fingerprint())
            && saved.exactFrom() <= answeredTo
            && saved.offset() >= checkpoint.replayFrom();
    long from = saved != null && useSaved ? saved.offset() : checkpoint.replayFrom();
    String gap = gap(partition, from, answeredTo, found.logStart(), rules);
    boolean exact = gap.isEmpty();
    return new StartPoint(
        Math.max(from, found.logStart()),
        saved != null && useSaved && exact ? saved.leaderEpoch() : OptionalInt.empty(),
        useSaved,
        Math.max(answeredTo, found.logStart()),
        committed.leaderEpoch(),
        exact ? checkpoint.clockNanos() : Checkpoint.UNKNOWN_CLOCK,
        begunAtCut ? Math.max(checkpoint.replayFrom(), found.logStart()) : ALL_HISTORY,
        false,
        !exact || checkpoint.clockNanos() == Checkpoint.UNKNOWN_CLOCK,
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
