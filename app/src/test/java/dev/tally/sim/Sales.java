package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Produces input. Event times lie on a coarse grid, so that rows often share an instant or fall
 * exactly on an end of a window or of the grace. Some rows are late, from the future, miskeyed or
 * unreadable.
 */
final class Sales {
  private static final BigDecimal NANO = new BigDecimal("0.000000001");
  private static final BigDecimal LAST_OF_CLOCK = new BigDecimal("9223372036.854775806");
  private static final String[] CODES = {"A", "B", "C", "85123A", "85123a", "caf\u00e9 "};
  private static final String[] PRICES = {
    "1.95", "0", "-3.5", "2.125", "0.1", "1E2", "999999999999999.999999999", "-0.000000001"
  };
  private static final String[] QUANTITIES = {
    "1", "2", "6", "-1", "12", "3.0", "\"7\"", "0.000000003", "999999999999999"
  };
  private static final String[] UNREADABLE = {
    "nonsense",
    "",
    "{\"StockCode\":\"A\",\"Quantity\":1,\"Price\":NaN,\"InvoiceDate\":1600000000}",
    "{\"StockCode\":\"A\",\"Quantity\":1,\"InvoiceDate\":1600000000}"
  };

  private final Random random;
  private final Rules rules;
  private final Cluster cluster;
  private final int codes;
  private final BigDecimal tickSeconds;
  private final long[] ticks;

  Sales(Random random, Rules rules, Cluster cluster, int partitionsMax) {
    this.random = random;
    this.rules = rules;
    this.cluster = cluster;
    this.codes = 1 + random.nextInt(CODES.length);
    this.tickSeconds = rules.windowSeconds().divide(BigDecimal.valueOf(20), 9, RoundingMode.DOWN);
    this.ticks = new long[partitionsMax];
    BigDecimal beginning = BigDecimal.valueOf(random.nextInt(6) == 0 ? 1 : 1_600_000_000);
    for (int i = 0; i < partitionsMax; i++) {
      ticks[i] = beginning.divide(tickSeconds, 0, RoundingMode.DOWN).longValue();
    }
  }

  /** Fills a new partition with at least this many records, and a marker after them. */
  void fill(int partition, int rowsMin) {
    append(partition, rowsMin + random.nextInt(40));
    cluster.logs.get(partition).appendMarker();
  }

  /** Appends rows and markers; the last of them may belong to an open transaction. */
  void append(int partition, int count) {
    Log log = cluster.logs.get(partition);
    for (int i = 0; i < count; i++) {
      boolean stable = random.nextInt(4) > 0;
      log.append(random.nextInt(8) == 0 ? null : next(partition), stable);
      if (random.nextInt(60) == 0) {
        log.newLeader();
      }
    }
  }

  Row next(int partition) {
    long pace = random.nextInt(100);
    ticks[partition] += pace < 60 ? random.nextInt(3) : pace < 64 ? random.nextInt(40) : 0;
    BigDecimal now = seconds(ticks[partition]);
    long timestampMillis = timestampMillis(now);
    if (random.nextInt(25) == 0) {
      int which = random.nextInt(UNREADABLE.length + 1);
      byte[] value = which == UNREADABLE.length ? null : UNREADABLE[which].getBytes(UTF_8);
      return new Row(key("A"), value, timestampMillis, null);
    }
    BigDecimal epoch = epoch(now, timestampMillis).max(BigDecimal.ZERO);
    String epochText =
        epoch.toPlainString() + (epoch.scale() > 0 && random.nextBoolean() ? "0" : "");
    if (epoch.scale() >= 9) {
      epochText = epoch.toPlainString();
    }
    String code = CODES[random.nextInt(codes)];
    String price = PRICES[random.nextInt(random.nextInt(4) == 0 ? PRICES.length : 5)];
    String quantity = QUANTITIES[random.nextInt(random.nextInt(4) == 0 ? QUANTITIES.length : 6)];
    String value =
        String.format(
            "{\"Invoice\":\"489574\",\"StockCode\":\"%s\",\"Description\":NaN,\"Quantity\":%s,"
                + "\"Price\":%s,\"Customer ID\":NaN,\"InvoiceDate\":%s}",
            code, quantity, price, epochText);
    BigDecimal amount = new BigDecimal(price).multiply(new BigDecimal(quantity.replace("\"", "")));
    return new Row(
        key(code),
        value.getBytes(UTF_8),
        timestampMillis,
        new Row.Sale(code, amount, epoch, epochText));
  }

  private byte @Nullable [] key(String code) {
    boolean wrong = random.nextInt(25) == 0;
    if (wrong) {
      return random.nextBoolean() ? null : (code + "x").getBytes(UTF_8);
    }
    return code.getBytes(UTF_8);
  }

  /** Often 0 or in seconds by mistake, where the record timestamp must not matter. */
  private long timestampMillis(BigDecimal now) {
    long millis = now.movePointRight(3).longValue();
    if (rules.futureMaxSeconds().isPresent()) {
      return millis;
    }
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> now.longValue();
      default -> millis;
    };
  }

  private BigDecimal epoch(BigDecimal now, long timestampMillis) {
    BigDecimal believable =
        rules
            .futureMaxSeconds()
            .map(BigDecimal.valueOf(timestampMillis, 3)::add)
            .orElse(LAST_OF_CLOCK);
    // Once the clock is at its end everything that follows is late, and the history has no more
    // to show.
    int atTheLimit = rules.futureMaxSeconds().isPresent() ? 4 : 100;
    BigDecimal epoch =
        switch (random.nextInt(16)) {
          case 0, 1, 2, 3 ->
              now.subtract(tickSeconds.multiply(BigDecimal.valueOf(random.nextInt(9))));
          case 4 -> now.subtract(withinGrace());
          case 5 -> now.subtract(rules.graceSeconds()).subtract(NANO);
          case 6 -> random.nextInt(atTheLimit) == 0 ? believable : now;
          case 7 -> random.nextInt(2) == 0 ? believable.add(NANO) : now;
          default -> now;
        };
    return random.nextInt(20) == 0 ? epoch.subtract(NANO) : epoch;
  }

  /** The grace or a part of it; with a long grace, rows are late by more than the window. */
  private BigDecimal withinGrace() {
    BigDecimal grace = rules.graceSeconds();
    return random.nextBoolean()
        ? grace
        : grace
            .multiply(BigDecimal.valueOf(random.nextInt(1000), 3))
            .setScale(9, RoundingMode.DOWN);
  }

  private BigDecimal seconds(long tick) {
    return tickSeconds.multiply(BigDecimal.valueOf(tick)).stripTrailingZeros();
  }
}
