package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.jobs.rollingsum.RollingSum;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the definition says about each record of a partition, computed word for word: no moving
 * window, no state that expires, no replay.
 */
final class Oracle {
  /**
   * What has to become of a record.
   *
   * @param answer null if it becomes a dead letter
   * @param deadLetter the reason, null if it is answered
   * @param miskeyed whether a job that stops at miskeyed records must stop at it instead
   */
  record Expected(@Nullable String answer, @Nullable String deadLetter, boolean miskeyed) {}

  private record Decided(
      @Nullable Expected expected, boolean accepted, @Nullable BigDecimal clock) {}

  private static final BigDecimal CLOCK_END = new BigDecimal("9223372036.854775807");

  private final Log log;
  private final long base;
  private final Rules rules;
  private final boolean severalPartitions;
  private final List<Decided> decided = new ArrayList<>();

  /**
   * Reads a log from one offset on.
   *
   * @param base records before this offset do not exist
   */
  Oracle(Log log, long base, Rules rules, int partitions) {
    this.log = log;
    this.base = base;
    this.rules = rules;
    this.severalPartitions = partitions > 1;
  }

  long base() {
    return base;
  }

  /** What has to become of the record at an offset; null where there is none. */
  @Nullable Expected at(long offset) {
    return decided(offset).expected();
  }

  /** The clock before this offset, in seconds; null until a row has been accepted. */
  @Nullable BigDecimal clockAt(long offset) {
    return offset <= base ? null : decided(offset - 1).clock();
  }

  /** The lowest offset before this one whose row a later answer may need; itself if none. */
  long neededFrom(long offset) {
    BigDecimal clock = clockAt(offset);
    if (clock == null) {
      return offset;
    }
    BigDecimal horizon = clock.subtract(rules.graceSeconds()).subtract(rules.windowSeconds());
    for (long o = base; o < offset; o++) {
      if (decided(o).accepted() && sale(o).epochSeconds().compareTo(horizon) >= 0) {
        return o;
      }
    }
    return offset;
  }

  /** Whether windows at this offset reach back to rows that would lie before the base. */
  boolean reachesBack(long offset) {
    BigDecimal clock = clockAt(offset);
    for (long o = base; o < offset && clock != null; o++) {
      if (decided(o).accepted()) {
        BigDecimal horizon = clock.subtract(rules.graceSeconds()).subtract(rules.windowSeconds());
        return sale(o).epochSeconds().compareTo(horizon) > 0;
      }
    }
    return false;
  }

  private Decided decided(long offset) {
    while (base + decided.size() <= offset) {
      decided.add(decide(base + decided.size()));
    }
    return decided.get((int) (offset - base));
  }

  private Decided decide(long offset) {
    BigDecimal clock = clockAt(offset);
    Row row = log.row(offset);
    if (row == null) {
      return new Decided(null, false, clock);
    }
    Row.Sale sale = row.sale();
    if (sale == null) {
      return letter("unreadable", false, clock);
    }
    boolean miskeyed = severalPartitions && !Arrays.equals(row.key(), sale.code().getBytes(UTF_8));
    if (miskeyed && rules.miskeyed() == RollingSum.Miskeyed.DEAD_LETTER) {
      return letter("miskeyed", true, clock);
    }
    BigDecimal epoch = sale.epochSeconds();
    BigDecimal stamp = BigDecimal.valueOf(row.timestampMillis(), 3);
    Optional<BigDecimal> believable = rules.futureMaxSeconds().map(stamp::add);
    if (epoch.compareTo(CLOCK_END) >= 0
        || (believable.isPresent() && epoch.compareTo(believable.get()) > 0)) {
      return letter("future", miskeyed, clock);
    }
    if (clock != null && epoch.compareTo(clock.subtract(rules.graceSeconds())) < 0) {
      return letter("late", miskeyed, clock);
    }
    BigDecimal from = epoch.subtract(rules.windowSeconds());
    BigDecimal sum = sale.amount();
    for (long o = base; o < offset; o++) {
      if (decided(o).accepted()) {
        Row.Sale earlier = sale(o);
        if (earlier.code().equals(sale.code())
            && earlier.epochSeconds().compareTo(from) >= 0
            && earlier.epochSeconds().compareTo(epoch) <= 0) {
          sum = sum.add(earlier.amount());
        }
      }
    }
    String answer =
        "{\"StockCode\":\""
            + sale.code()
            + "\",\"Epoch\":"
            + sale.epochText()
            + ",\""
            + rules.sumName()
            + "\":"
            + sum.stripTrailingZeros().toPlainString()
            + "}";
    return new Decided(
        new Expected(answer, null, miskeyed), true, clock == null ? epoch : clock.max(epoch));
  }

  private static Decided letter(String reason, boolean miskeyed, @Nullable BigDecimal clock) {
    return new Decided(new Expected(null, reason, miskeyed), false, clock);
  }

  private Row.Sale sale(long offset) {
    Row row = log.row(offset);
    if (row == null || row.sale() == null) {
      throw new IllegalStateException("no sale at " + offset);
    }
    return row.sale();
  }
}
