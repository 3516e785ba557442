package dev.tally.audit.rollingsum;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Findings;
import dev.tally.audit.Kind;
import dev.tally.audit.Message;
import dev.tally.audit.Scope;
import dev.tally.audit.rollingsum.Verdict.Answered;
import dev.tally.audit.rollingsum.Verdict.Rejected;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Explains what {@link Comparison} could not match, in three steps: rows and answers that most
 * likely belong together become pairs, and each pair says what is wrong with its answer; rows that
 * remain have no answer; answers that remain are duplicates or belong to no row.
 */
final class Mismatches {
  /** Reads the input topic a second time, each partition in offset order. */
  @FunctionalInterface
  interface Rows {
    void forEach(Consumer<Message> row);
  }

  /** How a row and an answer of one identity can be alike, the likeliest pair first. */
  private enum Likeness {
    /** The sum cannot be told, and nothing else is wrong. */
    UNCHECKED,
    SAME_SUM,
    SAME_PLACE,
    ANY
  }

  /** Whose an answer left over may be; the later of two weighs more. */
  private enum Owner {
    NONE,
    MUST_HAVE_NO_ANSWER,
    ANSWERED,
    /** A deleted row may have had the same identity, and this may be its answer. */
    UNKNOWN
  }

  /**
   * What an answer left over seems to answer.
   *
   * @param words completes a sentence about the answer
   */
  private record Claim(Owner owner, String words) {
    static final Claim NONE = new Claim(Owner.NONE, "belongs to no row");

    Claim or(Claim other) {
      return other.owner.compareTo(owner) > 0 ? other : this;
    }
  }

  private final AuditSettings settings;
  private final Rules rules;
  private final Scope scope;
  private final Agreements agreements;
  private final Findings findings;
  private final Places places;

  Mismatches(
      AuditSettings settings, Rules rules, Scope scope, Agreements agreements, Findings findings) {
    this.settings = settings;
    this.rules = rules;
    this.scope = scope;
    this.agreements = agreements;
    this.findings = findings;
    places = Places.of(scope);
  }

  /**
   * Explains these rows and answers, given in any order.
   *
   * @param afresh verdicts that have seen no row yet
   * @param again read only if there are answers without a row
   */
  void explain(List<ExpectedAnswer> rows, List<FoundAnswer> answers, Verdicts afresh, Rows again) {
    Map<Identity, List<ExpectedAnswer>> rowsLeft = new LinkedHashMap<>();
    rows.stream()
        .sorted(
            Comparator.comparingInt(ExpectedAnswer::partition)
                .thenComparing(ExpectedAnswer::offset))
        .forEach(row -> rowsLeft.computeIfAbsent(row.identity(), i -> new ArrayList<>()).add(row));
    List<FoundAnswer> inOrder =
        answers.stream()
            .sorted(
                Comparator.comparingInt(FoundAnswer::partition).thenComparing(FoundAnswer::offset))
            .toList();
    List<FoundAnswer> answersLeft = pairUp(rowsLeft, inOrder);
    rowsLeft.values().forEach(left -> left.forEach(this::withoutAnswer));
    if (!answersLeft.isEmpty()) {
      withoutRow(answersLeft, claims(answersLeft, afresh, again));
    }
  }

  /**
   * Pairs rows and answers of one identity, the likeliest first.
   *
   * @param rowsLeft loses the rows that are paired
   * @return the answers that are not
   */
  private List<FoundAnswer> pairUp(
      Map<Identity, List<ExpectedAnswer>> rowsLeft, List<FoundAnswer> answers) {
    List<FoundAnswer> left = answers;
    for (Likeness likeness : Likeness.values()) {
      List<FoundAnswer> alone = new ArrayList<>();
      for (FoundAnswer answer : left) {
        ExpectedAnswer row =
            takeLike(likeness, rowsLeft.getOrDefault(answer.identity(), List.of()), answer);
        if (row == null) {
          alone.add(answer);
        } else if (likeness == Likeness.UNCHECKED) {
          findings.unchecked();
        } else {
          wrong(row, answer);
        }
      }
      left = alone;
    }
    return left;
  }

