package dev.tally.demo;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tally.Causes;
import dev.tally.Stop;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What the broker knows about the input topic and the group that reads it. */
final class Gauges implements AutoCloseable {
  private static final long ANSWER_SECONDS_MAX = 20;

  private final Admin admin;
  private final List<TopicPartition> input;
  private final String groupId;

  Gauges(String bootstrapServers, List<TopicPartition> input, String groupId) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.input = input;
    this.groupId = groupId;
  }

  /** Records in the input topic. They are sent outside transactions, so offsets have no gaps. */
  long records() throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        input.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    return answer(admin.listOffsets(latest).all()).values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  /** Records that are done with: what they gave is committed. */
  long committedRecords() throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        answer(admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata());
    return offsets.entrySet().stream()
        .filter(entry -> input.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .filter(Objects::nonNull) // a partition without a commit
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  /** The group's members by name; none while there is no group. */
  List<Flow.Member> members() throws InterruptedException {
    Collection<ConsumerGroupDescription> groups;
    try {
      groups =
          admin
              .describeConsumerGroups(List.of(groupId))
              .all()
              .get(ANSWER_SECONDS_MAX, SECONDS)
              .values();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw noAnswer(e);
    } catch (TimeoutException e) {
      throw noAnswer(e);
    }
    return groups.stream()
        .flatMap(group -> group.members().stream())
        .map(
            member ->
                new Flow.Member(
                    member.groupInstanceId().orElse(member.clientId()),
                    member.assignment().topicPartitions().stream()
                        .map(TopicPartition::partition)
                        .sorted()
                        .toList()))
        .sorted(Comparator.comparing(Flow.Member::name))
        .toList();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  private static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(ANSWER_SECONDS_MAX, SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw noAnswer(e);
    }
  }

  private static Stop noAnswer(Exception e) {
    return Stop.kafka("The Kafka broker of the demo does not answer: %s.", Causes.of(e));
  }
}
