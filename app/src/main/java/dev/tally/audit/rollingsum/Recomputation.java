package dev.tally.audit.rollingsum;

import dev.tally.audit.Message;
import dev.tally.audit.Reason;
import dev.tally.audit.Unusable;
import dev.tally.audit.rollingsum.Verdict.Answered;
import dev.tally.audit.rollingsum.Verdict.Rejected;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the definition what must have become of each row of one input partition.
 *
 * <p>If the first rows of the partition are deleted, the clock after them and what they added to
 * windows are unknown. But a row that the job answered was not late, so that clock was at most the
 * row's event time + grace: no deleted row is later than the least of these bounds. Sums that reach
 * back to the bound cannot be checked. All others are exact.
 */
final class Recomputation {
  /** A bound for no deleted rows: before every time. */
  private static final long NOTHING_DELETED = Long.MIN_VALUE;

  /** The end of time: the largest number of nanoseconds that a clock can hold. */
  private static final BigDecimal CLOCK_END = BigDecimal.valueOf(Long.MAX_VALUE, 9);

  private final long windowNanos;
  private final long graceNanos;
  private final Optional<BigDecimal> futureMaxSeconds;
  private final OnMiskeyed onMiskeyed;

  private final Map<String, SumTree> trees = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(0);
  private long clockNanos = Long.MIN_VALUE;
  private long sweptAtNanos = Long.MIN_VALUE;

  /** No deleted row has an event time after this. */
  private long deletedUpToNanos;

  /**
   * Has seen no row yet.
   *
   * @param severalPartitions whether the input topic has others, so that keys matter
   * @param rowsDeleted whether the partition lost its first rows
   */
  Recomputation(Rules rules, boolean severalPartitions, boolean rowsDeleted) {
    windowNanos = rules.window().toNanos();
    graceNanos = rules.grace().toNanos();
    futureMaxSeconds = rules.futureMax().map(max -> BigDecimal.valueOf(max.toNanos(), 9));
    onMiskeyed = severalPartitions ? rules.onMiskeyed() : OnMiskeyed.ACCEPT;
    deletedUpToNanos = rowsDeleted ? Long.MAX_VALUE : NOTHING_DELETED;
  }

  /**
   * Takes the partition's next row.
   *
   * @param passed whether the group's committed offset lies after this row
   * @param due whether it must have its answer or dead letter by now
   * @param calledLate whether its dead letter says that it is late
   */
  Verdict next(Message message, boolean passed, boolean due, boolean calledLate) {
    Row row;
    try {
      row = Row.parse(message.value);
    } catch (Unusable e) {
      return new Rejected(Reason.UNREADABLE, null, String.valueOf(e.getMessage()), true);
    }
    if (rejectsMiskeyed(passed) && isMiskeyed(message, row)) {
      return new Rejected(Reason.MISKEYED, row, "its key is not its StockCode", true);
    }
    if (row.seconds().compareTo(CLOCK_END) >= 0) {
      return new Rejected(Reason.FUTURE, row, "the clock ends in April 2262", true);
    }
    if (isTooFarAhead(message, row)) {
      return new Rejected(
          Reason.FUTURE, row, "InvoiceDate is after the record timestamp + future.max", true);
    }
    long timeNanos = row.seconds().movePointRight(9).longValueExact();
    if (clockNanos != Long.MIN_VALUE && timeNanos < clockNanos - graceNanos) {
      return new Rejected(Reason.LATE, row, "the clock stands at " + clock(), true);
    }
    if (clockNanos < deletedUpToNanos) {
      if (calledLate) {
        return new Rejected(Reason.LATE, row, "the clock after the deleted rows is unknown", false);
      }
      if (due) {
        deletedUpToNanos = Math.min(deletedUpToNanos, saturatedSum(timeNanos, graceNanos));
      }
    }
    return new Answered(row, accept(row, timeNanos));
  }

  /** A job that stops at miskeyed rows has passed one only while it was told to accept them. */
  private boolean rejectsMiskeyed(boolean passed) {
    return onMiskeyed == OnMiskeyed.DEAD_LETTER || (onMiskeyed == OnMiskeyed.FAIL && !passed);
  }

  private static boolean isMiskeyed(Message message, Row row) {
    return !Arrays.equals(message.key, row.code().getBytes(StandardCharsets.UTF_8));
  }

  private boolean isTooFarAhead(Message message, Row row) {
    BigDecimal stamp = BigDecimal.valueOf(message.timestampMillis, 3);
    return futureMaxSeconds.filter(max -> row.seconds().compareTo(stamp.add(max)) > 0).isPresent();
  }

  private @Nullable BigDecimal accept(Row row, long timeNanos) {
    clockNanos = Math.max(clockNanos, timeNanos);
    SumTree tree = trees.computeIfAbsent(row.code(), code -> new SumTree(random));
    tree.add(timeNanos, row.amount());
    BigDecimal sum = tree.sum(timeNanos - windowNanos, timeNanos);
    sweep();
    return timeNanos - windowNanos <= deletedUpToNanos ? null : sum;
  }

  /**
   * Drops what no later row can reach. Only once per quarter of the reach, so that each row is
   * looked at a handful of times in its life.
   */
  private void sweep() {
    long reachNanos = windowNanos + graceNanos;
    if (sweptAtNanos != Long.MIN_VALUE && clockNanos - sweptAtNanos <= reachNanos / 4) {
      return;
    }
    sweptAtNanos = clockNanos;
    long horizonNanos = clockNanos - reachNanos;
    trees.values().removeIf(tree -> emptyBelow(tree, horizonNanos));
  }

  private static boolean emptyBelow(SumTree tree, long horizonNanos) {
    tree.dropBelow(horizonNanos);
    return tree.isEmpty();
  }

  private String clock() {
    return BigDecimal.valueOf(clockNanos, 9).stripTrailingZeros().toPlainString();
  }

  private static long saturatedSum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }
}
