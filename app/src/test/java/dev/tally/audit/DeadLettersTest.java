package dev.tally.audit;

import static dev.tally.audit.Kind.DUPLICATE;
import static dev.tally.audit.Kind.EXTRA;
import static dev.tally.audit.Kind.MISSING;
import static dev.tally.audit.Kind.WRONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One partition of five rows: the first is unreadable, the second is late, the others are fine. */
final class DeadLettersTest {
  private static final long STAMP_MILLIS = 2_000_000_000_000L;
  private final List<Message> rows = new ArrayList<>();
  private final List<Message> letters = new ArrayList<>();
  private long begin;
  private long start;
  private long answeredTo = 5;
  private long lettersBegin;

  @BeforeEach
  void fill() {
    row("{\"Price\":NaN}", new Header("origin", "shop".getBytes(UTF_8)));
    row("{\"Price\":1}");
    row("{\"Price\":2}");
    row("{\"Price\":3}");
    row("{\"Price\":4}");
    letter(row(0), row(0).value, "unreadable");
    letter(row(1), row(1).value, "late");
  }

  private void row(String value, Header... headers) {
    rows.add(
        new Message(
            0,
            rows.size(),
            STAMP_MILLIS + rows.size(),
            "a".getBytes(UTF_8),
            value.getBytes(UTF_8),
            List.of(headers)));
  }

  private Message row(int offset) {
    return rows.get(offset);
  }

  private void letter(Message row, byte @Nullable [] value, String reason) {
    letter(row.key, value, SampleAudit.headers(row, Map.of("tally.error.reason", reason)));
  }

  private void letter(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    letters.add(new Message(0, letters.size(), STAMP_MILLIS, key, value, headers));
  }

  /** Puts another dead letter in the place of one. */
  private void replace(
      int index, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
    letters.set(index, new Message(0, index, STAMP_MILLIS, key, value, headers));
  }

  private Report audit() {
    Scope scope =
        new Scope(
            List.of(new InputRange(begin, start, answeredTo, 5)),
            List.of(new Range(0, 0)),
            List.of(new Range(lettersBegin, 100)),
            true);
    Findings findings = new Findings();
    DeadLetters dead = new DeadLetters(SampleAudit.SETTINGS, scope, findings);
    letters.forEach(dead::add);
    for (Message row : rows) {
      if (row.offset < start) {
        dead.expectNone(row, "lies before --start.from");
      } else if (row.offset < 2) {
        Reason reason = row.offset == 0 ? Reason.UNREADABLE : Reason.LATE;
        dead.expect(row, reason, "it is so", true);
      } else {
        dead.expectNone(row, "must have an answer");
      }
    }
    dead.finish();
    return findings.report(scope);
  }

  private void assertFinds(Kind kind, String... sentences) {
    Report report = audit();
    assertEquals(Map.of(kind, (long) sentences.length), report.found().counts(), report::toString);
    assertEquals(List.of(sentences), report.found().kept().get(kind));
  }

  private void assertAgrees() {
    Report report = audit();
    assertTrue(report.agrees(), report::toString);
  }

  @Test
  void theOnesThatMustBeThereAreCountedByReason() {
    assertAgrees();
    assertEquals(Map.of(Reason.UNREADABLE, 1L, Reason.LATE, 1L), audit().deadLetters());
    assertEquals(List.of(), audit().notes());
  }

  @Test
  void aMissingOneIsNamed() {
    letters.remove(1);
    assertFinds(MISSING, "data-0@1: has no dead letter, must have one that says late: it is so");
  }

  @Test
  void oneThatIsNotYetCommittedIsPending() {
    letters.remove(1);
    answeredTo = 1;
    assertAgrees();
    assertEquals(1, audit().pending());
  }

  @Test
  void aSecondOneIsADuplicate() {
    letter(row(1), row(1).value, "late");
    assertFinds(
        DUPLICATE,
        "data-dead-letters-0@2: data-0@1 already has a dead letter, data-dead-letters-0@1");
  }

