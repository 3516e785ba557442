package dev.tally.engine;

import static java.util.stream.Collectors.joining;

import dev.tally.Stop;
import dev.tally.job.DeadLetterReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an engine needs to know besides its job. The constructor checks the bounds, so that a wrong
 * setting ends the program before any thread starts.
 *
 * @param groupId the consumer group, which dead letters name as their owner
 * @param inputTopic must differ from the others, as those must from each other
 * @param table that the job reads beside its input, if it reads one
 * @param outputs that the job's answers name by their index
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
    Optional<TableTopic> table,
    List<OutputTopic> outputs,
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
    outputs = List.copyOf(outputs);
    String outputTopics = outputs.stream().map(OutputTopic::name).collect(joining("', '"));
    long different =
        Stream.concat(
                Stream.of(inputTopic, deadLetterTopic), outputs.stream().map(OutputTopic::name))
            .distinct()
            .count();
    if (different < outputs.size() + 2) {
      throw Stop.usage(
          "--input.topic is '%s', --output.topic '%s' and --dead.letter.topic '%s'; accepted:"
              + " different topics.",
          inputTopic, outputTopics, deadLetterTopic);
    }
    if (table.isPresent()) {
      requireOwn(table.get(), inputTopic, writtenTopics(outputs, deadLetterTopic));
    }
  }

  /** The names of all topics that are written to. */
  public List<String> writtenTopics() {
    return writtenTopics(outputs, deadLetterTopic);
  }

  private static List<String> writtenTopics(List<OutputTopic> outputs, String deadLetterTopic) {
    return Stream.concat(outputs.stream().map(OutputTopic::name), Stream.of(deadLetterTopic))
        .toList();
  }

  private static void requireOwn(TableTopic table, String inputTopic, List<String> writtenTopics) {
    if (table.name().equals(inputTopic) || writtenTopics.contains(table.name())) {
      throw Stop.usage(
          "%s is '%s', which is also the input topic, an output topic or the dead-letter topic;"
              + " accepted: a topic of its own.",
          table.flag(), table.name());
    }
  }
}
