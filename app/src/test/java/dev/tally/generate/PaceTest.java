package dev.tally.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void everyRecordIsSentWithinASliceOfItsTurnAndNeverBefore() {
    for (long rate : new long[] {1, 3, 999, 2_000, 20_000, 777_777}) {
      FakeTime time = new FakeTime();
      long start = time.nanos;
      Pace pace = new Pace(rate, start);
      for (long n = 0; n < Math.min(3 * rate, 100_000); n++) {
        for (long wait = pace.waitNanos(n, time.nanos);
            wait > 0;
            wait = pace.waitNanos(n, time.nanos)) {
          time.sleep(wait);
        }
        long due = (long) Math.floor((double) n * SECOND / rate);
        long delay = time.nanos - start - due;
        assertTrue(
            delay >= -1 && delay <= Pace.SLICE_NANOS + FakeTime.OVERSLEEP_NANOS,
            "rate " + rate + " record " + n + " delay " + delay);
      }
    }
  }

  @Test
  void aShortDelayIsMadeGood() {
    Pace pace = new Pace(1_000, 0);
    long late = 40_000_000;
    for (long n = 0; n <= 40; n++) {
      assertEquals(0, pace.waitNanos(n, late), "record " + n);
    }
    assertEquals(1_000_000, pace.waitNanos(41, late));
  }

  @Test
  void aLongDelayIsLetGoInsteadOfSendingABurst() {
    Pace pace = new Pace(1_000, 0);
    long late = 3 * SECOND;
    assertEquals(0, pace.waitNanos(0, late));
    assertEquals(1_000_000, pace.waitNanos(1, late));
    assertEquals(999 * 1_000_000L, pace.waitNanos(999, late));
  }

  @Test
  void theArithmeticHoldsForACenturyOfRecords() {
    long rate = Plan.RECORDS_PER_SECOND_MAX;
    Pace pace = new Pace(rate, 0);
    long century = 100L * 365 * 86_400 * SECOND;
    assertEquals(SECOND, pace.waitNanos(century, century - SECOND));
  }
}