  @Test
  void oneForAnAnsweredRowIsExtra() {
    letter(row(2), row(2).value, "oversized");
    assertFinds(EXTRA, "data-dead-letters-0@2: says oversized, but data-0@2 must have an answer");
  }

  @Test
  void oneForARowBeforeTheStartIsExtra() {
    start = 1;
    assertFinds(
        EXTRA, "data-dead-letters-0@0: says unreadable, but data-0@0 lies before --start.from");
  }

  @Test
  void oneForNoRowIsExtra() {
    letter(new Message(0, 7, 0, null, null, List.of()), null, "late");
    letter(new Message(9, 0, 0, null, null, List.of()), null, "late");
    assertFinds(
        EXTRA,
        "data-dead-letters-0@2: there is no row data-0@7",
        "data-dead-letters-0@3: there is no row data-9@0");
  }

  @Test
  void oneForADeletedRowIsNotJudged() {
    begin = 1;
    start = 1;
    rows.remove(0);
    assertAgrees();
    assertEquals(1, audit().unchecked());
  }

  @Test
  void oneThatMayBeDeletedIsNotMissingButALaterOneIs() {
    letters.remove(0);
    lettersBegin = 1;
    assertAgrees();
    assertEquals(1, audit().unchecked());
    letters.clear();
    letter(row(0), row(0).value, "unreadable");
    assertFinds(MISSING, "data-0@1: has no dead letter, must have one that says late: it is so");
  }

  @Test
  void oneWithAnotherReasonIsWrong() {
    replace(
        1,
        row(1).key,
        row(1).value,
        SampleAudit.headers(row(1), Map.of("tally.error.reason", "future")));
    assertFinds(WRONG, "data-dead-letters-0@1: for data-0@1: says future, must say late: it is so");
  }

  @Test
  void oneWithOtherContentIsWrong() {
    replace(0, row(0).key, "{\"Price\":NaN".getBytes(UTF_8), SampleAudit.headers(row(0), Map.of()));
    replace(
        1,
        row(1).key,
        row(1).value,
        SampleAudit.headers(
            row(1), Map.of("tally.error.reason", "late", "tally.error.timestamp", "1")));
    assertFinds(
        WRONG,
        "data-dead-letters-0@0: for data-0@0: has another value than its row",
        "data-dead-letters-0@1: for data-0@1: has tally.error.timestamp 1, must be "
            + (STAMP_MILLIS + 1));
  }

  @Test
  void oneWithAnotherKeyIsWrong() {
    replace(0, "b".getBytes(UTF_8), row(0).value, SampleAudit.headers(row(0), Map.of()));
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@0: has another key than its row");
  }

  @Test
  void oneWithoutAMessageIsWrong() {
    replace(
        0,
        row(0).key,
        row(0).value,
        SampleAudit.headers(row(0), Map.of("tally.error.message", "")));
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@0: has no tally.error.message");
  }

  @Test
  void oneThatLostAHeaderOfItsRowIsWrong() {
    List<Header> headers = SampleAudit.headers(row(0), Map.of());
    headers.remove(0);
    replace(0, row(0).key, row(0).value, headers);
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@0: has other headers than its row");
  }

  @Test
  void anOversizedOneHoldsTheBeginningOfItsRow() {
    List<Header> oversized = SampleAudit.headers(row(0), Map.of("tally.error.reason", "oversized"));
    replace(0, row(0).key, "{\"Pri".getBytes(UTF_8), oversized);
    assertAgrees();
    assertEquals(Map.of(Reason.OVERSIZED, 1L, Reason.LATE, 1L), audit().deadLetters());

    replace(0, row(0).key, "{\"Pra".getBytes(UTF_8), oversized);
    assertFinds(
        WRONG,
        "data-dead-letters-0@0: for data-0@0: has another key or value; an"
            + " oversized one may lack its key and the end of its value");
  }

