package dev.tally.audit.uniqueusers;

import dev.tally.audit.DeadLetters;
import dev.tally.audit.Findings;
import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Unusable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges every frame: whether it counts, whether its dead letter is there if it does not, and which
 * windows it is in if it does. Each partition comes in offset order.
 */
final class Frames {
  private static final long DAY_SECONDS = 86_400;
  private static final String BEFORE_START = "lies before the first frame that the job read";

  private final Rules rules;
  private final Scope scope;
  private final DeadLetters letters;
  private final LateParts late;
  private final Gaps gaps;
  private final Findings findings;
  private final List<Acceptance> byPartition = new ArrayList<>();

  /** Whether a partition has deleted frames that were counted, and shows no readable one yet. */
  private final boolean[] deleted;

  private final Sightings sightings = new Sightings();
  private long read;
  private long counted;

  /**
   * No frame yet.
   *
   * @param counting whether frames before the first one that is there were counted, by partition
   */
  Frames(
      Rules rules,
      Scope scope,
      boolean[] counting,
      DeadLetters letters,
      LateParts late,
      Gaps gaps,
      Findings findings) {
    this.rules = rules;
    this.scope = scope;
    this.letters = letters;
    this.late = late;
    this.gaps = gaps;
    this.findings = findings;
    this.deleted = counting.clone();
    for (InputRange range : scope.input()) {
      byPartition.add(new Acceptance(rules, range.begin() > 0));
    }
  }

  /** Takes the next frame. */
  void add(Message message) {
    read++;
    FrameText frame;
    try {
      frame = FrameText.parse(message.value);
    } catch (Unusable e) {
      rejected(message, Reason.UNREADABLE, String.valueOf(e.getMessage()), true);
      return;
    }
    noteDeleted(message.partition, frame.seconds());
    Verdict verdict =
        byPartition.get(message.partition).next(frame.seconds(), message.timestampMillis);
    Reason uncertain = verdict.certain() ? null : uncertainReason(message);
    if (verdict.rejected() != null) {
      rejected(message, verdict.rejected(), verdict.why(), true);
    } else if (uncertain != null) {
      rejected(message, uncertain, "the times of the deleted frames are unknown", false);
    } else {
      accepted(message, frame);
    }
  }

  /** The job may have known times before a frame that are not there any more. */
  private @Nullable Reason uncertainReason(Message message) {
    return Stream.of(Reason.LATE, Reason.FUTURE)
        .filter(reason -> letters.says(message, reason))
        .findFirst()
        .orElse(null);
  }

  /** What is deleted has times around those of the first frame that is not. */
  private void noteDeleted(int partition, long seconds) {
    if (deleted[partition]) {
      deleted[partition] = false;
      gaps.deletedUpTo(seconds + rules.lateMax().toSeconds() + DAY_SECONDS);
    }
  }

  private void rejected(Message message, Reason reason, String why, boolean checked) {
    if (isBeforeStart(message)) {
      letters.expectNone(message, BEFORE_START);
    } else {
      letters.expect(message, reason, why, checked);
    }
  }

  private void accepted(Message message, FrameText frame) {
    if (isBeforeStart(message)) {
      letters.expectNone(message, BEFORE_START);
      return;
    }
    letters.expectNone(message, "counts");
    if (late.has(message, frame.seconds())) {
      return;
    }
    if (scope.input().get(message.partition).passed(message.offset)) {
      counted++;
      sightings.add(frame);
    } else {
      findings.pending();
      sightings.addLater(frame);
    }
  }

  private boolean isBeforeStart(Message message) {
    boolean before = message.offset < scope.input().get(message.partition).start();
    if (before) {
      findings.beforeStart();
    }
    return before;
  }

  /** Ends the reading: a partition without a readable frame may have had any times. */
  void finish() {
    for (boolean unknown : deleted) {
      if (unknown) {
        gaps.deletedUpTo(Long.MAX_VALUE);
      }
    }
    long collisions = sightings.collisions();
    if (collisions > 0) {
      findings.note(
          "%,d uids have the hash of another one; the job cannot tell them apart"
              .formatted(collisions));
    }
  }

  /** Which users the frames that count have. */
  Sightings sightings() {
    return sightings;
  }

  /** How many frames were read. */
  long read() {
    return read;
  }

  /** How many of them count in windows. */
  long counted() {
    return counted;
  }
}
