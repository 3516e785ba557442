package dev.tally.engine.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** When a member looks for partitions without an owner, and when it asks for a rebalance. */
final class UnownedPartitionsTest {
  private static final String TOPIC = "data";
  private static final int PARTITIONS = 3;

  private long nowNanos = Long.MAX_VALUE - 1; // what nanoTime gives may overflow
  private int questions;
  private CompletableFuture<ConsumerGroupDescription> answer = new CompletableFuture<>();
  private final UnownedPartitions unowned =
      new UnownedPartitions(
          () -> {
            questions++;
            return answer;
          },
          () -> nowNanos,
          TOPIC,
          PARTITIONS);

  private void settle() {
    nowNanos += UnownedPartitions.STABLE_AFTER.toNanos();
  }

  private void answerWith(GroupState state, int... partitions) {
    Set<TopicPartition> given =
        IntStream.of(partitions)
            .mapToObj(number -> new TopicPartition(TOPIC, number))
            .collect(Collectors.toSet());
    MemberDescription member =
        new MemberDescription(
            "id",
            Optional.of("name"),
            Optional.empty(),
            "client",
            "host",
            new MemberAssignment(given),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    answer.complete(
        new ConsumerGroupDescription(
            "group",
            false,
            List.of(member),
            "cooperative-sticky",
            GroupType.CLASSIC,
            state,
            Node.noNode(),
            Set.of(),
            Optional.empty(),
            Optional.empty()));
  }

  /** What the next answer leads to. */
  private boolean foundNext() {
    settle();
    assertFalse(unowned.found());
    return unowned.found();
  }

  @Test
  void nothingIsAskedUntilARebalanceIsOver() {
    settle();
    assertFalse(unowned.found());
    unowned.lookLater();
    assertFalse(unowned.found());
    assertEquals(0, questions);
    settle();
    assertFalse(unowned.found());
    assertFalse(unowned.found()); // no answer yet
    assertEquals(1, questions);
  }

  @Test
  void aGroupThatOwnsAllPartitionsIsAskedOnce() {
    unowned.lookLater();
    answerWith(GroupState.STABLE, 0, 1, 2);
    assertFalse(foundNext());
    assertFalse(foundNext());
    assertEquals(1, questions);
  }

  @Test
  void anUnownedPartitionIsReportedUntilItHasAnOwner() {
    unowned.lookLater();
    answerWith(GroupState.STABLE, 0, 2);
    assertTrue(foundNext());
    assertFalse(unowned.found()); // not before that rebalance is over
    assertTrue(foundNext());
    answer = new CompletableFuture<>();
    answerWith(GroupState.STABLE, 0, 1, 2);
    assertFalse(foundNext());
    assertFalse(foundNext());
    assertEquals(3, questions);
  }

  @Test
  void aGroupThatRebalancesIsAskedAgain() {
    unowned.lookLater();
    answerWith(GroupState.PREPARING_REBALANCE, 0);
    assertFalse(foundNext());
    answer = new CompletableFuture<>();
    answerWith(GroupState.STABLE, 0);
    assertTrue(foundNext());
  }

  @Test
  void brokersThatDoNotAnswerAreAskedAgain() {
    unowned.lookLater();
    answer.completeExceptionally(new TimeoutException("no broker"));
    assertFalse(foundNext());
    answer = new CompletableFuture<>();
    answerWith(GroupState.STABLE, 0);
    assertTrue(foundNext());
  }

  @Test
  void anAnswerFromBeforeARebalanceDoesNotCount() {
    unowned.lookLater();
    settle();
    assertFalse(unowned.found());
    answerWith(GroupState.STABLE, 0);
    unowned.lookLater();
    assertFalse(unowned.found());
    answer = new CompletableFuture<>();
    answerWith(GroupState.STABLE, 0, 1, 2);
    assertFalse(foundNext());
  }
}
