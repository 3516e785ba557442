package dev.tally.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Tells shards that their partition is silent: read to its end, with nothing new for a second or
 * more. A timeout alone would not do. Brokers that are away, or a backlog that other partitions
 * hold up, look like silence too, so the brokers are asked where the log ends.
 */
final class Silence {
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Session session;
  private final LongSupplier nanos;
  // Not by partition: one that was elsewhere meanwhile comes back as another task, and what it was
  // told there was not heard here.
  private final Map<Task, Long> heardNanos = new HashMap<>();
  private @Nullable CompletableFuture<Map<TopicPartition, Long>> asked;
  private long askedNanos;
  private long dueNanos;

  Silence(Session session, LongSupplier nanos) {
    this.session = session;
    this.nanos = nanos;
    this.dueNanos = nanos.getAsLong() + TICK_NANOS;
  }

  /** A record of this task's partition was computed. */
  void heard(Task task) {
    heardNanos.put(task, nanos.getAsLong());
  }

  /**
   * Tells the shards of what the brokers have answered, and asks them again when it is time.
   *
   * @param tasks all that have begun
   */
  void tell(Collection<Task> tasks, Outlet outlet) {
    CompletableFuture<Map<TopicPartition, Long>> answer = asked;
    if (answer != null && answer.isDone()) {
      asked = null;
      if (!answer.isCompletedExceptionally()) {
        Map<TopicPartition, Long> ends = answer.join();
        tasks.forEach(task -> tell(task, ends, outlet));
      }
    }
    long now = nanos.getAsLong();
    if (asked == null && now - dueNanos >= 0) {
      dueNanos = now + TICK_NANOS;
      Set<TopicPartition> silent = silent(tasks, now);
      if (!silent.isEmpty()) {
        askedNanos = now;
        asked = session.ends(silent);
      }
    }
  }

  /** Partitions that are live and have had no record for a second. */
  private Set<TopicPartition> silent(Collection<Task> tasks, long now) {
    Set<Task> live = tasks.stream().filter(Task::live).collect(Collectors.toSet());
    heardNanos.keySet().retainAll(live);
    Set<TopicPartition> silent = new HashSet<>();
    for (Task task : live) {
      Long heard = heardNanos.putIfAbsent(task, now);
      if (heard != null && now - heard >= TICK_NANOS) {
        silent.add(task.partition());
      }
    }
    return silent;
  }

  /** The silence lasted at least until the brokers were asked, and all there was has been read. */
  private void tell(Task task, Map<TopicPartition, Long> ends, Outlet outlet) {
    Long end = ends.get(task.partition());
    Long heard = heardNanos.get(task);
    if (end == null || heard == null || !task.live() || task.position() != end) {
      return;
    }
    long silentNanos = askedNanos - heard;
    if (silentNanos > 0) {
      task.tick(
          TimeUnit.NANOSECONDS.toMillis(silentNanos),
          outlet.withoutRecord(task.partition().partition()),
          outlet::sent);
    }
  }
}
