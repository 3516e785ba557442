package dev.tally.jobs.uniqueusers;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Stage 2 of unique-users, on the single partition of parts. */
record Minutes(UniqueUsers settings) implements Job {
  @Override
  public String fingerprint(int partitions) {
    return "unique-users-minutes=1 " + settings.rules();
  }

  @Override
  public long sliceNanos() {
    return TimeUnit.HOURS.toNanos(1);
  }

  @Override
  public Duration history() {
    return Duration.ofSeconds(settings.keptSeconds()).plusHours(1);
  }

  @Override
  public boolean ticks() {
    return true;
  }

  @Override
  public int answerBytesMax() {
    return HourRecord.BYTES_MAX;
  }

  @Override
  public String cure(DeadLetterReason reason) {
    return "Nothing but the stage before this one may write to that topic.";
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new MinutesShard(settings, saved, clockNanos);
  }
}
