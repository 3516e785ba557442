package dev.tally.engine.kafka;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds partitions that no member of a stable group owns. A cooperative rebalance has two rounds:
 * in the first, members give partitions up; then they join again, and other members get them. A
 * static member that dies in between comes back to what it had kept, without a rebalance, and does
 * not know that it owes the group the second round.
 */
final class UnownedPartitions {
  // By then a member that polls has asked for the second round. One in a long transaction still
  // owes it: asking too early costs the group at most one round.
  static final Duration STABLE_AFTER = Duration.ofSeconds(3);

  private final Supplier<CompletableFuture<ConsumerGroupDescription>> group;
  private final LongSupplier nanos;
  private final String topic;
  private final int partitions;
  private boolean due;
  private long dueNanos;
  private @Nullable CompletableFuture<ConsumerGroupDescription> asked;

  /**
   * Looks at nothing yet.
   *
   * @param group asks the brokers for the members and what each owns
   * @param partitions of the topic
   */
  UnownedPartitions(
      Supplier<CompletableFuture<ConsumerGroupDescription>> group,
      LongSupplier nanos,
      String topic,
      int partitions) {
    this.group = group;
    this.nanos = nanos;
    this.topic = topic;
    this.partitions = partitions;
  }

  /** Looks once the rebalance, which has just ended for this member, has ended for all. */
  void lookLater() {
    asked = null;
    due = true;
    dueNanos = nanos.getAsLong() + STABLE_AFTER.toNanos();
  }

  /** Whether another rebalance has to be asked for; looks until every partition has an owner. */
  boolean found() {
    if (!due || nanos.getAsLong() - dueNanos < 0) {
      return false;
    }
    CompletableFuture<ConsumerGroupDescription> description = asked;
    if (description == null) {
      asked = group.get();
      return false;
    }
    if (!description.isDone()) {
      return false;
    }
    // Brokers that do not answer are asked again; if they are away, other calls report it.
    boolean stable =
        !description.isCompletedExceptionally()
            && description.join().groupState() == GroupState.STABLE;
    boolean found = stable && owned(description.join()).size() < partitions;
    if (stable && !found) {
      due = false;
    } else {
      lookLater();
    }
    return found;
  }

  private Set<TopicPartition> owned(ConsumerGroupDescription members) {
    return members.members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .filter(partition -> partition.topic().equals(topic))
        .collect(Collectors.toSet());
  }
}
