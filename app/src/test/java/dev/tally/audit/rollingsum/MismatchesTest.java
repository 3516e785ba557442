package dev.tally.audit.rollingsum;

import static dev.tally.audit.Kind.DUPLICATE;
import static dev.tally.audit.Kind.EXTRA;
import static dev.tally.audit.Kind.MISSING;
import static dev.tally.audit.Kind.WRONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Message;
import dev.tally.audit.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every mismatch is named, with its place and with what should be there. */
final class MismatchesTest {
  private final Scene scene = Scene.shop();

  @Test
  void aMissingAnswerIsNamed() {
    Scene.remove(scene.answers.get(0), 2);
    scene.assertFinds(
        MISSING,
        "data-0@2: has no answer, must have"
            + " {\"StockCode\":\"a\",\"Epoch\":1010,\"10minutesSum\":5}");
  }

  @Test
  void aRowNotYetCommittedThatHasAWrongAnswerIsWrong() {
    scene.answeredTo[1] = 0;
    Scene.replace(
        scene.answers.get(1), 1, "d", "{\"StockCode\":\"d\",\"Epoch\":1000,\"10minutesSum\":65}");
    scene.assertFinds(
        WRONG, "agg-1@1: says 65, must say 64 for data-1@1 (StockCode d, Epoch 1000)");
  }

  @Test
  void aDuplicateIsNamed() {
    Message first = scene.answers.get(1).get(0);
    Scene.append(scene.answers.get(1), 1, first.key, first.value);
    scene.assertFinds(
        DUPLICATE, "agg-1@3: answers data-1@0 again (StockCode c, Epoch 1000, sum 32)");
  }

  @Test
  void aSecondAnswerWithAnotherSumIsADuplicate() {
    scene.answer(1, "c", "1000", "33");
    scene.assertFinds(
        DUPLICATE, "agg-1@3: answers data-1@0 again (StockCode c, Epoch 1000, sum 33)");
  }

  @Test
  void aDuplicateInAnotherPartitionIsADuplicate() {
    Message first = scene.answers.get(1).get(0);
    Scene.append(scene.answers.get(0), 0, first.key, first.value);
    scene.assertFinds(
        DUPLICATE, "agg-0@4: answers data-1@0 again (StockCode c, Epoch 1000, sum 32)");
  }

  @Test
  void anAnswerToNoRowIsExtra() {
    scene.answer(0, "a", "1000.0", "1");
    scene.assertFinds(EXTRA, "agg-0@4: belongs to no row (StockCode a, Epoch 1000.0, sum 1)");
  }

  @Test
  void anAnswerToALateRowIsExtra() {
    scene.answer(0, "a", "900", "8");
    scene.assertFinds(
        EXTRA,
        "agg-0@4: answers data-0@4, which is late: the clock stands at 1010"
            + " (StockCode a, Epoch 900, sum 8)");
  }

  @Test
  void aWrongSumIsNamed() {
    Scene.replace(
        scene.answers.get(0), 2, "a", "{\"StockCode\":\"a\",\"Epoch\":1010,\"10minutesSum\":5.1}");
    scene.assertFinds(
        WRONG, "agg-0@2: says 5.1, must say 5 for data-0@2 (StockCode a, Epoch 1010)");
  }

  @Test
  void anAnswerWrittenInAnotherWayIsWrong() {
    List<Message> log = scene.answers.get(0);
    Scene.replace(log, 0, "a", "{\"StockCode\":\"a\", \"Epoch\":1000,\"10minutesSum\":1}");
    Scene.replace(log, 1, "x", "{\"StockCode\":\"b\",\"Epoch\":1000,\"10minutesSum\":2}");
    Scene.replace(log, 2, "a", "{\"StockCode\":\"a\",\"Epoch\":1010,\"10minutesSum\":5.0}");
    Scene.replace(log, 3, "b", "{\"StockCode\":\"b\",\"Epoch\":1020,\"5minutesSum\":18}");
    scene.assertFinds(
        WRONG,
        "agg-0@0: for data-0@0: is not written as"
            + " {\"StockCode\":\"a\",\"Epoch\":1000,\"10minutesSum\":1}",
        "agg-0@1: for data-0@1: has a key that is not its StockCode",
        "agg-0@2: for data-0@2: writes its sum as 5.0",
        "agg-0@3: for data-0@5: has no number 10minutesSum");
  }

  @Test
  void anAnswerInAnotherPartitionThanItsRowIsWrong() {
    Message moved = Scene.remove(scene.answers.get(1), 1);
    Scene.append(scene.answers.get(0), 0, moved.key, moved.value);
    scene.assertFinds(
        WRONG,
        "agg-0@4: is in partition 0, but its row data-1@1 is in 1 (StockCode d, Epoch 1000)");
  }

  @Test
  void theMissingOneOfSeveralAtTheSameTimeIsNamed() {
    Scene ties = new Scene(1, 1);
    ties.row(0, "a", "1000", "10");
    ties.row(0, "a", "1000", "10");
    ties.row(0, "a", "1000", "10");
    ties.work();
    Scene.remove(ties.answers.get(0), 1);
    Report report = ties.audit(0);
    assertEquals(Map.of(MISSING, 1L), report.found().counts());
    assertEquals(
        List.of(
            "data-0@1: has no answer, must have"
                + " {\"StockCode\":\"a\",\"Epoch\":1000,\"10minutesSum\":20}"),
        report.found().kept().get(MISSING));
  }

  @Test
  void aDuplicateIsOneEvenIfTheSameRowCameAgainTooLate() {
    Scene twins = new Scene(1, 1);
    twins.row(0, "a", "1000", "1");
    twins.row(0, "b", "1100", "1");
    twins.row(0, "a", "1000", "1");
    twins.work();
    twins.answer(0, "a", "1000", "1");
    twins.assertFinds(
        DUPLICATE, "agg-0@2: answers data-0@0 again (StockCode a, Epoch 1000, sum 1)");
  }

  @Test
  void theAnswerOfADeletedRowIsNotExtraWhateverPartitionTheRowWasIn() {
    Scene deleted = new Scene(2, 1);
    deleted.row(0, "a", "1000", "1");
    deleted.row(1, "b", "1000", "1");
    deleted.row(1, "b", "1001", "1");
    deleted.work();
    deleted.delete(1, 1);
    for (int seed = 0; seed < Scene.SEEDS; seed++) {
      Report report = deleted.audit(seed);
      assertTrue(report.agrees(), () -> report.toString());
    }
  }

  /**
   * If the grace is longer than the window, a row that cannot be judged may follow one that can.
   */
  @Test
  void theAnswerOfADeletedRowIsNotADuplicateOfItsTwins() {
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
}
