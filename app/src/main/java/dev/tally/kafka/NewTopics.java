package dev.tally.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates topics so that they can be written to at once. Metadata names a new partition's leader
 * before that leader takes writes. A producer that is quicker can have its first batch refused and
 * the next ones accepted, since a partition without any producer accepts every sequence number; the
 * first batch is then out of order for ever.
 */
public final class NewTopics {
  private static final long READY_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long ASK_AGAIN_MILLIS = 20;

  private NewTopics() {}

  /**
   * Creates a topic and waits until the leader of every partition answers.
   *
   * @return false if the topic was there already
   */
  public static boolean create(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
    for (long untilNanos = System.nanoTime() + READY_WITHIN_NANOS; ; ) {
      try {
        askLeaders(admin, topic.name());
        return true;
      } catch (ExecutionException e) {
        // The topic, or the leader of a partition, is not known to the broker that was asked.
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > untilNanos) {
          throw e;
        }
        Thread.sleep(ASK_AGAIN_MILLIS);
      }
    }
  }

  private static void askLeaders(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    TopicDescription description =
        admin.describeTopics(Set.of(topic)).topicNameValues().values().iterator().next().get();
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicPartitionInfo partition : description.partitions()) {
      ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
    }
    admin.listOffsets(ends).all().get();
  }
}
