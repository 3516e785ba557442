package dev.tally.jobs.uniqueusers;

import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Stage 1 of unique-users, on every partition of the frames. */
record Parts(UniqueUsers settings) implements Job {
  @Override
  public String fingerprint(int partitions) {
    // Without their number: frames have no key, and may be spread anew.
    return "unique-users-parts=1 " + settings.rules();
  }

  @Override
  public long sliceNanos() {
    return TimeUnit.DAYS.toNanos(1);
  }

  @Override
  public Duration history() {
    return Duration.ZERO; // a few frames, which are read back by their offsets
  }

  @Override
  public boolean ticks() {
    return true;
  }

  @Override
  public int answerBytesMax() {
    return Part.BYTES_MAX;
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new PartsShard(settings, saved);
  }
}
