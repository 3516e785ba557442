package dev.tally.engine.kafka;

import static java.util.Objects.requireNonNull;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import dev.tally.engine.TableInfo;
import dev.tally.engine.TableReader;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import dev.tally.kafka.PollBudget;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer without a group, which reads all partitions of a table. */
final class KafkaTable implements TableReader, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaTable.class);

  // It has no group to leave; brokers need not even be told that it reads no more.
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final String topic;
  private final PartitionLookup lookup;
  private final PollBudget budget = new PollBudget(ClientTuning.TABLE_BYTES_MAX);
  private final Consumer<byte[], byte[]> consumer;
  private @Nullable TableInfo table;
  private boolean clusterNews;

  /**
   * Opens the consumer; nothing is read yet.
   *
   * @param lookup about the table's topic
   */
  KafkaTable(String topic, ClientSettings clients, ClientTuning tuning, PartitionLookup lookup) {
    this.topic = topic;
    this.lookup = lookup;
    this.consumer =
        Connection.opened(
            clients,
            () ->
                new KafkaConsumer<>(
                    tuning.table(),
                    new ListeningDeserializer<>(
                        budget.ofKeys(new ByteArrayDeserializer()), () -> clusterNews = true),
                    budget.ofValues(new ByteArrayDeserializer())));
  }

  @Override
  public CompletableFuture<TableInfo> lookUp() {
    return lookup.table();
  }

  @Override
  public void readFrom(TableInfo found, Map<Integer, Long> offsets) {
    table = found;
    Map<TopicPartition, Long> named = new HashMap<>();
    offsets.forEach((number, offset) -> named.put(new TopicPartition(topic, number), offset));
    consumer.assign(named.keySet());
    named.forEach(consumer::seek);
  }

  @Override
  public void stop() {
    table = null;
    consumer.assign(List.of());
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    budget.begin();
    ConsumerRecords<byte[], byte[]> rows;
    try {
      rows = consumer.poll(timeout);
    } catch (LogTruncationException e) {
      throw Stop.refused(
          "the table '%s' was truncated and rewritten below what has been read: %s. Delete the"
              + " saved state, so that it is rebuilt from the input and the table.",
          topic, Causes.of(e));
    } catch (KafkaException e) {
      throw Remedy.of("read the table " + topic, e, Remedy.Otherwise.RECONNECT);
    } catch (IllegalStateException e) {
      throw new Reconnect("could not read the table " + topic + ": " + e.getMessage(), e);
    }
    if (clusterNews) {
      clusterNews = false;
      requireSameTable(requireNonNull(table));
    }
    return rows;
  }

  /** Without this the consumer would go on at the same offsets in a topic created anew. */
  private void requireSameTable(TableInfo read) {
    TopicDescription found;
    try {
      found = lookup.describeTopic().join();
    } catch (CompletionException e) {
      throw Remedy.of(
          "describe topic " + topic, PartitionLookup.unwrapped(e), Remedy.Otherwise.RECONNECT);
    }
    if (!found.topicId().equals(read.topicId())) {
      throw new Rewind(
          "the table '" + topic + "' was created anew",
          new UnknownTopicIdException(read.topicId().toString()));
    }
    if (found.partitions().size() != read.partitions()) {
      throw Stop.refused(
          "the table '%s' had %d partitions and now has %d: the newest row of a key may be in"
              + " either of two. Create it anew and load it again.",
          topic, read.partitions(), found.partitions().size());
    }
  }

  @Override
  public void close() {
    try {
      consumer.close(CloseOptions.timeout(CLOSE_MAX));
    } catch (KafkaException e) {
      log.warn("the reader of table {} was not closed in order: {}", topic, Causes.of(e));
    }
  }
}
