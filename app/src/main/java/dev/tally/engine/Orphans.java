package dev.tally.engine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds partitions that a stable group has given to nobody. A cooperative rebalance has two rounds:
 * in the first, members give partitions up; then they join once more, and others are given them. A
 * member with a name of its own that dies in between comes back to what it had kept, without a
 * rebalance, and does not know that it owes the group the second round.
 */
final class Orphans {
  // Members that live have asked for the second round long before: they hear of the first with a
  // heartbeat, and give up in the poll that tells them.
  private static final long SETTLED_NANOS = Duration.ofSeconds(3).toNanos();

  private final Admin admin;
  private final String groupId;
  private final String topic;
  private final int partitions;
  private boolean due;
  private long dueNanos;
  private @Nullable CompletableFuture<ConsumerGroupDescription> asked;

  /**
   * Looks for nothing yet.
   *
   * @param partitions of the topic
   */
  Orphans(Admin admin, String groupId, String topic, int partitions) {
    this.admin = admin;
    this.groupId = groupId;
    this.topic = topic;
    this.partitions = partitions;
  }

  /** Looks once the rebalance that has just ended for this member has ended for all. */
  void lookLater() {
    asked = null;
    due = true;
    dueNanos = System.nanoTime() + SETTLED_NANOS;
  }

  /** Whether somebody has to ask for another rebalance; looks until the group is whole. */
  boolean found() {
    if (!due || System.nanoTime() - dueNanos < 0) {
      return false;
    }
    CompletableFuture<ConsumerGroupDescription> description = asked;
    if (description == null) {
      asked = describe();
      return false;
    }
    if (!description.isDone()) {
      return false;
    }
    // Brokers that do not answer now are asked again; whatever else fails then says why.
    boolean stable =
        !description.isCompletedExceptionally()
            && description.join().groupState() == GroupState.STABLE;
    boolean found = stable && given(description.join()).size() < partitions;
    if (stable && !found) {
      due = false;
    } else {
      lookLater();
    }
    return found;
  }

  private CompletableFuture<ConsumerGroupDescription> describe() {
    return requireNonNull(
            admin.describeConsumerGroups(List.of(groupId)).describedGroups().get(groupId))
        .toCompletionStage()
        .toCompletableFuture();
  }

  private Set<TopicPartition> given(ConsumerGroupDescription group) {
    return group.members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .filter(partition -> partition.topic().equals(topic))
        .collect(Collectors.toSet());
  }
}
