package dev.tally.engine;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/** The replay of one partition, for the line that reports the progress of all of them. */
final class Replay {
  private final Task task;
  private final long beganNanos;

  Replay(Task task, long nowNanos) {
    this.task = task;
    this.beganNanos = nowNanos;
  }

  /** Whether nothing is left to report: it reached the committed offset, or the task is gone. */
  boolean ended(Map<TopicPartition, Task> tasks) {
    return task.live() || tasks.get(task.partition()) != task;
  }

  /** How far they are together, and when they will be done at the rate since the oldest began. */
  static String report(Collection<Replay> replays, long nowNanos) {
    long done = 0;
    long left = 0;
    long beganNanos = nowNanos;
    for (Replay replay : replays) {
      done += replay.task.position() - replay.task.startedAt();
      left += replay.task.answeredTo() - replay.task.position();
      beganNanos = Math.min(beganNanos, replay.beganNanos);
    }
    double seconds = (nowNanos - beganNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    double perSecond = done / Math.max(seconds, 1);
    String rest = done == 0 ? "" : String.format(", %.0f s to go", left / perSecond);
    return String.format(
        "replaying %d partitions: %,d of %,d offsets, %,.0f/s%s",
        replays.size(), done, done + left, perSecond, rest);
  }
}
