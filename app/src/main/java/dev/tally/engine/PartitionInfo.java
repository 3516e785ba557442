package dev.tally.engine;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka says about one partition when it is assigned.
 *
 * @param partitions how many the topic has
 * @param logStart lowest offset that is retained
 * @param logEnd offset after the last record, committed or not
 * @param startFrom offset that `--start.from` means here
 * @param committed the group's committed offset: records before it are answered; null if there is
 *     none
 */
public record PartitionInfo(
    Uuid topicId,
    int partitions,
    long logStart,
    long logEnd,
    long startFrom,
    @Nullable OffsetAndMetadata committed) {}
