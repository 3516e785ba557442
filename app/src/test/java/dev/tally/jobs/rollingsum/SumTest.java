package dev.tally.jobs.rollingsum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SumTest {
  private static final long[] EDGES = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1, 1L << 62
  };

  private record Amount(long micros, @Nullable BigDecimal wide, BigDecimal exact) {
    static Amount plain(long micros) {
      return new Amount(micros, null, BigDecimal.valueOf(micros, 6));
    }

    static Amount wide(BigDecimal wide) {
      return new Amount(0, wide, wide);
    }
  }

  private static void assertSum(BigDecimal expected, Sum sum, String when) {
    if (sum.exact().compareTo(expected) != 0) {
      assertEquals(expected, sum.exact(), when);
    }
    if (sum.plain()) {
      assertEquals(0, BigDecimal.valueOf(sum.micros(), 6).compareTo(expected), when);
    }
  }

  @Test
  void anySequenceOfAdditionsAndSubtractionsIsExact() {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      Sum sum = new Sum();
      BigDecimal expected = BigDecimal.ZERO;
      Deque<Amount> held = new ArrayDeque<>();
      boolean onlyPlain = random.nextBoolean();
      for (int i = 0; i < 200; i++) {
        if (held.isEmpty() || random.nextInt(5) < 3) {
          Amount amount = amount(random, onlyPlain);
          sum.add(amount.micros(), amount.wide());
          expected = expected.add(amount.exact());
          held.add(amount);
        } else {
          Amount amount = random.nextBoolean() ? held.removeFirst() : held.removeLast();
          sum.subtract(amount.micros(), amount.wide());
          expected = expected.subtract(amount.exact());
        }
        assertSum(expected, sum, "seed " + seed + " step " + i);
        boolean fits = expected.movePointRight(6).toBigInteger().bitLength() < 64;
        if (onlyPlain) {
          assertEquals(fits, sum.plain(), "a total that fits a long takes the fast path");
        }
      }
      for (Amount amount : held) {
        sum.subtract(amount.micros(), amount.wide());
      }
      assertTrue(sum.plain() && sum.micros() == 0, "nothing is left over, seed " + seed);
    }
  }

  private static Amount amount(Random random, boolean onlyPlain) {
    return switch (random.nextInt(onlyPlain ? 3 : 5)) {
      case 0 -> Amount.plain(EDGES[random.nextInt(EDGES.length)]);
      case 1 -> Amount.plain(random.nextLong());
      case 2 -> Amount.plain(random.nextInt(2_000_000) - 1_000_000);
      case 3 -> Amount.wide(new BigDecimal("-999999999999999.999999999").pow(2).negate());
      default -> Amount.wide(BigDecimal.valueOf(random.nextLong(), 18));
    };
  }

  @Test
  void manyExtremesDoNotWrap() {
    Sum sum = new Sum();
    for (int i = 0; i < 1_000; i++) {
      sum.add(Long.MIN_VALUE, null);
    }
    assertFalse(sum.plain());
    assertSum(
        BigDecimal.valueOf(Long.MIN_VALUE, 6).multiply(BigDecimal.valueOf(1_000)), sum, "low");
    for (int i = 0; i < 2_000; i++) {
      sum.add(Long.MAX_VALUE, null);
    }
    for (int i = 0; i < 1_000; i++) {
      sum.subtract(Long.MIN_VALUE, null);
    }
    assertSum(
        BigDecimal.valueOf(Long.MAX_VALUE, 6).multiply(BigDecimal.valueOf(2_000)), sum, "high");
  }

  @Test
  void aSumIsPlainAgainOnceTheLastWideAmountIsOut() {
    Sum sum = new Sum();
    BigDecimal wide = new BigDecimal("0.000000001");
    sum.add(5, null);
    sum.add(0, wide);
    sum.add(0, wide.negate());
    assertFalse(sum.plain()); // they add up to zero but are still held
    sum.subtract(0, wide);
    assertFalse(sum.plain());
    sum.subtract(0, wide.negate());
    assertTrue(sum.plain());
    assertEquals(5, sum.micros());
  }

  @Test
  void aCopyTakesEverythingAndIsIndependent() {
    Sum sum = new Sum();
    sum.add(Long.MAX_VALUE, null);
    sum.add(Long.MAX_VALUE, null);
    sum.add(0, new BigDecimal("0.0000001"));
    Sum copy = new Sum();
    copy.add(77, null);
    copy.set(sum);
    BigDecimal expected = sum.exact();
    copy.add(1, BigDecimal.ONE);
    assertSum(expected, sum, "the original");
    assertSum(expected.add(BigDecimal.ONE), copy, "the copy");
    copy.subtract(1, BigDecimal.ONE);
    copy.subtract(0, new BigDecimal("0.0000001"));
    assertFalse(copy.plain(), "the high half was copied, too");
    copy.clear();
    assertSum(BigDecimal.ZERO, copy, "cleared");
    assertTrue(copy.plain());
  }
}