  @Test
  void anOversizedOneMayLackItsKeyButHasNoOther() {
    List<Header> oversized = SampleAudit.headers(row(0), Map.of("tally.error.reason", "oversized"));
    replace(0, null, "{\"Pri".getBytes(UTF_8), oversized);
    assertAgrees();
    replace(0, new byte[0], "{\"Pri".getBytes(UTF_8), oversized);
    assertFinds(
        WRONG,
        "data-dead-letters-0@0: for data-0@0: has another key or value; an"
            + " oversized one may lack its key and the end of its value");
  }

  @Test
  void aTruncatedOneThatDoesNotSayOversizedIsWrong() {
    replace(0, row(0).key, "{\"Pri".getBytes(UTF_8), SampleAudit.headers(row(0), Map.of()));
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@0: has another value than its row");
  }

  @Test
  void aTombstoneStaysOneInItsDeadLetter() {
    Message row = row(0);
    Message tombstone = new Message(0, 0, row.timestampMillis, row.key, null, row.headers);
    rows.set(0, tombstone);
    List<Header> headers = SampleAudit.headers(tombstone, Map.of());
    replace(0, row.key, null, headers);
    assertAgrees();
    replace(0, row.key, new byte[0], headers);
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@0: has another value than its row");
    rows.set(0, new Message(0, 0, row.timestampMillis, row.key, new byte[0], row.headers));
    assertAgrees();
  }

  @Test
  void thoseAboutAnotherTopicAreLeftOut() {
    letter(
        row(2).key,
        row(2).value,
        SampleAudit.headers(row(2), Map.of("tally.error.topic", "other")));
    assertAgrees();
    assertEquals(
        List.of("data-dead-letters holds 1 records that are not about data; they were left out"),
        audit().notes());
  }

  private void letterOf(String group, Message row) {
    letter(row.key, row.value, SampleAudit.headers(row, Map.of("tally.error.group", group)));
  }

  @Test
  void thoseOfAnotherGroupAreLeftOut() {
    rows.forEach(row -> letterOf("another", row));
    Report report = audit();
    assertTrue(report.agrees(), report::toString);
    assertEquals(Map.of(Reason.UNREADABLE, 1L, Reason.LATE, 1L), report.deadLetters());
    assertEquals(
        List.of(
            "data-dead-letters holds 5 dead letters of groups other than group; they were left"
                + " out"),
        report.notes());
  }

  @Test
  void oneIsMissingWhereOnlyAnotherGroupHasIt() {
    letters.remove(0);
    letterOf("another", row(0));
    assertFinds(
        MISSING, "data-0@0: has no dead letter, must have one that says unreadable: it is so");
  }

  @Test
  void oneThatNamesItsGroupCountsLikeOneOfAVersionThatNamedNone() {
    letterOf("group", row(0));
    assertFinds(
        DUPLICATE,
        "data-dead-letters-0@2: data-0@0 already has a dead letter, data-dead-letters-0@0");
  }

  @Test
  void oneWithoutASourceOrAReasonIsExtra() {
    letter(null, null, SampleAudit.headers(row(2), Map.of("tally.error.offset", "-1")));
    letter(null, null, SampleAudit.headers(row(2), Map.of("tally.error.reason", "bored")));
    assertFinds(
        EXTRA,
        "data-dead-letters-0@2: its headers tally.error.partition 0 and tally.error.offset -1 name"
            + " no row",
        "data-dead-letters-0@3: its header tally.error.reason is bored");
  }

  @Test
  void whatARowsDeadLetterSaysIsKnownBeforeTheRowIsJudged() {
    DeadLetters dead =
        new DeadLetters(
            SampleAudit.SETTINGS, new Scope(List.of(), List.of(), List.of(), true), new Findings());
    letters.forEach(dead::add);
    assertTrue(dead.says(row(1), Reason.LATE));
    assertFalse(dead.says(row(0), Reason.LATE));
    assertFalse(dead.says(row(2), Reason.LATE));
  }
}
