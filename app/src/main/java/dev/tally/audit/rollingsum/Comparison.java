package dev.tally.audit.rollingsum;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.DeadLetters;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Scope;
import dev.tally.audit.Unusable;
import dev.tally.audit.rollingsum.Verdict.Answered;
import dev.tally.audit.rollingsum.Verdict.Rejected;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matches what must be in the output and dead-letter topics with what is there.
 *
 * <p>The order of calls: all dead letters; then rows and answers, interleaved in any way, each
 * partition in offset order; then {@link #finish}. A row and an answer that agree drop out at once,
 * so that memory holds only what one side is ahead of the other, and what disagrees. {@link
 * Mismatches} explains the rest at the end.
 */
final class Comparison {
  /**
   * What makes a row and an answer agree.
   *
   * @param sum null where it cannot be told
   * @param place as in {@link Places#of(int)}
   */
  private record Content(Identity identity, @Nullable String sum, int place) {}

  /** Rows that wait for their answers, or answers that wait for their rows, in arrival order. */
  private static final class Waiting<T> {
    private final Map<Content, ArrayDeque<T>> byContent = new HashMap<>();
    private long count;

    void put(Content content, T one) {
      byContent.computeIfAbsent(content, c -> new ArrayDeque<>(2)).add(one);
      count++;
    }

    /** The first of this content; null if there is none. */
    @Nullable T take(Content content) {
      ArrayDeque<T> queue = byContent.get(content);
      if (queue == null) {
        return null;
      }
      T first = queue.poll();
      if (queue.isEmpty()) {
        byContent.remove(content);
      }
      count--;
      return first;
    }

    List<T> all() {
      return byContent.values().stream().flatMap(Collection::stream).toList();
    }
  }

  private final AuditSettings settings;
  private final Rules rules;
  private final Scope scope;
  private final Findings findings;
  private final DeadLetters letters;
  private final Verdicts verdicts;
  private final Agreements agreements;
  private final Places places;

  private final Waiting<ExpectedAnswer> rows = new Waiting<>();
  private final Waiting<FoundAnswer> answers = new Waiting<>();
  private final List<FoundAnswer> defective = new ArrayList<>();

  /** Dead letters that say miskeyed, about rows that must have an answer by `--on.miskeyed`. */
  private long miskeyedLetters;

  Comparison(AuditSettings settings, Rules rules, Scope scope, Findings findings) {
    this.settings = settings;
    this.rules = rules;
    this.scope = scope;
    this.findings = findings;
    letters = new DeadLetters(settings, scope, findings);
    verdicts = new Verdicts(rules, scope, letters);
    agreements = new Agreements(settings, scope, findings);
    places = Places.of(scope);
  }

  /** Whether the answers are ahead of the rows, so that rows should be read next. */
  boolean wantsRows() {
    return answers.count >= rows.count;
  }

  void deadLetter(Message message) {
    letters.add(message);
  }

  void row(Message row) {
    findings.row();
    Verdict verdict = verdicts.next(row);
    if (row.offset < scope.input().get(row.partition).start()) {
      findings.beforeStart();
      letters.expectNone(row, "lies before --start.from");
    } else if (verdict instanceof Answered answered) {
      miskeyedLetters += letters.says(row, Reason.MISKEYED) ? 1 : 0;
      letters.expectNone(row, "must have an answer");
      expect(row, answered);
    } else if (verdict instanceof Rejected rejected) {
      letters.expect(row, rejected.reason(), rejected.why(), rejected.checked());
    }
  }

  private void expect(Message message, Answered verdict) {
    Identity identity = new Identity(verdict.row().code(), verdict.row().epoch());
    String sum = verdict.sum() == null ? null : verdict.sum().stripTrailingZeros().toPlainString();
    ExpectedAnswer row = new ExpectedAnswer(message.partition, message.offset, identity, sum);
    Content content = new Content(identity, sum, places.of(message.partition));
    FoundAnswer answer = sum == null ? null : answers.take(content);
    if (answer == null) {
      rows.put(content, row);
    } else {
      agreements.add(row, answer);
    }
  }

  void answer(Message message) {
    AnswerText text;
    try {
      text = AnswerText.parse(message, rules.sumName());
    } catch (Unusable e) {
      findings.disagreement(
          Kind.EXTRA,
          "%s: is no answer: %s",
          settings.answerAt(message.partition, message.offset),
          e.getMessage());
      return;
    }
    Identity identity = new Identity(text.code(), text.epoch());
    FoundAnswer answer =
        new FoundAnswer(message.partition, message.offset, identity, text.sum(), text.defect());
    if (answer.defect() != null) {
      defective.add(answer);
      return;
    }
    int place = places.of(message.partition);
    Content content = new Content(identity, text.sum(), place);
    ExpectedAnswer row = rows.take(content);
    if (row == null) {
      row = rows.take(new Content(identity, null, place));
    }
    if (row == null) {
      answers.put(content, answer);
    } else {
      agreements.add(row, answer);
    }
  }

  /**
   * Explains what is left over, and adds the notes.
   *
   * @param again read only if there are answers without a row
   */
  void finish(Mismatches.Rows again) {
    List<FoundAnswer> answersLeft = new ArrayList<>(defective);
    answersLeft.addAll(answers.all());
    Verdicts afresh = new Verdicts(rules, scope, letters);
    new Mismatches(settings, rules, scope, agreements, findings)
        .explain(rows.all(), answersLeft, afresh, again);
    scope.notes(settings).forEach(findings::note);
    letters.finish();
    if (miskeyedLetters > 0) {
      findings.note(
          "%,d dead letters say miskeyed, so the job ran with --on.miskeyed dead-letter: give"
                  .formatted(miskeyedLetters)
              + " verify the same");
    }
  }
}
