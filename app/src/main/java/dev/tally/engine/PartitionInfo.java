package dev.tally.engine;

import java.util.OptionalInt;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka says about one partition when it is assigned.
 *
 * @param partitions how many the topic has
 * @param logStart lowest offset that is retained
 * @param logEnd offset behind the last record, committed or not
 * @param startFrom offset that `--start.from` means here
 * @param committed null if the group has none
 */
public record PartitionInfo(
    Uuid topicId,
    int partitions,
    long logStart,
    long logEnd,
    long startFrom,
    @Nullable Committed committed) {

  /** A committed offset N: records before it are answered. */
  public record Committed(long offset, OptionalInt leaderEpoch, String metadata) {}
}
