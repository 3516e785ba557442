package dev.tally.engine;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A worker's side of Kafka: one consumer and one transactional producer that are opened, fenced and
 * closed together, and for a job with a table its reader. Every failure comes as its remedy: {@link
 * Rewind}, {@link Reconnect} or {@link dev.tally.Stop}.
 */
public interface Session extends AutoCloseable {
  /**
   * Waits for records, whose bytes stay where the fetch has put them. Assignments change in here
   * and nowhere else.
   */
  ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout);

  /**
   * Whether more records wait than the last poll has returned, as far as this side knows: then it
   * is no use to wait before the next one.
   */
  default boolean backlog() {
    return false;
  }

  /**
   * Compares the log with what was answered: the leader epoch of the record before this offset must
   * not have ended before it. Without an epoch nothing can be said.
   *
   * @throws dev.tally.Stop if the log was truncated below it
   */
  void requireSameLog(TopicPartition partition, OffsetAndMetadata answered);

  /**
   * Reads on from here. A leader epoch in it lets the client find out that the log was rewritten.
   */
  void seek(TopicPartition partition, OffsetAndMetadata offset);

  void pause(Collection<TopicPartition> partitions);

  void resume(Collection<TopicPartition> partitions);

  /**
   * Asks the brokers about partitions. The answer leaves out those on which a transaction of a
   * former owner is still open: they have to be asked about again.
   */
  CompletableFuture<Map<TopicPartition, PartitionInfo>> lookUp(Set<TopicPartition> partitions);

  /**
   * Asks the brokers where logs end now, transactions that are still open included.
   *
   * @return fails if no broker answers
   */
  CompletableFuture<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions);

  /** The reader of the job's table; null if the job has none. */
  default @Nullable TableReader table() {
    return null;
  }

  void begin();

  void send(ProducerRecord<byte[], byte[]> record);

  /**
   * The commit point of Kafka: what was sent and these offsets become visible together. When it
   * returns they are; when it throws Reconnect they may be.
   */
  void commit(Map<TopicPartition, OffsetAndMetadata> offsets);

  void abort();

  /** Closes all clients. A group that is not left keeps the partitions for our return. */
  void close(boolean leaveGroup);

  /** As after a failure: the next session under our name takes over. */
  @Override
  default void close() {
    close(false);
  }

  /** Told inside {@link #poll} what changed. No transaction is open then. */
  interface Assignments {
    void assigned(Collection<TopicPartition> partitions);

    /** Given back in order: what was committed may still be saved. */
    void revoked(Collection<TopicPartition> partitions);

    /** Taken away while we were not heard of: others may own them already. */
    void lost(Collection<TopicPartition> partitions);
  }

  /** Opens sessions under one name per slot. */
  interface Factory {
    Session open(int slot, Assignments assignments);
  }
}
