package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.KeyedState;
import dev.tally.jobs.rollingsum.RollingSum.SavedWindow;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts saved windows without loading them. {@link Windows} would hold every row and, where they
 * are too many, file and drop them, which changes what is saved.
 *
 * <p>A window ends at its newest row, so all saved rows are read twice: for the newest row of each
 * StockCode, then for the sums. Memory grows with the number of StockCodes and not of rows. If
 * there are too many StockCodes, they are counted in several passes, each for the share with
 * certain hashes.
 *
 * <p>Confined to one thread, that of {@code tally state}.
 */
final class WindowCounter {
  // Per StockCode, in addition to its bytes: a buffer, a count, and the entry in a hash map.
  private static final int CODE_BYTES = 200;
  // Ends the splitting even if all hashes are equal.
  private static final int SHARES_MAX = 1 << 16;

  private static final Comparator<SavedWindow> SMALLEST_FIRST =
      Comparator.comparingInt(SavedWindow::rows)
          .thenComparing(SavedWindow::stockCode, Comparator.reverseOrder());

  private static final class Count {
    private final Sum sum = new Sum();
    private long newestNanos = Long.MIN_VALUE;
    private int rows;
  }

  private final KeyedState saved;
  private final SliceFormat format;
  private final long windowNanos;
  private final long horizonNanos;
  private final int largestMax;

  WindowCounter(RollingSum job, KeyedState saved, long clockNanos, int largestMax) {
    this.saved = saved;
    this.format = new SliceFormat(job.sliceNanos());
    this.windowNanos = job.window().toNanos();
    this.horizonNanos = job.horizonNanos(clockNanos);
    this.largestMax = largestMax;
  }

  /**
   * Counts all saved windows.
   *
   * @param memoryBytesMax memory that one share may take
   */
  SavedWindows count(long memoryBytesMax) {
    int shares = 1;
    SavedWindows counted = count(shares, memoryBytesMax);
    while (counted == null) {
      shares *= 2;
      counted = count(shares, memoryBytesMax);
    }
    return counted;
  }

  /** Counts in this number of shares; null if one of them takes too much memory. */
  private @Nullable SavedWindows count(int shares, long memoryBytesMax) {
    PriorityQueue<SavedWindow> largest = new PriorityQueue<>(SMALLEST_FIRST);
    long codes = 0;
    long rows = 0;
    for (int share = 0; share < shares; share++) {
      Map<ByteBuffer, Count> counts = new HashMap<>();
      if (!findNewest(counts, share, shares, memoryBytesMax)) {
        return null;
      }
      addUp(counts);
      codes += counts.size();
      rows += counts.values().stream().mapToLong(count -> count.rows).sum();
      counts.forEach((code, count) -> keepIfLarge(largest, code, count));
    }
    return new SavedWindows(
        codes, rows, largest.stream().sorted(SMALLEST_FIRST.reversed()).toList());
  }

  /** Finds the newest row of each StockCode in a share; false if that takes too much memory. */
  private boolean findNewest(
      Map<ByteBuffer, Count> counts, int share, int shares, long memoryBytesMax) {
    long[] codeBytes = {0};
    return scan(
        (epoch, row) -> {
          if ((row.code().hash() & (shares - 1)) == share) {
            byte[] code = row.code().toBytes();
            Count count = counts.get(ByteBuffer.wrap(code));
            if (count == null) {
              count = new Count();
              counts.put(ByteBuffer.wrap(code), count);
              codeBytes[0] += code.length;
            }
            count.newestNanos = Math.max(count.newestNanos, epoch);
          }
        },
        () ->
            shares == SHARES_MAX
                || codeBytes[0] + (long) CODE_BYTES * counts.size() <= memoryBytesMax);
  }

  private void addUp(Map<ByteBuffer, Count> counts) {
    boolean unused =
        scan(
            (epoch, row) -> {
              Count count = counts.get(ByteBuffer.wrap(row.code().toBytes()));
              if (count != null && epoch >= count.newestNanos - windowNanos) {
                count.sum.add(row.micros(), row.wide());
                count.rows++;
              }
            },
            () -> true);
  }

  /** Visits the rows from the horizon on, and asks after each entry whether to go on. */
  private boolean scan(SliceFormat.Visitor visitor, BooleanSupplier goOn) {
    return saved.scan(
        SliceFormat.sliceStart(format.sliceOf(Math.max(0, horizonNanos))),
        SliceFormat.sliceStart(Long.MAX_VALUE),
        (key, value) -> {
          format.read(
              key,
              value,
              (epoch, row) -> {
                if (epoch >= horizonNanos) {
                  visitor.row(epoch, row);
                }
              });
          return goOn.getAsBoolean();
        });
  }

  private void keepIfLarge(PriorityQueue<SavedWindow> largest, ByteBuffer code, Count count) {
    largest.add(
        new SavedWindow(
            UTF_8.decode(code).toString(),
            count.rows,
            BigDecimal.valueOf(count.newestNanos, 9).stripTrailingZeros(),
            count.sum.exact().stripTrailingZeros()));
    if (largest.size() > largestMax) {
      largest.poll();
    }
  }
}
