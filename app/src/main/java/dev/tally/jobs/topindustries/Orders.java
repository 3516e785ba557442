package dev.tally.jobs.topindustries;

import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Stage 1 of top-industries, on every partition of the orders. */
record Orders(TopIndustries settings) implements Job {
  @Override
  public String fingerprint(int partitions) {
    // Without their number: orders have no key, and may be spread anew.
    return "top-industries-orders=1 future.max="
        + settings.futureMax().map(max -> max.toSeconds() + "s").orElse("off");
  }

  @Override
  public long sliceNanos() {
    return TimeUnit.DAYS.toNanos(1);
  }

  @Override
  public Duration history() {
    return Duration.ZERO; // a few orders, which are read back by their offsets
  }

  @Override
  public boolean ticks() {
    return true;
  }

  @Override
  public int answerBytesMax() {
    return Math.max(Fact.BYTES_MAX, RangeRecord.BYTES);
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new OrdersShard(settings, saved);
  }
}
