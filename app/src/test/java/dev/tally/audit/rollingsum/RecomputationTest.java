package dev.tally.audit.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Report;
import dev.tally.audit.rollingsum.Verdict.Answered;
import dev.tally.audit.rollingsum.Verdict.Rejected;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RecomputationTest {
  private static final Rules RULES =
      new Rules(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          OnMiskeyed.FAIL);

  private final Recomputation recomputation = new Recomputation(RULES, false, false);
  private long offset;

  private Verdict next(Recomputation by, String code, String seconds, String amount) {
    byte[] value = Scene.json(code, seconds, amount, "1").getBytes(UTF_8);
    return by.next(
        new Message(0, offset++, Scene.STAMP_MILLIS, code.getBytes(UTF_8), value, List.of()),
        true,
        true,
        false);
  }

  private String sum(String code, String seconds, String amount) {
    BigDecimal sum =
        assertInstanceOf(Answered.class, next(recomputation, code, seconds, amount)).sum();
    assertNotNull(sum);
    return sum.stripTrailingZeros().toPlainString();
  }

  private Reason rejected(String seconds) {
    return assertInstanceOf(Rejected.class, next(recomputation, "a", seconds, "1")).reason();
  }

  private static String at(int hour, int minute) {
    return String.valueOf(hour * 3_600 + minute * 60);
  }

  @Test
  void theAnswersOfTheTaskComeOut() {
    assertEquals("20", sum("1", at(10, 32), "20"));
    assertEquals("20", sum("2", at(10, 33), "20"));
    assertEquals("40", sum("1", at(10, 37), "20"));
    assertEquals("20", sum("2", at(10, 45), "20"));
    assertEquals("80", sum("2", at(10, 46), "60"));
    assertEquals("40", sum("1", at(10, 47), "20"), "10:37 counts");
    assertEquals("100", sum("2", at(10, 48), "20"));
    assertEquals("50", sum("1", at(10, 49), "30"));
    assertEquals("120", sum("2", at(10, 50), "20"));
    assertEquals("180", sum("2", at(10, 51), "60"));
  }

  @Test
  void theWindowIsClosedToTheNanosecond() {
    assertEquals("1", sum("a", "1000", "1"));
    assertEquals("3", sum("a", "1600", "2"));
    assertEquals("6", sum("a", "1600.000000001", "4"), "1000 has left");
  }

  @Test
  void equalTimesCountInOrderOfArrival() {
    assertEquals("1", sum("a", "1000", "1"));
    assertEquals("3", sum("a", "1000", "2"));
    assertEquals("-1", sum("a", "1000", "-4"));
  }

  @Test
  void aRowBehindTheClockIsSummedOverItsOwnWindow() {
    assertEquals("1", sum("a", "1000", "1"));
    assertEquals("3", sum("a", "1030", "2"));
    assertEquals("5", sum("a", "1000", "4"), "1030 is after it");
    assertEquals("15", sum("a", "1030", "8"));
  }

  @Test
  void aRowFurtherBehindThanTheGraceIsLateAndCountsNowhere() {
    assertEquals("1", sum("a", "1000", "1"));
    assertEquals(Reason.LATE, rejected("939.999999999"));
    assertEquals("2", sum("a", "940", "2"));
    assertEquals("3", sum("a", "1000", "0"));
  }

  @Test
  void aRowTooFarAheadIsFutureAndDoesNotMoveTheClock() {
    assertEquals("1", sum("a", "1000", "1"));
    assertEquals(Reason.FUTURE, rejected("2000003600.000000001"));
    assertEquals("2", sum("a", "1000", "1"));
    assertEquals("1", sum("a", "2000003600", "1"));
  }

  @Test
  void withoutALimitNoRowIsTooFarAhead() {
    Rules off = new Rules(Duration.ofMinutes(10), Duration.ZERO, Optional.empty(), OnMiskeyed.FAIL);
    Recomputation by = new Recomputation(off, false, false);
    byte[] value = Scene.json("a", "1700000000", "1", "1").getBytes(UTF_8);
    for (long stampMillis : new long[] {Long.MIN_VALUE, -1, 0, 1_700_000_000}) {
      Message message = new Message(0, 0, stampMillis, null, value, List.of());
      assertInstanceOf(Answered.class, by.next(message, true, true, false));
    }
  }

  @Test
  void noClockReachesTheLargestLong() {
    Rules far =
        new Rules(
            Duration.ofMinutes(10),
            Duration.ZERO,
            Optional.of(Duration.ofDays(3_650)),
            OnMiskeyed.FAIL);
    Recomputation by = new Recomputation(far, false, false);
    byte[] last = Scene.json("a", "9223372036.854775806", "1", "1").getBytes(UTF_8);
    byte[] beyond = Scene.json("a", "9223372036.854775807", "1", "1").getBytes(UTF_8);
    long stampMillis = 9_000_000_000_000L;
    assertInstanceOf(
        Answered.class,
        by.next(new Message(0, 0, stampMillis, null, last, List.of()), true, true, false));
    Verdict verdict =
        by.next(new Message(0, 1, stampMillis, null, beyond, List.of()), true, true, false);
    assertEquals(Reason.FUTURE, assertInstanceOf(Rejected.class, verdict).reason());
  }

  @Test
  void sumsAreExactHoweverLargeOrSmall() {
    String largest = "999999999999999.999999999";
    assertEquals(largest, sum("a", "1000", largest));
    assertEquals("1000000000000000", sum("a", "1000", "0.000000001"));
    assertEquals("0", sum("b", "1000", "-0.0"));
    byte[] value = Scene.json("c", "1000", "0.000000001", "1e-9").getBytes(UTF_8);
    Verdict verdict =
        recomputation.next(
            new Message(0, 9, Scene.STAMP_MILLIS, null, value, List.of()), true, true, false);
    assertEquals(
        new BigDecimal("0.000000000000000001"), assertInstanceOf(Answered.class, verdict).sum());
  }

  /** Small spans of time, so that ties, late rows and expiry are frequent. */
  @Test
  void randomHistoriesAgreeWithTheModel() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Scene scene = new Scene(1 + random.nextInt(3), 1 + random.nextInt(3));
      scene.rules =
          new Rules(
              Duration.ofSeconds(1 + random.nextInt(20)),
              Duration.ofSeconds(random.nextInt(5)),
              random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Duration.ofHours(1)),
              List.of(OnMiskeyed.values()).get(random.nextInt(3)));
      fill(scene, random);
      scene.work();
      Report report = scene.audit(seed);
      assertTrue(report.agrees(), () -> report.toString());
      assertEquals(0, report.pending());
      assertEquals(
          120, report.answers() + report.deadLetters().values().stream().mapToLong(n -> n).sum());
    }
  }

  static void fill(Scene scene, Random random) {
    double seconds = 1_000;
    for (int i = 0; i < 120; i++) {
      seconds += random.nextInt(4) == 0 ? random.nextInt(12) : random.nextInt(2);
      String code = "k" + random.nextInt(4);
      int partition = Math.floorMod(code.hashCode(), scene.input.size());
      String time =
          switch (random.nextInt(12)) {
            case 0 -> "9000000000";
            case 1 -> String.valueOf(seconds - random.nextInt(9));
            case 2 -> (int) seconds + "." + random.nextInt(1_000_000_000);
            default -> String.valueOf((int) seconds);
          };
      String amount = BigDecimal.valueOf(random.nextLong() >> random.nextInt(60), 9).toString();
      if (random.nextInt(30) == 0) {
        scene.raw(partition, code, random.nextBoolean() ? "{" : null);
      } else if (random.nextInt(30) == 0) {
        scene.raw(partition, "other", Scene.json(code, time, "1", "1"));
      } else {
        scene.raw(
            partition,
            code,
            Scene.json(
                code,
                time,
                new BigDecimal(amount).abs().compareTo(new BigDecimal("1e15")) < 0 ? amount : "1",
                String.valueOf(random.nextInt(7) - 3)));
      }
    }
  }

  @Test
  void theTreeAgreesWithALoopInAnyOrderOfArrival() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      SumTree tree = new SumTree(new SplittableRandom(seed));
      List<long[]> all = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        long time = random.nextInt(60);
        long amount = random.nextInt(1_000) - 500L;
        tree.add(time, BigDecimal.valueOf(amount));
        all.add(new long[] {time, amount});
        if (random.nextInt(10) == 0) {
          long horizon = random.nextInt(30);
          tree.dropBelow(horizon);
          all.removeIf(one -> one[0] < horizon);
        }
        long from = random.nextInt(60);
        long to = from + random.nextInt(60);
        long sum = 0;
        for (long[] one : all) {
          sum += one[0] >= from && one[0] <= to ? one[1] : 0;
        }
        assertEquals(BigDecimal.valueOf(sum), tree.sum(from, to));
        assertEquals(all.isEmpty(), tree.isEmpty());
      }
    }
  }

  @Test
  void aSumIsNotJudgedWhileDeletedRowsAreWithinReach() {
    Recomputation by = new Recomputation(RULES, false, true);
    assertNull(assertInstanceOf(Answered.class, next(by, "a", "1000", "1")).sum());
    // The lost clock was at most 1000 + 60, so rows up to 1060 may be missing from the window.
    assertNull(assertInstanceOf(Answered.class, next(by, "a", "1660", "1")).sum());
    assertEquals(
        BigDecimal.ONE,
        assertInstanceOf(Answered.class, next(by, "a", "1660.000000001", "0")).sum());
  }
}
