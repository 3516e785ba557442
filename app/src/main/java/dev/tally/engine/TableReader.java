package dev.tally.engine;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * A worker's reader of the table beside its job's input. It is a member of no group and commits
 * nothing: how far the table is read is known to the state that has its rows. Failures come as
 * their remedies, as those of a {@link Session} do.
 */
public interface TableReader {
  /** Asks the brokers where the table begins and ends now. */
  CompletableFuture<TableInfo> lookUp();

  /**
   * Reads on from here, whatever was read before.
   *
   * @param table what the last look-up has found
   * @param offsets of the next row, by partition; all partitions of the table
   */
  void readFrom(TableInfo table, Map<Integer, Long> offsets);

  /** Reads no more. */
  void stop();

  /**
   * The committed rows that have arrived, of each partition in order; if there are none, the next
   * ones. Those of a topic that was created anew are never among them.
   *
   * @param timeout how long to wait for the next ones
   * @throws Rewind if the topic is not the one that was looked up, or has lost what was to be read
   */
  ConsumerRecords<byte[], byte[]> poll(Duration timeout);
}
