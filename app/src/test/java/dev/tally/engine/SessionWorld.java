package dev.tally.engine;

import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brokers, real or not, with an input topic of two partitions and a group that is new to them; and
 * what others do there beside the sessions.
 */
public interface SessionWorld {
  TopicPartition partition(int number);

  String outputTopic();

  void append(int partition, String value) throws Exception;

  /** A record that was aborted and the marker that says so: two offsets. */
  void appendAborted(int partition) throws Exception;

  /** A record of a transaction that is open until what is returned is run, which commits it. */
  Runnable appendOpen(int partition, String value) throws Exception;

  void deleteBefore(int partition, long offset) throws Exception;

  /** Somebody else's open transaction has this offset; what is returned aborts it. */
  Runnable holdOffset(int partition, long offset) throws Exception;

  /** Values of the output that readers of committed records see. */
  List<String> visible() throws Exception;

  @Nullable OffsetAndMetadata committed(int partition) throws Exception;

  /** The group goes on without the member of this slot. */
  void removeFromGroup(int slot) throws Exception;

  /** No broker answers for so long. */
  void whileSilent(Runnable action) throws Exception;
}
