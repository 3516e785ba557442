package dev.tally.generate;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import dev.tally.kafka.NewTopics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic that the records go to. */
final class Topic {
  private static final Logger LOG = LoggerFactory.getLogger(Topic.class);

  /** Long enough for a broker that is just starting, short enough for a user who waits. */
  private static final int ANSWER_WITHIN_MILLIS = 15_000;

  private Topic() {}

  /**
   * Creates the topic unless it exists.
   *
   * @throws Stop if no broker answers or one refuses
   */
  static void ensure(ClientSettings settings, String topic, int partitions) {
    Map<String, Object> defaults =
        Map.of(
            "client.id", "tally-generate",
            "default.api.timeout.ms", ANSWER_WITHIN_MILLIS,
            "request.timeout.ms", ANSWER_WITHIN_MILLIS);
    Map<String, Object> ofAdmin = settings.admin(defaults, Map.of());
    try (Admin admin = Connection.opened(settings, () -> Admin.create(ofAdmin))) {
      if (!exists(admin, topic)) {
        create(admin, topic, partitions);
      }
    } catch (KafkaException e) {
      throw Connection.failed(settings, "find or create topic '" + topic + "'", e);
    }
  }

  private static boolean exists(Admin admin, String topic) {
    try {
      return get(() -> admin.describeTopics(List.of(topic)).allTopicNames().get())
          .containsKey(topic);
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    }
  }

  private static void create(Admin admin, String topic, int partitions) {
    if (get(() -> NewTopics.create(admin, NewTopics.kept(topic, partitions)))) {
      LOG.info("Created topic {} with {} partitions.", topic, partitions);
    } else {
      LOG.info("Topic {} was created by another program in the meantime.", topic);
    }
  }

  /** A question to the brokers. */
  private interface Question<T> {
    T answer() throws ExecutionException, InterruptedException;
  }

  private static <T> T get(Question<T> question) {
    try {
      return question.answer();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
