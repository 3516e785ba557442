package dev.tally.rollingsum;

import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;

/**
 * For every sales row: what was sold of its StockCode in the window that ends at it.
 *
 * @param window length of the closed interval that an answer sums over
 * @param grace how far behind the partition's clock a row may be and still get its exact answer
 * @param futureMax how far ahead of its record timestamp a row's event time is believed
 * @param miskeyed what becomes of a row whose record key is not its StockCode, on a topic of
 *     several partitions
 */
public record RollingSum(Duration window, Duration grace, Duration futureMax, Miskeyed miskeyed)
    implements Job {
  /** What becomes of a row whose total may be split between partitions. */
  public enum Miskeyed {
    FAIL,
    DEAD_LETTER,
    ACCEPT
  }

  /** Changes whenever the same rows would give other answers. */
  private static final int SEMANTICS = 1;

  // Ten slices a window: a save rewrites a tenth of it at worst, a cold window is a dozen look-ups.
  private static final int SLICES_PER_WINDOW = 10;

  @Override
  public String name() {
    return "rolling-sum";
  }

  @Override
  public String fingerprint(int partitions) {
    return "semantics="
        + SEMANTICS
        + " window="
        + window.toMillis()
        + "ms grace="
        + grace.toMillis()
        + "ms future.max="
        + futureMax.toMillis()
        + "ms partitions="
        + partitions
        + " miskeyed="
        + (miskeyed == Miskeyed.DEAD_LETTER && partitions > 1 ? "skipped" : "counted");
  }

  @Override
  public long sliceNanos() {
    return Math.max(1, window.toNanos() / SLICES_PER_WINDOW);
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new RollingSumShard(this, saved, clockNanos, partitions, memoryBytesMax);
  }
}
