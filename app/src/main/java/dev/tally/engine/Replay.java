package dev.tally.engine;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far the replay of one partition is and when it will be done. */
final class Replay {
  private static final Logger log = LoggerFactory.getLogger(Replay.class);

  private final Task task;
  private final long beganNanos;

  Replay(Task task, long nowNanos) {
    this.task = task;
    this.beganNanos = nowNanos;
  }

  /** Whether there is nothing more to tell: it has reached N, or the partition has moved on. */
  boolean ended(Map<TopicPartition, Task> tasks) {
    return task.live() || tasks.get(task.partition()) != task;
  }

  void report(long nowNanos) {
    long done = task.position() - task.startedAt();
    long left = task.answeredTo() - task.position();
    double seconds = (nowNanos - beganNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    if (done > 0 && seconds > 1) {
      double perSecond = done / seconds;
      log.info(
          "{}",
          String.format(
              "%s: replayed %,d of %,d offsets, %,.0f/s, %.0f s to go",
              task.partition(), done, done + left, perSecond, left / perSecond));
    }
  }
}
