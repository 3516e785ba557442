package dev.tally.jobs.topindustries;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Stage 2 of top-industries, on the single partition of facts. */
record Rank(TopIndustries settings) implements Job {
  @Override
  public String fingerprint(int partitions) {
    // What it ranks by shapes answers alone.
    return "top-industries-rank=1 late.max=" + settings.lateMax().toSeconds() + "s";
  }

  @Override
  public long sliceNanos() {
    return TimeUnit.HOURS.toNanos(1);
  }

  @Override
  public Duration history() {
    return Duration.ofHours(TopIndustries.RANKED_HOURS + settings.lateHours() + 1L);
  }

  @Override
  public boolean ticks() {
    return true;
  }

  @Override
  public boolean readsTable() {
    return true;
  }

  @Override
  public int answerBytesMax() {
    return Ranking.ANSWER_BYTES_MAX;
  }

  @Override
  public String cure(DeadLetterReason reason) {
    return reason == DeadLetterReason.CONFLICT
        ? "Mend what gives one order_id to different orders, or let them become dead letters with"
            + " --on.bad.record dead-letter."
        : "Nothing but the stage before this one may write to that topic.";
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new RankShard(settings, saved, clockNanos);
  }
}
