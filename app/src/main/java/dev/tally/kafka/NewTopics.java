package dev.tally.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Creates topics so that they can be written to at once. Metadata names a new partition's leader
 * before that leader takes writes. A producer that is quicker can have its first batch refused and
 * the next ones accepted, since a partition without any producer accepts every sequence number; the
 * first batch is then out of order for ever.
 */
public final class NewTopics {
  private NewTopics() {}

  /**
   * Creates a topic and waits until the leader of every partition answers.
   *
   * @return false if the topic was there already
   */
  public static boolean create(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    int partitions;
    try {
      partitions = admin.createTopics(List.of(topic)).numPartitions(topic.name()).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      ends.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
    }
    // The client asks again, up to its default.api.timeout.ms, as long as there is no leader.
    admin.listOffsets(ends).all().get();
    return true;
  }
}
