package dev.tally.engine;

import dev.tally.job.DeadLetterReason;
import java.time.Duration;
import java.util.Set;

/**
 * What an engine needs to know beside its job; validated before any thread starts.
 *
 * @param groupId the consumer group, which dead letters name as their owner
 * @param fatalReasons records that stop the job instead of becoming dead letters
 * @param startFromGiven whether the user typed `--start.from`
 * @param commitInterval least time from one transaction's begin to the next one's begin
 * @param transactionTimeout of the producer
 * @param saveInterval most time that saved state lags behind Kafka, saves in between not counted
 * @param stateMemoryBytesMax of windows, per worker
 */
public record EngineConfig(
    String groupId,
    String inputTopic,
    String outputTopic,
    String deadLetterTopic,
    Set<DeadLetterReason> fatalReasons,
    boolean startFromGiven,
    boolean rebuildOnSettingsChange,
    boolean continueOnMissingHistory,
    Duration commitInterval,
    Duration transactionTimeout,
    Duration saveInterval,
    long stateMemoryBytesMax) {}
