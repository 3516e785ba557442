package dev.tally.sim;

import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import dev.tally.engine.TableInfo;
import dev.tally.engine.TableReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.jspecify.annotations.Nullable;

/** A worker's reader of the simulated table, which is stricter than a real one. */
final class TableConnection implements TableReader {
  private static final int POLL_OFFSETS_MAX = 10;

  private final Cluster cluster;
  private final SimulatedTable table;
  private final Connection connection;
  private final Map<Integer, Long> places = new TreeMap<>();
  private @Nullable TableInfo read;

  TableConnection(Cluster cluster, SimulatedTable table, Connection connection) {
    this.cluster = cluster;
    this.table = table;
    this.connection = connection;
  }

  private void requireAnswer() {
    if (connection.caller().fails(Caller.Fault.RECONNECT, 3)) {
      throw new Reconnect("the table: no broker answers", new TimeoutException());
    }
  }

  @Override
  public CompletableFuture<TableInfo> lookUp() {
    connection.requireOpen(Point.LOOK_UP);
    requireAnswer();
    CompletableFuture<TableInfo> answer = new CompletableFuture<>();
    TableInfo atOnce = table.info();
    switch (cluster.random.nextInt(3)) {
      case 0 -> cluster.answerLater(() -> answer.complete(atOnce));
      case 1 -> cluster.answerLater(() -> answer.complete(table.info()));
      default -> answer.complete(atOnce);
    }
    return answer;
  }

  @Override
  public void readFrom(TableInfo found, Map<Integer, Long> offsets) {
    connection.requireOpen(Point.SEEK);
    if (offsets.size() != found.partitions()) {
      throw Violation.of("of %d partitions only %s are read", found.partitions(), offsets);
    }
    read = found;
    places.clear();
    places.putAll(offsets);
  }

  @Override
  public void stop() {
    read = null;
    places.clear();
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    connection.requireOpen(Point.TABLE);
    TableInfo known = read;
    if (known == null) {
      throw Violation.of("the table is polled before anything was sought");
    }
    if (connection.inTransaction()) {
      throw Violation.of("a transaction is open while rows are given");
    }
    requireAnswer();
    if (!table.topicId().equals(known.topicId())) {
      throw new Rewind("created anew", new UnknownTopicIdException(known.topicId().toString()));
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> rows = new LinkedHashMap<>();
    Map<TopicPartition, OffsetAndMetadata> next = new LinkedHashMap<>();
    for (int partition = 0; partition < table.logs.size(); partition++) {
      if (cluster.random.nextInt(10) < 8) {
        fetch(new TopicPartition(table.topic, partition), rows, next);
      }
    }
    cluster.nowNanos += rows.isEmpty() ? timeout.toNanos() : 1_000;
    connection.caller().reaches(Point.TABLE_POLLED);
    return new ConsumerRecords<>(rows, next);
  }

  private void fetch(
      TopicPartition named,
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> rows,
      Map<TopicPartition, OffsetAndMetadata> next) {
    Log log = table.logs.get(named.partition());
    long from = places.getOrDefault(named.partition(), 0L);
    if (from < log.start() || from > log.end()) {
      throw new Rewind("out of range", new OffsetOutOfRangeException(Map.of(named, from)));
    }
    long to = Math.min(log.stableEnd(), from + 1 + cluster.random.nextInt(POLL_OFFSETS_MAX));
    List<ConsumerRecord<byte[], byte[]>> fetched = new ArrayList<>();
    for (long offset = from; offset < to; offset++) {
      Row row = log.row(offset);
      if (row != null) {
        fetched.add(
            new ConsumerRecord<>(named.topic(), named.partition(), offset, row.key(), row.value()));
      }
    }
    if (!fetched.isEmpty()) {
      rows.put(named, fetched);
    }
    if (to > from) {
      places.put(named.partition(), to);
      next.put(named, new OffsetAndMetadata(to));
    }
  }
}
