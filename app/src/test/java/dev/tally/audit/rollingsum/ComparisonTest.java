package dev.tally.audit.rollingsum;

import static dev.tally.audit.Report.Kind.DUPLICATE;
import static dev.tally.audit.Report.Kind.EXTRA;
import static dev.tally.audit.Report.Kind.MISSING;
import static dev.tally.audit.Report.Kind.WRONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Header;
import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Report;
import dev.tally.audit.Report.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every fault that is planted is found, named and put where it stands. */
final class ComparisonTest {
  private static final int SEEDS = 8;

  /** Two partitions: seven rows to answer, and one each unreadable and late in the first. */
  private final Scene scene = new Scene(2, 2);

  @BeforeEach
  void fill() {
    scene.row(0, "a", "1000", "1");
    scene.row(0, "b", "1000", "2");
    scene.row(0, "a", "1010", "4");
    scene.raw(0, "a", "{\"Price\":NaN}", new Header("origin", "shop".getBytes(UTF_8)));
    scene.row(0, "a", "900", "8");
    scene.row(0, "b", "1020", "16");
    scene.row(1, "c", "1000", "32");
    scene.row(1, "d", "1000", "64");
    scene.row(1, "c", "1001", "128");
    scene.work();
  }

  private void assertFinds(Kind kind, String... sentences) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Report report = scene.audit(seed);
      assertEquals(Map.of(kind, (long) sentences.length), report.counts(), () -> report.toString());
      assertEquals(List.of(sentences), report.examples().get(kind));
      assertFalse(report.agrees());
      assertTrue(report.toString().contains(sentences[0]), () -> report.toString());
    }
  }

  private Message answer(int partition, int index) {
    return scene.answers.get(partition).get(index);
  }

  /** Puts another record in the place of one. */
  private void replace(List<Message> log, int index, String key, String value) {
    Message old = log.get(index);
    log.set(
        index,
        new Message(
            old.partition,
            old.offset,
            old.timestampMillis,
            key.getBytes(UTF_8),
            value.getBytes(UTF_8),
            old.headers));
  }

  private void replaceLetter(int index, String value, Map<String, String> headers) {
    Message old = scene.letters.get(0).get(index);
    Message row = scene.input.get(0).get(index + 3);
    scene
        .letters
        .get(0)
        .set(
            index,
            new Message(
                0,
                old.offset,
                old.timestampMillis,
                old.key,
                value.getBytes(UTF_8),
                Scene.headers(row, headers)));
  }

  @Test
  void untouchedTheyAgree() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Report report = scene.audit(seed);
      assertTrue(report.agrees(), () -> report.toString());
      assertEquals(9, report.rows());
      assertEquals(7, report.answers());
      assertEquals(Map.of(Reason.UNREADABLE, 1L, Reason.LATE, 1L), report.deadLetters());
      assertEquals(0, report.pending() + report.unchecked() + report.beforeStart());
      assertTrue(report.toString().contains("AGREE: every row has"), () -> report.toString());
    }
  }

  @Test
  void aMissingAnswerIsNamed() {
    Scene.remove(scene.answers.get(0), 2);
    assertFinds(
        MISSING,
        "data-0@2: has no answer, must have"
            + " {\"StockCode\":\"a\",\"Epoch\":1010,\"10minutesSum\":5}");
  }

  @Test
  void aRowNotYetCommittedIsPendingAndNotMissing() {
    Scene.remove(scene.answers.get(0), 3);
    scene.answeredTo[0] = 5;
    Report report = scene.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(1, report.pending());
  }

  @Test
  void aRowNotYetCommittedThatHasAWrongAnswerIsWrong() {
    scene.answeredTo[1] = 0;
    replace(
        scene.answers.get(1), 1, "d", "{\"StockCode\":\"d\",\"Epoch\":1000,\"10minutesSum\":65}");
    assertFinds(WRONG, "agg-1@1: says 65, must say 64 for data-1@1 (StockCode d, Epoch 1000)");
  }

  @Test
  void aDuplicateIsNamed() {
    Message first = answer(1, 0);
    Scene.append(scene.answers.get(1), 1, first.key, first.value);
    assertFinds(DUPLICATE, "agg-1@3: answers once more data-1@0 (StockCode c, Epoch 1000, sum 32)");
  }

  @Test
  void aSecondAnswerWithAnotherSumIsADuplicate() {
    scene.answer(1, "c", "1000", "33");
    assertFinds(DUPLICATE, "agg-1@3: answers once more data-1@0 (StockCode c, Epoch 1000, sum 33)");
  }

  @Test
  void aDuplicateInAnotherPartitionIsADuplicate() {
    Message first = answer(1, 0);
    Scene.append(scene.answers.get(0), 0, first.key, first.value);
    assertFinds(DUPLICATE, "agg-0@4: answers once more data-1@0 (StockCode c, Epoch 1000, sum 32)");
  }

  @Test
  void anAnswerToNoRowIsExtra() {
    scene.answer(0, "a", "1000.0", "1");
    assertFinds(EXTRA, "agg-0@4: belongs to no row (StockCode a, Epoch 1000.0, sum 1)");
  }

  @Test
  void anAnswerToALateRowIsExtra() {
    scene.answer(0, "a", "900", "8");
    assertFinds(
        EXTRA,
        "agg-0@4: answers data-0@4, which is late: the clock stands at 1010"
            + " (StockCode a, Epoch 900, sum 8)");
  }

  @Test
  void aWrongSumIsNamed() {
    replace(
        scene.answers.get(0), 2, "a", "{\"StockCode\":\"a\",\"Epoch\":1010,\"10minutesSum\":5.1}");
    assertFinds(WRONG, "agg-0@2: says 5.1, must say 5 for data-0@2 (StockCode a, Epoch 1010)");
  }

  @Test
  void anAnswerWrittenOtherwiseIsWrong() {
    List<Message> log = scene.answers.get(0);
    replace(log, 0, "a", "{\"StockCode\":\"a\", \"Epoch\":1000,\"10minutesSum\":1}");
    replace(log, 1, "x", "{\"StockCode\":\"b\",\"Epoch\":1000,\"10minutesSum\":2}");
    replace(log, 2, "a", "{\"StockCode\":\"a\",\"Epoch\":1010,\"10minutesSum\":5.0}");
    replace(log, 3, "b", "{\"StockCode\":\"b\",\"Epoch\":1020,\"5minutesSum\":18}");
    assertFinds(
        WRONG,
        "agg-0@0: for data-0@0: is not written as"
            + " {\"StockCode\":\"a\",\"Epoch\":1000,\"10minutesSum\":1}",
        "agg-0@1: for data-0@1: has a key that is not its StockCode",
        "agg-0@2: for data-0@2: writes its sum as 5.0",
        "agg-0@3: for data-0@5: has no number 10minutesSum");
  }

  @Test
  void whatIsNoAnswerAtAllIsExtra() {
    Scene.append(scene.answers.get(0), 0, null, null);
    Scene.append(scene.answers.get(0), 0, null, "[]".getBytes(UTF_8));
    Scene.append(scene.answers.get(0), 0, null, "{\"Epoch\":1000}".getBytes(UTF_8));
    assertFinds(
        EXTRA,
        "agg-0@4: is no answer: no value",
        "agg-0@5: is no answer: not a JSON object",
        "agg-0@6: is no answer: it has no StockCode and Epoch");
  }

  @Test
  void anAnswerInAnotherPartitionThanItsRowIsWrong() {
    Message moved = Scene.remove(scene.answers.get(1), 1);
    Scene.append(scene.answers.get(0), 0, moved.key, moved.value);
    assertFinds(
        WRONG,
        "agg-0@4: stands in partition 0, but its row data-1@1 in 1 (StockCode d, Epoch 1000)");
  }

  @Test
  void answersOutOfOrderAreWrong() {
    Message first = answer(1, 0);
    Message second = answer(1, 2);
    replace(scene.answers.get(1), 0, "c", new String(second.value, UTF_8));
    replace(scene.answers.get(1), 2, "c", new String(first.value, UTF_8));
    for (int seed = 0; seed < SEEDS; seed++) {
      Report report = scene.audit(seed);
      assertTrue(report.count(WRONG) > 0, () -> report.toString());
      assertEquals(report.count(WRONG), report.disagreements());
      assertTrue(
          report.examples().getOrDefault(WRONG, List.of()).get(0).contains("is out of order"));
    }
  }

  @Test
  void amongEqualTimesTheOneThatIsMissingIsNamed() {
    Scene ties = new Scene(1, 1);
    ties.row(0, "a", "1000", "10");
    ties.row(0, "a", "1000", "10");
    ties.row(0, "a", "1000", "10");
    ties.work();
    Scene.remove(ties.answers.get(0), 1);
    Report report = ties.audit(0);
    assertEquals(Map.of(MISSING, 1L), report.counts());
    assertEquals(
        List.of(
            "data-0@1: has no answer, must have"
                + " {\"StockCode\":\"a\",\"Epoch\":1000,\"10minutesSum\":20}"),
        report.examples().get(MISSING));
  }

  @Test
  void aMissingDeadLetterIsNamed() {
    Scene.remove(scene.letters.get(0), 1);
    assertFinds(
        MISSING,
        "data-0@4: has no dead letter, must have one that says late: the clock stands at 1010");
  }

  @Test
  void aDeadLetterNotYetCommittedIsPending() {
    scene.letters.get(0).clear();
    scene.answeredTo[0] = 3;
    Report report = scene.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(2, report.pending());
  }

  @Test
  void aSecondDeadLetterIsADuplicate() {
    scene.letter(scene.input.get(0).get(4), "late");
    assertFinds(
        DUPLICATE,
        "data-dead-letters-0@2: data-0@4 has a dead letter already, data-dead-letters-0@1");
  }

  @Test
  void aDeadLetterForAnAnsweredRowIsExtra() {
    scene.letter(scene.input.get(0).get(2), "oversized");
    assertFinds(EXTRA, "data-dead-letters-0@2: says oversized, but data-0@2 must have an answer");
  }

  @Test
  void aDeadLetterForNoRowIsExtra() {
    scene.letter(new Message(1, 7, 0, null, null, List.of()), "late");
    scene.letter(new Message(9, 0, 0, null, null, List.of()), "late");
    assertFinds(
        EXTRA,
        "data-dead-letters-0@2: there is no row data-1@7",
        "data-dead-letters-0@3: there is no row data-9@0");
  }

  @Test
  void aDeadLetterWithAnotherReasonIsWrong() {
    replaceLetter(
        1,
        new String(scene.letters.get(0).get(1).value, UTF_8),
        Map.of("tally.error.reason", "future"));
    assertFinds(
        WRONG,
        "data-dead-letters-0@1: for data-0@4: says future, must say late: the clock stands at"
            + " 1010");
  }

  @Test
  void aDeadLetterWithOtherContentIsWrong() {
    replaceLetter(0, "{\"Price\":NaN", Map.of());
    replaceLetter(
        1,
        new String(scene.letters.get(0).get(1).value, UTF_8),
        Map.of("tally.error.reason", "late", "tally.error.timestamp", "1"));
    assertFinds(
        WRONG,
        "data-dead-letters-0@0: for data-0@3: has another value than its row",
        "data-dead-letters-0@1: for data-0@4: has tally.error.timestamp 1, must be "
            + (Scene.STAMP_MILLIS + 4));
  }

  @Test
  void aDeadLetterThatLostAHeaderIsWrong() {
    Message old = scene.letters.get(0).get(0);
    List<Header> headers = new ArrayList<>(old.headers);
    headers.remove(0);
    scene
        .letters
        .get(0)
        .set(0, new Message(0, 0, old.timestampMillis, old.key, old.value, headers));
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@3: has other headers than its row");
  }

  @Test
  void anOversizedDeadLetterHoldsTheBeginningOfItsRow() {
    replaceLetter(0, "{\"Pri", Map.of("tally.error.reason", "oversized"));
    Report report = scene.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(Map.of(Reason.OVERSIZED, 1L, Reason.LATE, 1L), report.deadLetters());

    replaceLetter(0, "{\"Pra", Map.of("tally.error.reason", "oversized"));
    assertFinds(
        WRONG,
        "data-dead-letters-0@0: for data-0@3: has another key or value; an"
            + " oversized one may lack its key and end of value");
  }

  @Test
  void anOversizedDeadLetterMayLackItsKeyButHasNoOther() {
    replaceLetter(0, "{\"Pri", Map.of("tally.error.reason", "oversized"));
    Message cut = scene.letters.get(0).get(0);
    setLetterKey(cut, null);
    assertTrue(scene.audit(0).agrees());
    setLetterKey(cut, new byte[0]);
    assertFinds(
        WRONG,
        "data-dead-letters-0@0: for data-0@3: has another key or value; an"
            + " oversized one may lack its key and end of value");
  }

  private void setLetterKey(Message letter, byte @Nullable [] key) {
    scene
        .letters
        .get(0)
        .set(
            0,
            new Message(
                0, letter.offset, letter.timestampMillis, key, letter.value, letter.headers));
  }

  @Test
  void aTruncatedDeadLetterThatDoesNotSayOversizedIsWrong() {
    replaceLetter(0, "{\"Pri", Map.of());
    assertFinds(WRONG, "data-dead-letters-0@0: for data-0@3: has another value than its row");
  }

  @Test
  void aTombstoneStaysOneInItsDeadLetter() {
    Scene tombstones = new Scene(1, 1);
    tombstones.raw(0, "a", null);
    tombstones.raw(0, "a", "");
    tombstones.work();
    assertTrue(tombstones.audit(0).agrees());
    Message old = tombstones.letters.get(0).get(0);
    tombstones
        .letters
        .get(0)
        .set(0, new Message(0, 0, old.timestampMillis, old.key, new byte[0], old.headers));
    assertEquals(Map.of(WRONG, 1L), tombstones.audit(0).counts());
  }

  @Test
  void deadLettersOfAnotherTopicAreLeftOut() {
    Message row = scene.input.get(0).get(0);
    scene
        .letters
        .get(0)
        .add(
            new Message(
                0,
                2,
                0,
                row.key,
                row.value,
                Scene.headers(row, Map.of("tally.error.topic", "other"))));
    Report report = scene.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertTrue(report.notes().get(0).contains("holds 1 records that are not about data"));
  }

  private void addLetterOf(String group, Message row) {
    List<Message> log = scene.letters.get(0);
    Map<String, String> changed = Map.of("tally.error.group", group);
    log.add(new Message(0, log.size(), 0, row.key, row.value, Scene.headers(row, changed)));
  }

  @Test
  void deadLettersOfAnotherGroupAreLeftOut() {
    scene.input.get(0).forEach(row -> addLetterOf("another", row));
    Report report = scene.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(Map.of(Reason.UNREADABLE, 1L, Reason.LATE, 1L), report.deadLetters());
    assertEquals(
        List.of("data-dead-letters holds 6 dead letters of other groups than group; left out"),
        report.notes());
  }

  @Test
  void aDeadLetterIsMissingWhereOnlyAnotherGroupHasIt() {
    scene.letters.get(0).remove(0);
    addLetterOf("another", scene.input.get(0).get(3));
    assertFinds(
        MISSING,
        "data-0@3: has no dead letter, must have one that says unreadable: StockCode is"
            + " neither a string nor a number");
  }

  @Test
  void aDeadLetterOfItsOwnGroupCountsAsOneOfAVersionThatNamedNone() {
    addLetterOf("group", scene.input.get(0).get(3));
    assertFinds(
        DUPLICATE,
        "data-dead-letters-0@2: data-0@3 has a dead letter already, data-dead-letters-0@0");
  }

  @Test
  void aDeadLetterWithoutASourceIsExtra() {
    Message row = scene.input.get(0).get(0);
    scene
        .letters
        .get(0)
        .add(
            new Message(
                0, 2, 0, null, null, Scene.headers(row, Map.of("tally.error.offset", "-1"))));
    scene
        .letters
        .get(0)
        .add(
            new Message(
                0, 3, 0, null, null, Scene.headers(row, Map.of("tally.error.reason", "bored"))));
    assertFinds(
        EXTRA,
        "data-dead-letters-0@2: its headers tally.error.partition 0 and tally.error.offset -1 name"
            + " no row",
        "data-dead-letters-0@3: its header tally.error.reason is bored");
  }

  @Test
  void aMiskeyedRowThatAJobWentPastCountsForAJobThatStopsAtThem() {
    Scene accepted = new Scene(2, 2);
    accepted.raw(1, "x", Scene.json("c", "1000", "100", "1"));
    accepted.row(1, "c", "1001", "5");
    accepted.work();
    Report report = accepted.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(2, report.answers());
  }

  @Test
  void deadLettersOfMiskeyedRowsContradictAJobThatStopsAtThem() {
    scene.raw(1, "x", Scene.json("c", "1002", "1", "1"));
    scene.letter(scene.input.get(1).get(3), "miskeyed");
    Report report = scene.audit(0);
    assertEquals(1, report.counts().get(EXTRA));
    assertTrue(report.notes().get(0).contains("--on.miskeyed dead-letter"), report::toString);
    scene.rules =
        new Rules(
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Optional.of(Duration.ofHours(1)),
            OnMiskeyed.DEAD_LETTER);
    assertTrue(scene.audit(0).agrees());
  }

  @Test
  void rowsBeforeTheStartHaveNoAnswerButCount() {
    Scene late = new Scene(1, 1);
    late.row(0, "a", "1000", "1");
    late.row(0, "a", "1001", "2");
    late.starts[0] = 1;
    late.work();
    Report report = late.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(1, report.beforeStart());
    late.answer(0, "a", "1000", "1");
    assertEquals(Map.of(EXTRA, 1L), late.audit(0).counts());
  }

  @Test
  void aGroupThatHasCommittedNothingVerifiesNothing() {
    scene.committed = false;
    scene.answeredTo = new long[2];
    Report report = scene.audit(0);
    assertFalse(report.agrees());
    assertEquals(0, report.disagreements());
    assertTrue(report.toString().contains("NOT VERIFIED"), () -> report.toString());
  }

  @Test
  void deletedRowsAreNeverTakenForDisagreement() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Scene deleted = new Scene(2, 1 + random.nextInt(2));
      deleted.rules =
          new Rules(
              Duration.ofSeconds(1 + random.nextInt(20)),
              Duration.ofSeconds(random.nextInt(5)),
              Optional.of(Duration.ofHours(1)),
              OnMiskeyed.DEAD_LETTER);
      RecomputationTest.fill(deleted, random);
      deleted.work();
      deleted.delete(0, random.nextInt(deleted.input.get(0).size()));
      deleted.delete(1, random.nextInt(deleted.input.get(1).size()));
      Report report = deleted.audit(seed);
      assertTrue(report.agrees(), () -> report.toString());
    }
  }

  /** With grace longer than the window, a row that cannot be judged may follow one that can. */
  @Test
  void theAnswerOfADeletedRowIsNotTakenForADuplicateOfItsTwin() {
    Scene twins = new Scene(1, 1);
    twins.rules =
        new Rules(
            Duration.ofSeconds(1),
            Duration.ofSeconds(100),
            Optional.of(Duration.ofHours(1)),
            OnMiskeyed.FAIL);
    twins.row(0, "a", "1005", "1");
    twins.row(0, "b", "1000", "1");
    twins.row(0, "a", "1102", "1");
    twins.row(0, "a", "1005", "1");
    twins.work();
    twins.delete(0, 1);
    for (int seed = 0; seed < 50; seed++) {
      Report report = twins.audit(seed);
      assertTrue(report.agrees(), () -> report.toString());
      assertEquals(1, report.answers());
      assertEquals(3, report.unchecked());
    }
  }

  @Test
  void behindDeletedRowsWrongSumsAreFoundAgain() {
    Scene deleted = new Scene(1, 1);
    for (int i = 0; i < 100; i++) {
      deleted.row(0, "a", String.valueOf(1_000 + 30 * i), "1");
    }
    deleted.work();
    deleted.delete(0, 10);
    Report report = deleted.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    // 10 answers of deleted rows, and those within window + grace of the first row that is left.
    assertEquals(10 + 23, report.unchecked());
    assertEquals(90 - 23, report.answers());
    replace(
        deleted.answers.get(0),
        40,
        "a",
        "{\"StockCode\":\"a\",\"Epoch\":2200,\"10minutesSum\":22}");
    assertEquals(Map.of(WRONG, 1L), deleted.audit(0).counts());
  }

  @Test
  void deletedAnswersAreNotMissingButLaterOnesAre() {
    Scene deleted = new Scene(1, 1);
    for (int i = 0; i < 20; i++) {
      deleted.row(0, "a", String.valueOf(1_000 + i), "1");
    }
    deleted.work();
    deleted.answersBegin[0] = 5;
    deleted.answers.get(0).removeIf(answer -> answer.offset < 5);
    Report report = deleted.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(5, report.unchecked());
    Scene.remove(deleted.answers.get(0), 7);
    assertEquals(Map.of(MISSING, 1L), deleted.audit(0).counts());
  }

  /** One random fault in a random history never goes unseen. */
  @Test
  void noPlantedFaultGoesUnseen() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Scene faulty = new Scene(1 + random.nextInt(3), 1 + random.nextInt(3));
      faulty.rules =
          new Rules(
              Duration.ofSeconds(20),
              Duration.ofSeconds(3),
              Optional.of(Duration.ofHours(1)),
              OnMiskeyed.DEAD_LETTER);
      RecomputationTest.fill(faulty, random);
      faulty.work();
      boolean inAnswers = random.nextInt(3) > 0;
      List<List<Message>> topic = inAnswers ? faulty.answers : faulty.letters;
      List<Message> log = topic.stream().filter(one -> !one.isEmpty()).findFirst().orElseThrow();
      int index = random.nextInt(log.size());
      Message one = log.get(index);
      switch (random.nextInt(3)) {
        case 0 -> log.remove(index);
        case 1 ->
            log.add(
                new Message(
                    one.partition,
                    log.get(log.size() - 1).offset + 1,
                    one.timestampMillis,
                    one.key,
                    one.value,
                    one.headers));
        default -> {
          byte[] value =
              one.value == null
                  ? new byte[1]
                  : (new String(one.value, UTF_8) + " ").getBytes(UTF_8);
          log.set(
              index,
              new Message(
                  one.partition, one.offset, one.timestampMillis, one.key, value, one.headers));
        }
      }
      Report report = faulty.audit(seed);
      assertFalse(report.agrees(), "seed " + seed);
      assertTrue(report.disagreements() >= 1);
    }
  }
}
