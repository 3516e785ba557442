package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.DeadLetterReason;
import java.time.Duration;
import java.util.Set;

/**
 * What an engine needs to know besides its job. The constructor checks the bounds, so that a wrong
 * setting ends the program before any thread starts.
 *
 * @param groupId the consumer group, which dead letters name as their owner
 * @param inputTopic must differ from the two others, as those must from each other
 * @param fatalReasons records that stop the job instead of becoming dead letters
 * @param startFromGiven whether the user typed `--start.from`
 * @param commitInterval minimum time between the starts of two transactions
 * @param transactionTimeout of the producer
 * @param saveInterval the longest time between two saves of a partition; a save can come earlier
 *     for other reasons
 * @param stateMemoryBytesMax memory for windows, per worker
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
    long stateMemoryBytesMax) {
  /** More would spare the brokers nothing; it catches typos. */
  private static final Duration COMMIT_INTERVAL_MAX = Duration.ofMinutes(1);

  /**
   * Checks the bounds of what users give.
   *
   * @throws Stop if a value is out of bounds
   */
  public EngineConfig {
    if (commitInterval.isNegative() || commitInterval.compareTo(COMMIT_INTERVAL_MAX) > 0) {
      throw Stop.usage(
          "--commit.interval.ms is %d; accepted: 0 to %d.",
          commitInterval.toMillis(), COMMIT_INTERVAL_MAX.toMillis());
    }
    if (inputTopic.equals(outputTopic)
        || inputTopic.equals(deadLetterTopic)
        || outputTopic.equals(deadLetterTopic)) {
      throw Stop.usage(
          "--input.topic is '%s', --output.topic '%s' and --dead.letter.topic '%s'; accepted: three"
              + " different topics.",
          inputTopic, outputTopic, deadLetterTopic);
    }
  }
}
