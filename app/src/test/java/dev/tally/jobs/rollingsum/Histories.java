package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Random rows of one partition, in which common cases are what is rare in practice: ties, rows
 * exactly at a bound or one nanosecond off it, late rows and future ones, amounts of any size,
 * expiry.
 */
final class Histories {
  private static final long NANOS = 1_000_000_000;
  private static final long[] WINDOWS_MILLIS = {1, 250, 1_000, 7_000, 90_000, 600_000};
  private static final long[] GRACES_MILLIS = {0, 1, 1_000, 60_000, 700_000};
  private static final String[] ODD_CODES = {
    "POST",
    "BANK CHARGES",
    "85123A",
    "85123a",
    "gift ",
    "\"",
    "a\\b",
    "é",
    "\t\u0001",
    "😀",
    "21491"
  };

  private final Random random;
  final RollingSum job;
  final int partitions;
  private final int codes;
  private final int amountKinds;
  private final List<Long> times = new ArrayList<>();
  private long clockNanos;

  Histories(Random random) {
    this.random = random;
    this.job =
        new RollingSum(
            Duration.ofMillis(one(WINDOWS_MILLIS)),
            Duration.ofMillis(one(GRACES_MILLIS)),
            random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(random.nextInt(3) * 3_600_000L)),
            List.of(RollingSum.Miskeyed.values()).get(random.nextInt(3)));
    this.partitions = random.nextBoolean() ? 1 : 4;
    this.codes = 1 + random.nextInt(random.nextBoolean() ? 3 : 40);
    this.amountKinds = 1 + random.nextInt(5);
    this.clockNanos = random.nextInt(10) == 0 ? 0 : 1_700_000_000L * NANOS;
    times.add(clockNanos);
  }

  private long one(long[] values) {
    return values[random.nextInt(values.length)];
  }

  NaiveRollingSum.Row next() {
    long nanos = Math.max(0, time());
    String code = code();
    BigDecimal price = amount();
    BigDecimal quantity = amount();
    String epochText = number(BigDecimal.valueOf(nanos, 9));
    long timestampMillis = timestamp(nanos);
    boolean believed =
        job.futureMax()
            .map(max -> nanos / 1_000_000 < timestampMillis + max.toMillis())
            .orElse(nanos < Long.MAX_VALUE);
    if (believed) {
      times.add(nanos);
      clockNanos = Math.max(clockNanos, nanos);
    }
    boolean readable = random.nextInt(40) > 0;
    String value =
        "{\"StockCode\":"
            + (readable ? quoted(code) : "null")
            + ",\"Quantity\":"
            + maybeQuoted(number(quantity))
            + ",\"x\":NaN, \"Price\":"
            + maybeQuoted(number(price))
            + ",\"InvoiceDate\":"
            + epochText
            + "}";
    byte[] key = code.getBytes(UTF_8);
    if (random.nextInt(30) == 0) {
      key = random.nextBoolean() ? null : "other".getBytes(UTF_8);
    }
    return new NaiveRollingSum.Row(
        key, value.getBytes(UTF_8), timestampMillis, readable, code, epochText, price, quantity);
  }

  private long time() {
    long window = job.window().toNanos();
    long grace = job.grace().toNanos();
    long earlier = times.get(Math.max(0, times.size() - 1 - random.nextInt(20)));
    long beside = random.nextLong(3) - 1;
    if (random.nextInt(200) == 0) {
      return Long.MAX_VALUE - random.nextInt(2); // where the clock ends, or the last time before
    }
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> clockNanos + random.nextLong(4) * (window / 8);
      case 3 -> clockNanos;
      case 4 -> earlier + window + beside;
      case 5 -> earlier + beside;
      case 6, 7 -> clockNanos - (long) (random.nextDouble() * grace);
      case 8 -> clockNanos - grace + beside;
      case 9 -> clockNanos - grace - window + beside;
      case 10 -> clockNanos + (long) (random.nextDouble() * window);
      default ->
          random.nextInt(4) == 0
              ? clockNanos + (long) (random.nextDouble() * 3 * (window + grace))
              : clockNanos + window / 50;
    };
  }

  private long timestamp(long nanos) {
    long millis = nanos / 1_000_000;
    if (job.futureMax().isEmpty() && random.nextBoolean()) {
      return millis / 1_000; // seconds, as in the row
    }
    long futureMaxMillis = job.futureMax().orElse(Duration.ZERO).toMillis();
    return switch (random.nextInt(40)) {
      case 0 -> -1;
      case 1 -> Long.MIN_VALUE;
      case 2 -> millis - futureMaxMillis;
      case 3 -> millis - futureMaxMillis - 1;
      case 4 -> Long.MAX_VALUE - futureMaxMillis;
      default -> millis + random.nextInt(5_000);
    };
  }

  private String code() {
    int code = random.nextInt(codes);
    return code < ODD_CODES.length ? ODD_CODES[code] : "code-" + code;
  }

  private BigDecimal amount() {
    int sign = random.nextInt(4) == 0 ? -1 : 1;
    return switch (random.nextInt(amountKinds)) {
      case 0 -> BigDecimal.valueOf(sign * random.nextLong(100_000), 2);
      case 1 -> BigDecimal.valueOf(sign * random.nextLong(1_000), random.nextInt(4));
      case 2 -> BigDecimal.valueOf(sign * random.nextLong(1_000_000_000_000_000L));
      case 3 -> BigDecimal.valueOf(sign * random.nextLong(1_000_000_000_000L), 9);
      default -> new BigDecimal("999999999999999.999999999").multiply(BigDecimal.valueOf(sign));
    };
  }

  /** One of the ways in which JSON writes this number. */
  private String number(BigDecimal value) {
    String plain = value.toPlainString();
    String padded = plain.contains(".") ? plain : plain + ".0";
    return switch (random.nextInt(8)) {
      case 0 -> padded + "0".repeat(random.nextInt(40));
      case 1 -> value.unscaledValue() + "E" + -value.scale();
      case 2 -> value.stripTrailingZeros().toPlainString();
      default -> plain;
    };
  }

  private String maybeQuoted(String number) {
    return random.nextInt(10) == 0 ? "\"" + number + "\"" : number;
  }

  private String quoted(String code) {
    if (code.matches("\\d+") && random.nextBoolean()) {
      return code;
    }
    return "\"" + NaiveRollingSum.escaped(code) + "\"";
  }
}
