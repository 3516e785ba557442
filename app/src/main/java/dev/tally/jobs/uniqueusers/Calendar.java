package dev.tally.jobs.uniqueusers;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Stage 3 of unique-users, on the single partition of hours. */
record Calendar(UniqueUsers settings) implements Job {
  /** A leap year, the longest that hours can come late, and a week that begins in the old year. */
  static final Duration HISTORY = Duration.ofDays(400);

  @Override
  public String fingerprint(int partitions) {
    return "unique-users-calendar=1 " + settings.rules();
  }

  @Override
  public long sliceNanos() {
    return TimeUnit.DAYS.toNanos(1);
  }

  @Override
  public Duration history() {
    return HISTORY;
  }

  @Override
  public int answerBytesMax() {
    return Window.RESULT_BYTES_MAX;
  }

  @Override
  public String cure(DeadLetterReason reason) {
    return "Nothing but the stage before this one may write to that topic.";
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new CalendarShard(settings, saved, clockNanos);
  }
}