  private @Nullable ExpectedAnswer takeLike(
      Likeness likeness, List<ExpectedAnswer> candidates, FoundAnswer answer) {
    for (int i = 0; i < candidates.size(); i++) {
      ExpectedAnswer row = candidates.get(i);
      boolean alike =
          switch (likeness) {
            case UNCHECKED ->
                row.sum() == null && samePlace(row, answer) && answer.defect() == null;
            case SAME_SUM -> answer.sum().equals(row.sum());
            case SAME_PLACE -> samePlace(row, answer);
            case ANY -> true;
          };
      if (alike) {
        return candidates.remove(i);
      }
    }
    return null;
  }

  private boolean samePlace(ExpectedAnswer row, FoundAnswer answer) {
    return places.of(row.partition()) == places.of(answer.partition());
  }

  private void wrong(ExpectedAnswer row, FoundAnswer answer) {
    if (!samePlace(row, answer)) {
      findings.disagreement(
          Kind.WRONG,
          "%s: is in partition %d, but its row %s is in %d (%s)",
          answer.at(settings),
          answer.partition(),
          row.at(settings),
          row.partition(),
          answer.identity());
    } else if (answer.defect() != null) {
      findings.disagreement(
          Kind.WRONG, "%s: for %s: %s", answer.at(settings), row.at(settings), answer.defect());
    } else {
      findings.disagreement(
          Kind.WRONG,
          "%s: says %s, must say %s for %s (%s)",
          answer.at(settings),
          answer.sum(),
          row.sum(),
          row.at(settings),
          row.identity());
    }
  }

  private void withoutAnswer(ExpectedAnswer row) {
    if (!scope.input().get(row.partition()).due(row.offset())) {
      findings.pending();
    } else if (agreements.answerMayBeDeleted(row)) {
      findings.unchecked();
    } else {
      findings.disagreement(
          Kind.MISSING,
          "%s: has no answer, must have %s",
          row.at(settings),
          row.sum() == null
              ? "one (%s)".formatted(row.identity())
              : AnswerText.write(
                  row.identity().code(), row.identity().epoch(), rules.sumName(), row.sum()));
    }
  }

  private void withoutRow(List<FoundAnswer> answers, Map<Identity, Claim> claims) {
    for (FoundAnswer answer : answers) {
      Claim claim = claims.getOrDefault(answer.identity(), Claim.NONE);
      if (claim.owner == Owner.UNKNOWN || agreements.rowMayBeDeleted(answer)) {
        findings.unchecked();
      } else {
        findings.disagreement(
            claim.owner == Owner.ANSWERED ? Kind.DUPLICATE : Kind.EXTRA,
            "%s: %s (%s, sum %s)",
            answer.at(settings),
            claim.words,
            answer.identity(),
            answer.sum());
      }
    }
  }

  /** Finds the rows of the identities of these answers, and what they must have. */
  private Map<Identity, Claim> claims(List<FoundAnswer> answers, Verdicts afresh, Rows again) {
    Map<Identity, Claim> claims = new HashMap<>();
    answers.forEach(answer -> claims.put(answer.identity(), Claim.NONE));
    again.forEach(
        message -> {
          Verdict verdict = afresh.next(message);
          Row row = verdict.row();
          if (row != null) {
            claims.computeIfPresent(
                new Identity(row.code(), row.epoch()),
                (identity, claim) -> claim.or(claim(message, verdict)));
          }
        });
    return claims;
  }

  /** What an answer to this row is. */
  private Claim claim(Message row, Verdict verdict) {
    String place = settings.rowAt(row.partition, row.offset);
    if (row.offset < scope.input().get(row.partition).start()) {
      return new Claim(
          Owner.MUST_HAVE_NO_ANSWER, "answers " + place + ", which lies before --start.from");
    }
    if (verdict instanceof Rejected rejected) {
      return new Claim(
          Owner.MUST_HAVE_NO_ANSWER,
          "answers %s, which is %s: %s".formatted(place, rejected.reason(), rejected.why()));
    }
    return ((Answered) verdict).sum() == null
        ? new Claim(Owner.UNKNOWN, "may answer a deleted row")
        : new Claim(Owner.ANSWERED, "answers " + place + " again");
  }
}
