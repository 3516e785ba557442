package dev.tally.audit;

import dev.tally.audit.DeadLetter.Source;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the dead letter of each row and judges it. The order of calls: {@link #add} for every
 * record of the dead-letter topic, then {@link #expect} or {@link #expectNone} for every row, then
 * {@link #finish}. The topic may be shared: dead letters about other topics, or of other groups,
 * are only counted.
 */
public final class DeadLetters {
  private final AuditSettings settings;
  private final Scope scope;
  private final Findings findings;
  private final Map<Source, DeadLetter> bySource = new HashMap<>();

  /** The lowest row offset that a dead letter names, by input partition. */
  private final Map<Integer, Long> firstOffsets = new HashMap<>();

  private long aboutOtherTopics;
  private long ofOtherGroups;

  public DeadLetters(AuditSettings settings, Scope scope, Findings findings) {
    this.settings = settings;
    this.scope = scope;
    this.findings = findings;
  }

  /** Takes a record of the dead-letter topic; each of its partitions in offset order. */
  public void add(Message message) {
    if (!settings.inputTopic().equals(message.header("tally.error.topic"))) {
      aboutOtherTopics++;
      return;
    }
    // Versions before the header existed named no group; such dead letters count as ours.
    String group = message.header("tally.error.group");
    if (group != null && !group.equals(settings.groupId())) {
      ofOtherGroups++;
      return;
    }
    DeadLetter letter;
    try {
      letter = DeadLetter.parse(message);
    } catch (Unusable e) {
      findings.disagreement(
          Kind.EXTRA,
          "%s: %s",
          settings.deadLetterAt(message.partition, message.offset),
          e.getMessage());
      return;
    }
    DeadLetter first = bySource.putIfAbsent(letter.source, letter);
    if (first != null) {
      findings.disagreement(
          Kind.DUPLICATE,
          "%s: %s already has a dead letter, %s",
          at(letter),
          at(letter.source),
          at(first));
    }
    firstOffsets.merge(letter.source.partition(), letter.source.offset(), Math::min);
  }

  /** Whether this row has a dead letter that gives this reason. */
  public boolean says(Message row, Reason reason) {
    DeadLetter letter = bySource.get(source(row));
    return letter != null && letter.reason == reason;
  }

  /**
   * Judges a row that must not have a dead letter.
   *
   * @param why completes a sentence about the row, as in "must have an answer"
   */
  public void expectNone(Message row, String why) {
    DeadLetter letter = meet(row);
    if (letter != null) {
      findings.disagreement(
          Kind.EXTRA, "%s: says %s, but %s %s", at(letter), letter.reason, at(letter.source), why);
    }
  }

  /**
   * Judges a row that must have a dead letter, once the group has passed it.
   *
   * @param reason the reason that it must give
   * @param why what is wrong with the row, in words
   * @param checked false if the reason is only what the dead letter itself says, because what it
   *     depends on is deleted
   */
  public void expect(Message row, Reason reason, String why, boolean checked) {
    DeadLetter letter = meet(row);
    if (letter == null) {
      withoutLetter(row, reason, why);
      return;
    }
    String fault = letter.fault(row, reason, why);
    if (fault != null) {
      findings.disagreement(Kind.WRONG, "%s: for %s: %s", at(letter), at(letter.source), fault);
    } else if (!checked) {
      findings.unchecked();
    } else {
      findings.rightDeadLetter(letter.reason);
    }
  }

  private void withoutLetter(Message row, Reason reason, String why) {
    if (!scope.input().get(row.partition).due(row.offset)) {
      findings.pending();
    } else if (mayBeDeleted(row)) {
      findings.unchecked();
    } else {
      findings.disagreement(
          Kind.MISSING,
          "%s: has no dead letter, must have one that says %s: %s",
          at(source(row)),
          reason,
          why);
    }
  }

  /** Whether the dead letter of this row may have been before the first that is still there. */
  private boolean mayBeDeleted(Message row) {
    Long first = firstOffsets.get(row.partition);
    return scope.deadLetters().stream().anyMatch(range -> range.begin() > 0)
        && (first == null || row.offset < first);
  }

  private @Nullable DeadLetter meet(Message row) {
    DeadLetter letter = bySource.get(source(row));
    if (letter != null) {
      letter.met = true;
    }
    return letter;
  }

  /** Reports the dead letters whose rows did not turn up, and those that were left out. */
  public void finish() {
    bySource.values().stream()
        .filter(letter -> !letter.met)
        .sorted(Comparator.comparingInt((DeadLetter l) -> l.partition).thenComparing(l -> l.offset))
        .forEach(this::withoutRow);
    if (aboutOtherTopics > 0) {
      findings.note(
          "%s holds %,d records that are not about %s; they were left out"
              .formatted(settings.deadLetterTopic(), aboutOtherTopics, settings.inputTopic()));
    }
    if (ofOtherGroups > 0) {
      findings.note(
          "%s holds %,d dead letters of groups other than %s; they were left out"
              .formatted(settings.deadLetterTopic(), ofOtherGroups, settings.groupId()));
    }
  }

  private void withoutRow(DeadLetter letter) {
    Source source = letter.source;
    boolean deleted =
        source.partition() < scope.input().size()
            && source.offset() < scope.input().get(source.partition()).begin();
    if (deleted) {
      findings.unchecked();
    } else {
      findings.disagreement(Kind.EXTRA, "%s: there is no row %s", at(letter), at(source));
    }
  }

  private static Source source(Message row) {
    return new Source(row.partition, row.offset);
  }

  private String at(Source row) {
    return settings.rowAt(row.partition(), row.offset());
  }

  private String at(DeadLetter letter) {
    return settings.deadLetterAt(letter.partition, letter.offset);
  }
}
