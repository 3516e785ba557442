package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.daemon.Daemon;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.job.DeadLetterReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the stages of one job run with: the first on every partition of the input, with the workers
 * that the user asked for, and behind it merging ones, which read one partition each.
 */
final class StageConfigs {
  // A merging worker reads a thousandth of the bytes that one of the first stage does. The larger
  // the polls of that one, the fewer the transactions, which is what a backlog waits for.
  private static final double MERGING_POLLS = 0.25;

  private final DaemonOptions daemon;
  private final int workers;
  private final double firstPollPart;

  /** For a job with this many merging stages. */
  StageConfigs(DaemonOptions daemon, int merging) {
    this.daemon = daemon;
    this.workers = daemon.threads() + merging;
    this.firstPollPart = 1 / (daemon.threads() + merging * MERGING_POLLS);
  }

  /**
   * Checks the names of all topics, as each stage looks at its own only.
   *
   * @param others that are neither input, output nor dead-letter topic
   * @throws Stop if two are the same, or Kafka can have no topic of such a name
   */
  void requireTopics(List<String> others) {
    TopicOptions topics = daemon.topics();
    topics.requireUsable();
    others.forEach(name -> Names.requireTopic("--output.topic", name));
    Set<String> different = new HashSet<>(others);
    different.addAll(List.of(topics.input(), topics.output(), topics.deadLetters()));
    if (different.size() < others.size() + 3) {
      throw Stop.usage(
          "--input.topic is '%s', --output.topic '%s' and --dead.letter.topic '%s', and the job"
              + " also needs '%s'; accepted: different topics.",
          topics.input(), topics.output(), topics.deadLetters(), String.join("', '", others));
    }
  }

  /** The first stage. */
  Daemon.Config first(OutputTopic output) {
    TopicOptions topics = daemon.topics();
    return daemon.config(
        Set.of(),
        new DaemonOptions.Stage(
            topics.groupId(),
            topics.input(),
            Optional.empty(),
            List.of(output),
            daemon.threads(),
            workers,
            firstPollPart,
            true),
        Duration.ZERO);
  }

  /**
   * A merging stage. What it cannot read, no one but tally can have written.
   *
   * @param name what its group's name ends with
   * @param commitIntervalMin below which it does not commit, whatever the flag says
   */
  Daemon.Config merging(
      String name,
      String input,
      Optional<TableTopic> table,
      List<OutputTopic> outputs,
      Duration commitIntervalMin) {
    return daemon.config(
        Set.of(DeadLetterReason.UNREADABLE),
        new DaemonOptions.Stage(
            daemon.topics().groupId() + "-" + name,
            input,
            table,
            outputs,
            1,
            workers,
            firstPollPart * MERGING_POLLS,
            false),
        commitIntervalMin);
  }
}
