package dev.tally.audit.rollingsum;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.DeadLetter;
import dev.tally.audit.DeadLetter.Source;
import dev.tally.audit.Findings;
import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Report;
import dev.tally.audit.Report.Kind;
import dev.tally.audit.Scope;
import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import dev.tally.audit.Unusable;
import dev.tally.audit.rollingsum.Verdict.Answered;
import dev.tally.audit.rollingsum.Verdict.Rejected;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares what must be in the answers and the dead-letter topic with what is there.
 *
 * <p>First all dead letters, then rows and answers in any interleaving, each partition in offset
 * order, then {@link #finish}. An answer carries no source offset: it belongs to its row by
 * StockCode and Epoch. A row and an answer that agree drop out at once, so that only what one side
 * is ahead of the other waits in memory, and what disagrees; that is sorted out at the end.
 */
final class Comparison {
  /** Reads the input topic a second time. */
  @FunctionalInterface
  interface Rows {
    void forEach(Consumer<Message> row);
  }

  /** What an answer belongs to a row by. */
  private record Identity(String code, String epoch) {}

  /**
   * What makes a row and an answer agree.
   *
   * @param sum null where it cannot be told
   * @param place the partition; -1 where it is free
   */
  private record Content(Identity identity, @Nullable String sum, int place) {}

  /** A row that waits for its answer. */
  private record Expected(int partition, long offset, Identity identity, @Nullable String sum) {}

  /** An answer that waits for its row. */
  private record Found(
      int partition, long offset, Identity identity, String sum, @Nullable String defect) {}

  /** The first and the last agreeing pair of an input and an output partition. */
  private static final class Pairs {
    long firstRow = Long.MAX_VALUE;
    long firstAnswer = Long.MAX_VALUE;
    long lastRow = -1;
    long lastAnswer = -1;
  }

  private final AuditSettings settings;
  private final Rules rules;
  private final Scope scope;
  private final String sumName;
  private final Findings findings = new Findings();
  private final List<Recomputation> recomputations;
  private final Pairs[][] pairs;

  private final Map<Source, DeadLetter> letters = new HashMap<>();
  private final Map<Integer, Long> firstLetterOffsets = new HashMap<>();
  private final Map<Content, ArrayDeque<Expected>> expected = new HashMap<>();
  private final Map<Content, ArrayDeque<Found>> found = new HashMap<>();
  private final List<Found> defective = new ArrayList<>();

  /** How many wait on one side, and on the other. */
  private long expectedCount;

  private long foundCount;

  private long rows;
  private long answers;
  private final Map<Reason, Long> deadLetters = new EnumMap<>(Reason.class);
  private long pending;
  private long beforeStart;
  private long unchecked;
  private long foreignLetters;
  // About rows that must have an answer by the --on.miskeyed that was given.
  private long miskeyedLetters;
  private long otherGroupsLetters;

  Comparison(AuditSettings settings, Rules rules, Scope scope) {
    this.settings = settings;
    this.rules = rules;
    this.scope = scope;
    sumName = rules.sumName();
    recomputations = recomputations();
    pairs = new Pairs[scope.input().size()][scope.answers().size()];
  }

  /** Whether answers are ahead of the rows, so that rows are to be read next. */
  boolean wantsRows() {
    return foundCount >= expectedCount;
  }

  void deadLetter(Message message) {
    if (!settings.inputTopic().equals(message.header("tally.error.topic"))) {
      foreignLetters++;
      return;
    }
    String group = message.header("tally.error.group");
    if (group != null && !group.equals(settings.groupId())) {
      otherGroupsLetters++;
      return;
    }
    DeadLetter letter;
    try {
      letter = DeadLetter.parse(message);
    } catch (Unusable e) {
      findings.add(
          Kind.EXTRA, "%s: %s", letterAt(message.partition, message.offset), e.getMessage());
      return;
    }
    DeadLetter first = letters.putIfAbsent(letter.source, letter);
    if (first != null) {
      findings.add(
          Kind.DUPLICATE,
          "%s: %s has a dead letter already, %s",
          at(letter),
          at(letter.source),
          at(first));
    }
    firstLetterOffsets.merge(letter.source.partition(), letter.source.offset(), Math::min);
  }

  void row(Message row) {
    rows++;
    InputRange range = scope.input().get(row.partition);
    Source source = new Source(row.partition, row.offset);
    DeadLetter letter = letters.get(source);
    Verdict verdict = verdict(recomputations, row);
    if (letter != null) {
      letter.met = true;
    }
    if (row.offset < range.start()) {
      beforeStart++;
      if (letter != null) {
        findings.add(Kind.EXTRA, "%s: %s lies before --start.from", at(letter), at(source));
      }
    } else if (verdict instanceof Answered answered) {
      if (letter != null) {
        miskeyedLetters += letter.reason == Reason.MISKEYED ? 1 : 0;
        findings.add(
            Kind.EXTRA,
            "%s: says %s, but %s must have an answer",
            at(letter),
            letter.reason,
            at(source));
      }
      expect(row, answered);
    } else if (verdict instanceof Rejected rejected) {
      compare(row, rejected, letter);
    }
  }

  void answer(Message message) {
    AnswerText text;
    try {
      text = AnswerText.parse(message, sumName);
    } catch (Unusable e) {
      findings.add(
          Kind.EXTRA,
          "%s: is no answer: %s",
          answerAt(message.partition, message.offset),
          e.getMessage());
      return;
    }
    Identity identity = new Identity(text.code(), text.epoch());
    Found answer =
        new Found(message.partition, message.offset, identity, text.sum(), text.defect());
    if (answer.defect != null) {
      defective.add(answer);
      return;
    }
    int place = place(message.partition);
    Expected row = take(expected, new Content(identity, text.sum(), place));
    if (row == null) {
      row = take(expected, new Content(identity, null, place));
    }
    if (row != null) {
      expectedCount--;
      agree(row, answer);
    } else {
      put(found, new Content(identity, text.sum(), place), answer);
      foundCount++;
    }
  }

  private void expect(Message message, Answered verdict) {
    Identity identity = new Identity(verdict.row().code(), verdict.row().epoch());
    String sum = verdict.sum() == null ? null : verdict.sum().stripTrailingZeros().toPlainString();
    Expected row = new Expected(message.partition, message.offset, identity, sum);
    Content content = new Content(identity, sum, place(message.partition));
    Found answer = sum == null ? null : take(found, content);
    if (answer != null) {
      foundCount--;
      agree(row, answer);
    } else {
      put(expected, content, row);
      expectedCount++;
    }
  }

  private void agree(Expected row, Found answer) {
    if (row.sum == null) {
      unchecked++;
      return;
    }
    Pairs seen = pairs[row.partition][answer.partition];
    if (seen == null) {
      seen = new Pairs();
      pairs[row.partition][answer.partition] = seen;
    }
    if (row.offset > seen.lastRow && answer.offset > seen.lastAnswer) {
      answers++;
    } else {
      findings.add(
          Kind.WRONG,
          "%s: is out of order: the answer to %s stands on the wrong side of that to %s, %s",
          at(answer),
          at(row),
          rowAt(row.partition, seen.lastRow),
          answerAt(answer.partition, seen.lastAnswer));
    }
    seen.firstRow = Math.min(seen.firstRow, row.offset);
    seen.firstAnswer = Math.min(seen.firstAnswer, answer.offset);
    seen.lastRow = Math.max(seen.lastRow, row.offset);
    seen.lastAnswer = Math.max(seen.lastAnswer, answer.offset);
  }

  private void compare(Message row, Rejected rejected, @Nullable DeadLetter letter) {
    InputRange range = scope.input().get(row.partition);
    if (letter == null) {
      if (!range.settled(row.offset)) {
        pending++;
      } else if (lettersDeleted(row)) {
        unchecked++;
      } else {
        findings.add(
            Kind.MISSING,
            "%s: has no dead letter, must have one that says %s: %s",
            rowAt(row.partition, row.offset),
            rejected.reason(),
            rejected.why());
      }
      return;
    }
    String fault = letter.fault(row, rejected.reason(), rejected.why());
    if (fault != null) {
      findings.add(
          Kind.WRONG, "%s: for %s: %s", at(letter), rowAt(row.partition, row.offset), fault);
    } else if (!rejected.checked()) {
      unchecked++;
    } else {
      deadLetters.merge(letter.reason, 1L, Long::sum);
    }
  }

  /**
   * Sorts out what is left and reports.
   *
   * @param again read only if there are answers without a row
   */
  Report finish(Rows again) {
    Map<Identity, List<Expected>> rowsLeft = new LinkedHashMap<>();
    expected.values().stream()
        .flatMap(ArrayDeque::stream)
        .sorted(Comparator.comparingInt(Expected::partition).thenComparing(Expected::offset))
        .forEach(row -> rowsLeft.computeIfAbsent(row.identity, i -> new ArrayList<>()).add(row));
    defective.addAll(found.values().stream().flatMap(ArrayDeque::stream).toList());
    defective.sort(Comparator.comparingInt(Found::partition).thenComparing(Found::offset));
    List<Found> answersLeft = pairUp(rowsLeft);
    rowsLeft.values().forEach(left -> left.forEach(this::withoutAnswer));
    withoutRow(answersLeft, again);
    letters.values().stream()
        .filter(letter -> !letter.met)
        .sorted(Comparator.comparingInt((DeadLetter l) -> l.partition).thenComparing(l -> l.offset))
        .forEach(this::withoutRow);
    return new Report(
        rows,
        answers,
        deadLetters,
        pending,
        beforeStart,
        unchecked,
        findings.counts(),
        findings.examples(),
        notes(),
        rows > 0 && !scope.groupHasCommitted());
  }

  /**
   * Pairs what is left by StockCode and Epoch, the likeliest first; returns answers without any.
   */
  private List<Found> pairUp(Map<Identity, List<Expected>> rowsLeft) {
    List<Found> left = defective;
    for (Likeness likeness : Likeness.values()) {
      List<Found> alone = new ArrayList<>();
      for (Found answer : left) {
        Expected row =
            takeLike(likeness, rowsLeft.getOrDefault(answer.identity, List.of()), answer);
        if (row == null) {
          alone.add(answer);
        } else if (likeness == Likeness.NOT_TO_BE_CHECKED) {
          unchecked++;
        } else {
          wrong(row, answer);
        }
      }
      left = alone;
    }
    return left;
  }

  /** How a row and an answer of one identity can be alike, the likeliest pair first. */
  private enum Likeness {
    NOT_TO_BE_CHECKED,
    SAME_SUM,
    SAME_PLACE,
    ANY
  }

  private @Nullable Expected takeLike(Likeness likeness, List<Expected> candidates, Found answer) {
    for (int i = 0; i < candidates.size(); i++) {
      Expected row = candidates.get(i);
      boolean samePlace = place(row.partition) == place(answer.partition);
      boolean alike =
          switch (likeness) {
            case NOT_TO_BE_CHECKED -> row.sum == null && samePlace && answer.defect == null;
            case SAME_SUM -> answer.sum.equals(row.sum);
            case SAME_PLACE -> samePlace;
            case ANY -> true;
          };
      if (alike) {
        return candidates.remove(i);
      }
    }
    return null;
  }

  private void wrong(Expected row, Found answer) {
    if (place(row.partition) != place(answer.partition)) {
      findings.add(
          Kind.WRONG,
          "%s: stands in partition %d, but its row %s in %d (StockCode %s, Epoch %s)",
          at(answer),
          answer.partition,
          at(row),
          row.partition,
          answer.identity.code,
          answer.identity.epoch);
    } else if (answer.defect != null) {
      findings.add(Kind.WRONG, "%s: for %s: %s", at(answer), at(row), answer.defect);
    } else {
      findings.add(
          Kind.WRONG,
          "%s: says %s, must say %s for %s (StockCode %s, Epoch %s)",
          at(answer),
          answer.sum,
          row.sum,
          at(row),
          row.identity.code,
          row.identity.epoch);
    }
  }

  private void withoutAnswer(Expected row) {
    if (!scope.input().get(row.partition).settled(row.offset)) {
      pending++;
    } else if (answersDeleted(row)) {
      unchecked++;
    } else {
      findings.add(
          Kind.MISSING,
          "%s: has no answer, must have %s",
          at(row),
          row.sum == null
              ? "one (StockCode %s, Epoch %s)".formatted(row.identity.code, row.identity.epoch)
              : AnswerText.write(row.identity.code, row.identity.epoch, sumName, row.sum));
    }
  }

  private void withoutRow(List<Found> answersLeft, Rows again) {
    if (answersLeft.isEmpty()) {
      return;
    }
    Map<Identity, String> claims = claims(answersLeft, again);
    for (Found answer : answersLeft) {
      String claim = claims.getOrDefault(answer.identity, "");
      if (claim.equals(UNTOLD) || rowsDeleted(answer)) {
        unchecked++;
      } else {
        findings.add(
            claim.startsWith(ANSWERED) ? Kind.DUPLICATE : Kind.EXTRA,
            "%s: %s (StockCode %s, Epoch %s, sum %s)",
            at(answer),
            claim.isEmpty() ? "belongs to no row" : claim,
            answer.identity.code,
            answer.identity.epoch,
            answer.sum);
      }
    }
  }

  private static final String ANSWERED = "answers once more ";

  /** A deleted row may have had the same StockCode and Epoch, and this may be its answer. */
  private static final String UNTOLD = "?";

  /**
   * Finds, for answers left over, the row of the same StockCode and Epoch, and what it must have.
   */
  private Map<Identity, String> claims(List<Found> answersLeft, Rows again) {
    Map<Identity, String> claims = new HashMap<>();
    answersLeft.forEach(answer -> claims.put(answer.identity, ""));
    List<Recomputation> afresh = recomputations();
    again.forEach(
        message -> {
          Verdict verdict = verdict(afresh, message);
          Row row =
              verdict instanceof Answered answered ? answered.row() : ((Rejected) verdict).row();
          if (row == null) {
            return;
          }
          Identity identity = new Identity(row.code(), row.epoch());
          String claim = claims.get(identity);
          if (claim == null || claim.startsWith(ANSWERED) || claim.equals(UNTOLD)) {
            return;
          }
          String place = rowAt(message.partition, message.offset);
          if (message.offset < scope.input().get(message.partition).start()) {
            claims.put(identity, "answers " + place + ", which lies before --start.from");
          } else if (verdict instanceof Rejected rejected) {
            claims.put(
                identity,
                "answers " + place + ", which is " + rejected.reason() + ": " + rejected.why());
          } else if (((Answered) verdict).sum() == null) {
            claims.put(identity, UNTOLD);
          } else {
            claims.put(identity, ANSWERED + place);
          }
        });
    return claims;
  }

  private void withoutRow(DeadLetter letter) {
    Source source = letter.source;
    boolean deleted =
        source.partition() < scope.input().size()
            && source.offset() < scope.input().get(source.partition()).begin();
    if (deleted) {
      unchecked++;
    } else {
      findings.add(Kind.EXTRA, "%s: there is no row %s", at(letter), at(source));
    }
  }

  /** Whether the answer to this row may have stood before the first that is still there. */
  private boolean answersDeleted(Expected row) {
    return places(row.partition, scope.answers().size())
        .anyMatch(
            answerPartition -> {
              Pairs seen = pairs[row.partition][answerPartition];
              return scope.answers().get(answerPartition).begin() > 0
                  && (seen == null || row.offset < seen.firstRow);
            });
  }

  /** Whether the row of this answer may have stood before the first that is still there. */
  private boolean rowsDeleted(Found answer) {
    return places(answer.partition, scope.input().size())
        .anyMatch(
            rowPartition -> {
              Pairs seen = pairs[rowPartition][answer.partition];
              return scope.input().get(rowPartition).begin() > 0
                  && (seen == null || answer.offset < seen.firstAnswer);
            });
  }

  private boolean lettersDeleted(Message row) {
    Long first = firstLetterOffsets.get(row.partition);
    return scope.deadLetters().stream().anyMatch(range -> range.begin() > 0)
        && (first == null || row.offset < first);
  }

  private IntStream places(int partition, int otherPartitions) {
    return scope.samePartitions() ? IntStream.of(partition) : IntStream.range(0, otherPartitions);
  }

  private int place(int partition) {
    return scope.samePartitions() ? partition : -1;
  }

  private List<Recomputation> recomputations() {
    boolean several = scope.input().size() > 1;
    return scope.input().stream()
        .map(range -> new Recomputation(rules, several, range.begin() > 0))
        .toList();
  }

  private Verdict verdict(List<Recomputation> by, Message row) {
    DeadLetter letter = letters.get(new Source(row.partition, row.offset));
    InputRange range = scope.input().get(row.partition);
    return by.get(row.partition)
        .next(
            row,
            range.passed(row.offset),
            range.settled(row.offset),
            letter != null && letter.reason == Reason.LATE);
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (!scope.groupHasCommitted()) {
      notes.add(
          "the group %s has committed no offset of %s: it has answered nothing. Give the --group.id"
                  .formatted(settings.groupId(), settings.inputTopic())
              + " that the job runs with");
    }
    for (int partition = 0; partition < scope.input().size(); partition++) {
      InputRange range = scope.input().get(partition);
      if (range.begin() > 0) {
        notes.add(
            "%s is deleted up to offset %d: answers to those rows, and sums that may hold them,"
                    .formatted(settings.inputTopic() + "-" + partition, range.begin())
                + " cannot be checked");
      }
    }
    deletedNotes(notes, settings.outputTopic(), scope.answers());
    deletedNotes(notes, settings.deadLetterTopic(), scope.deadLetters());
    if (foreignLetters > 0) {
      notes.add(
          "%s holds %,d records that are not about %s; they were left out"
              .formatted(settings.deadLetterTopic(), foreignLetters, settings.inputTopic()));
    }
    if (miskeyedLetters > 0) {
      notes.add(
          "%,d dead letters say miskeyed, so the job ran with --on.miskeyed dead-letter: give"
                  .formatted(miskeyedLetters)
              + " verify the same");
    }
    if (otherGroupsLetters > 0) {
      notes.add(
          "%s holds %,d dead letters of other groups than %s; left out"
              .formatted(settings.deadLetterTopic(), otherGroupsLetters, settings.groupId()));
    }
    return notes;
  }

  private static void deletedNotes(List<String> notes, String topic, List<Range> ranges) {
    for (int partition = 0; partition < ranges.size(); partition++) {
      long begin = ranges.get(partition).begin();
      if (begin > 0) {
        notes.add(
            "%s-%d is deleted up to offset %d: what stood there cannot be checked"
                .formatted(topic, partition, begin));
      }
    }
  }

  private static <T> void put(Map<Content, ArrayDeque<T>> waiting, Content content, T one) {
    waiting.computeIfAbsent(content, c -> new ArrayDeque<>(2)).add(one);
  }

  private static <T> @Nullable T take(Map<Content, ArrayDeque<T>> waiting, Content content) {
    ArrayDeque<T> queue = waiting.get(content);
    if (queue == null) {
      return null;
    }
    T first = queue.poll();
    if (queue.isEmpty()) {
      waiting.remove(content);
    }
    return first;
  }

  private String at(Expected row) {
    return rowAt(row.partition, row.offset);
  }

  private String at(Source source) {
    return rowAt(source.partition(), source.offset());
  }

  private String at(Found answer) {
    return answerAt(answer.partition, answer.offset);
  }

  private String at(DeadLetter letter) {
    return letterAt(letter.partition, letter.offset);
  }

  private String rowAt(int partition, long offset) {
    return settings.inputTopic() + "-" + partition + "@" + offset;
  }

  private String answerAt(int partition, long offset) {
    return settings.outputTopic() + "-" + partition + "@" + offset;
  }

  private String letterAt(int partition, long offset) {
    return settings.deadLetterTopic() + "-" + partition + "@" + offset;
  }
}
