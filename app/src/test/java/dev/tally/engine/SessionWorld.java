package dev.tally.engine;

import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brokers, real or simulated, with an input topic of two partitions, a table and a new group; and
 * what other clients do there.
 */
public interface SessionWorld {
  TopicPartition partition(int number);

  String outputTopic();

  void append(int partition, String value) throws Exception;

  /** Appends an aborted record and its marker: two offsets. */
  void appendAborted(int partition) throws Exception;

  /** Appends a record of an open transaction; what is returned commits it. */
  Runnable appendOpen(int partition, String value) throws Exception;

  void deleteBefore(int partition, long offset) throws Exception;

  /** Opens another producer's transaction with this offset in it; what is returned aborts it. */
  Runnable holdOffset(int partition, long offset) throws Exception;

  /** Appends a row to the table beside the input, which has two partitions. */
  void appendToTable(int partition, String key, @Nullable String value) throws Exception;

  /** Appends a row of an open transaction to the table; what is returned commits it. */
  Runnable appendOpenToTable(int partition, String key, String value) throws Exception;

  /** Deletes the table and creates another of its name. */
  void recreateTable() throws Exception;

  /** The values in the output topic that readers of committed records see. */
  List<String> visible() throws Exception;

  @Nullable OffsetAndMetadata committed(int partition) throws Exception;

  /** The group goes on without the member of this slot. */
  void removeFromGroup(int slot) throws Exception;

  /** Runs the action while no broker answers. */
  void whileSilent(Runnable action) throws Exception;
}
