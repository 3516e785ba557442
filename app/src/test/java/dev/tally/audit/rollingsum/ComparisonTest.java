package dev.tally.audit.rollingsum;

import static dev.tally.audit.Kind.EXTRA;
import static dev.tally.audit.Kind.MISSING;
import static dev.tally.audit.Kind.WRONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Topics without a fault agree, whatever is deleted or pending. A planted fault is found. */
final class ComparisonTest {
  private final Scene scene = Scene.shop();

  @Test
  void topicsWithoutAFaultAgree() {
    for (int seed = 0; seed < Scene.SEEDS; seed++) {
      Report report = scene.audit(seed);
      assertTrue(report.agrees(), () -> report.toString());
      assertEquals(9, report.rows());
      assertEquals(7, report.answers());
      assertEquals(Map.of(Reason.UNREADABLE, 1L, Reason.LATE, 1L), report.deadLetters());
      assertEquals(0, report.pending() + report.unchecked() + report.beforeStart());
      assertTrue(
          report.toString().contains("AGREE: the answers and dead letters are exactly"),
          () -> report.toString());
    }
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
  void aRecordThatIsNotAnAnswerIsExtra() {
    Scene.append(scene.answers.get(0), 0, null, null);
    Scene.append(scene.answers.get(0), 0, null, "[]".getBytes(UTF_8));
    Scene.append(scene.answers.get(0), 0, null, "{\"Epoch\":1000}".getBytes(UTF_8));
    scene.assertFinds(
        EXTRA,
        "agg-0@4: is no answer: no value",
        "agg-0@5: is no answer: not a JSON object",
        "agg-0@6: is no answer: it has no StockCode and Epoch");
  }

  @Test
  void answersOutOfOrderAreWrong() {
    Message first = scene.answers.get(1).get(0);
    Message second = scene.answers.get(1).get(2);
    Scene.replace(scene.answers.get(1), 0, "c", new String(second.value, UTF_8));
    Scene.replace(scene.answers.get(1), 2, "c", new String(first.value, UTF_8));
    for (int seed = 0; seed < Scene.SEEDS; seed++) {
      Report report = scene.audit(seed);
      assertTrue(report.count(WRONG) > 0, () -> report.toString());
      assertEquals(report.count(WRONG), report.disagreements());
      assertTrue(
          report.found().kept().getOrDefault(WRONG, List.of()).get(0).contains("is out of order"));
    }
  }

  @Test
  void aMissingDeadLetterIsNamed() {
    Scene.remove(scene.letters.get(0), 1);
    scene.assertFinds(
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
  void aDeadLetterForAnAnsweredRowIsExtra() {
    scene.letter(scene.input.get(0).get(2), "oversized");
    scene.assertFinds(
        EXTRA, "data-dead-letters-0@2: says oversized, but data-0@2 must have an answer");
  }

  @Test
  void aMiskeyedRowBeforeTheCommittedOffsetCountsUnderFail() {
    Scene accepted = new Scene(2, 2);
    accepted.raw(1, "x", Scene.json("c", "1000", "100", "1"));
    accepted.row(1, "c", "1001", "5");
    accepted.work();
    Report report = accepted.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    assertEquals(2, report.answers());
  }

  @Test
  void deadLettersOfMiskeyedRowsAreExtraUnderFail() {
    scene.raw(1, "x", Scene.json("c", "1002", "1", "1"));
    scene.letter(scene.input.get(1).get(3), "miskeyed");
    Report report = scene.audit(0);
    assertEquals(1, report.found().counts().get(EXTRA));
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
    assertEquals(Map.of(EXTRA, 1L), late.audit(0).found().counts());
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
  void deletedRowsNeverCauseADisagreement() {
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

  @Test
  void wrongSumsAreFoundOnceTheDeletedRowsAreOutOfReach() {
    Scene deleted = new Scene(1, 1);
    for (int i = 0; i < 100; i++) {
      deleted.row(0, "a", String.valueOf(1_000 + 30 * i), "1");
    }
    deleted.work();
    deleted.delete(0, 10);
    Report report = deleted.audit(0);
    assertTrue(report.agrees(), () -> report.toString());
    // The answers of 10 deleted rows, and those within window + grace of the first row left.
    assertEquals(10 + 23, report.unchecked());
    assertEquals(90 - 23, report.answers());
    Scene.replace(
        deleted.answers.get(0),
        40,
        "a",
        "{\"StockCode\":\"a\",\"Epoch\":2200,\"10minutesSum\":22}");
    assertEquals(Map.of(WRONG, 1L), deleted.audit(0).found().counts());
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
    assertEquals(Map.of(MISSING, 1L), deleted.audit(0).found().counts());
  }

  /** One random fault in a random history. */
  @Test
  void everyPlantedFaultIsFound() {
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
