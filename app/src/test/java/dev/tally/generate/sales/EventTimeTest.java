package dev.tally.generate.sales;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;

final class EventTimeTest {
  private static final long[] NO_CSV = {};

  @Test
  void theThreeFormsAreRead() {
    assertEquals(new EventTime.Now(), EventTime.parse("now"));
    assertEquals(new EventTime.Csv(), EventTime.parse("csv"));
    assertEquals(
        new EventTime.Stepped(1700000000_000000000L, 1000), EventTime.parse("1700000000+1000"));
    assertEquals(new EventTime.Stepped(500_000_000L, 1), EventTime.parse("0.5+1"));
    assertEquals(
        new EventTime.Stepped(8999999999_999999999L, 999_999_999),
        EventTime.parse("8999999999.999999999+999999999"));
  }

  @Test
  void otherFormsAreRefused() {
    for (String text :
        List.of("", "Now", "1", "1+", "1+0", "+1", "1+1.5", "-1+1", "9000000000+1", "1.+1")) {
      Stop stop = assertThrows(Stop.class, () -> EventTime.parse(text), text);
      assertEquals(Stop.Reason.USAGE, stop.reason());
    }
  }

  @Test
  void nowIsTheTimeOfSendingCutToAHundredNanoseconds() {
    LongBinaryOperator times = new EventTime.Now().times(NO_CSV);
    assertEquals(1795191575_593304600L, times.applyAsLong(3, 1795191575_593304699L));
  }

  @Test
  void anEvenClockIsExactAtEveryRowHoweverLate() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      long start = random.nextLong() >>> (4 + random.nextInt(40));
      long rate = 1 + (random.nextLong() >>> (34 + random.nextInt(29))) % 999_999_999;
      long n = random.nextLong() >>> (1 + random.nextInt(62));
      BigInteger exact =
          BigInteger.valueOf(n)
              .multiply(BigInteger.valueOf(1_000_000_000))
              .divide(BigInteger.valueOf(rate))
              .add(BigInteger.valueOf(start));
      LongBinaryOperator times = new EventTime.Stepped(start, rate).times(NO_CSV);
      if (exact.bitLength() < 64) {
        assertEquals(exact.longValueExact(), times.applyAsLong(n, 0), n + " at " + rate);
      } else {
        Stop stop = assertThrows(Stop.class, () -> times.applyAsLong(n, 0));
        assertTrue(stop.toString().contains("2262"), stop.toString());
      }
    }
  }

  @Test
  void aPassOverCsvTimesIsLaterThanTheOneBeforeWithTheSameSpacing() {
    long[] csv = {50_000_000_000L, 20_000_000_000L, 90_000_000_000L, 60_000_000_000L};
    LongBinaryOperator times = new EventTime.Csv().times(csv);
    long latest = 0;
    for (int pass = 0; pass < 5; pass++) {
      long latestOfPass = 0;
      for (int row = 0; row < csv.length; row++) {
        long time = times.applyAsLong(pass * 4L + row, 0);
        assertTrue(time > latest, "pass " + pass + " row " + row);
        assertEquals(csv[row] - csv[0], time - times.applyAsLong(pass * 4L, 0));
        latestOfPass = Math.max(latestOfPass, time);
      }
      latest = latestOfPass;
    }
    assertEquals(csv[2], times.applyAsLong(2, 0));
  }

  @Test
  void csvTimesThatLeaveTheRangeEndWithAnError() {
    LongBinaryOperator times = new EventTime.Csv().times(new long[] {0, Long.MAX_VALUE / 2});
    assertThrows(Stop.class, () -> times.applyAsLong(4, 0));
  }

  @Test
  void disorderIsTheMostThatARowIsEarlierThanOneBeforeIt() {
    assertEquals(0, EventTime.Csv.disorderNanos(new long[] {1, 1, 5}));
    assertEquals(7, EventTime.Csv.disorderNanos(new long[] {1, 9, 4, 2, 8, 10}));
  }
}
