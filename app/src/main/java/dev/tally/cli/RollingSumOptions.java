package dev.tally.cli;

import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import dev.tally.job.DeadLetterReason;
import dev.tally.jobs.rollingsum.RollingSum;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The flags that shape the answers of rolling-sum: the job and its audit are given the same. */
final class RollingSumOptions {
  static final String GROUP_ID = "tally-rolling-sum";

  @Option(
      names = "--window",
      defaultValue = "10m",
      paramLabel = "DURATION",
      description =
          "Length of the closed interval that an answer sums over. Default: ${DEFAULT-VALUE}.")
  private Duration window = Duration.ZERO;

  @Option(
      names = "--grace",
      defaultValue = "1m",
      paramLabel = "DURATION",
      description =
          "How far a row may lag behind the newest row of its partition and still get its exact"
              + " answer; older rows become dead letters. Default: ${DEFAULT-VALUE}.")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--future.max",
      defaultValue = "1h",
      paramLabel = "DURATION|off",
      description =
          "How far ahead of its record timestamp a row's InvoiceDate may be; off accepts any, for"
              + " topics whose record timestamps are wrong. Default: ${DEFAULT-VALUE}.")
  private DurationOrOff futureMax = new DurationOrOff(Optional.of(Duration.ZERO));

  @Option(
      names = "--on.miskeyed",
      defaultValue = "fail",
      paramLabel = "fail|dead-letter|accept",
      description =
          "What happens to a record whose key is not its StockCode, on a topic with several"
              + " partitions. Default: ${DEFAULT-VALUE}.")
  private RollingSum.Miskeyed onMiskeyed = RollingSum.Miskeyed.FAIL;

  /** The names by which Kafka knows this job's work. */
  static TopicOptions topics() {
    return new TopicOptions("data", "agg", GROUP_ID);
  }

  /**
   * The job.
   *
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  RollingSum job() {
    return new RollingSum(window, grace, futureMax.limit(), onMiskeyed);
  }

  /** Records that stop the job instead of becoming dead letters. */
  Set<DeadLetterReason> fatalReasons() {
    return onMiskeyed == RollingSum.Miskeyed.FAIL ? Set.of(DeadLetterReason.MISKEYED) : Set.of();
  }

  /**
   * The same for the audit, which has no code in common with the job.
   *
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  Rules rules() {
    return new Rules(window, grace, futureMax.limit(), OnMiskeyed.valueOf(onMiskeyed.name()));
  }
}
