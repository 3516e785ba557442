package dev.tally.cli;

import dev.tally.jobs.topindustries.TopIndustries;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags that shape the rankings of top-industries. */
final class TopIndustriesOptions {
  static final String GROUP_ID = "tally-top-industries";

  @Option(
      names = "--rank.by",
      defaultValue = "absolute",
      paramLabel = "absolute|relative",
      description =
          "What the three are chosen by: the largest difference between the last 24 hours and the"
              + " average, or the largest in proportion to the average. Default: ${DEFAULT-VALUE}.")
  private RankBy rankBy = RankBy.ABSOLUTE;

  @Option(
      names = "--split",
      description =
          "Divide the orders of a customer with several industries evenly among them; without it"
              + " they count in full for each.")
  private boolean split;

  @Option(
      names = "--grace",
      defaultValue = "5s",
      paramLabel = "DURATION",
      description =
          "How long after its end an hour waits for orders that are on their way, in whole seconds"
              + " up to 1h. Default: ${DEFAULT-VALUE}.")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--late.max",
      defaultValue = "2d",
      paramLabel = "DURATION",
      description =
          "How long beyond the 31 days that are ranked orders are known, in whole seconds up to"
              + " 30d. An order that is later than all with its order_id by more than this is"
              + " another one and counts. Default: ${DEFAULT-VALUE}.")
  private Duration lateMax = Duration.ZERO;

  @Option(
      names = "--future.max",
      defaultValue = "1h",
      paramLabel = "DURATION|off",
      description =
          "How far an order's timestamp may be ahead of its record timestamp, in whole seconds up"
              + " to 1d; beyond that, the order is a dead letter. Default: ${DEFAULT-VALUE}.")
  private DurationOrOff futureMax = new DurationOrOff(Optional.of(Duration.ZERO));

  /** The names by which Kafka knows this job's work. */
  static TopicOptions topics() {
    return new TopicOptions("orders", "fluctuations", GROUP_ID);
  }

  /**
   * The job.
   *
   * @param holesAccepted whether missing ranges of orders are accepted
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  TopIndustries job(boolean holesAccepted) {
    return new TopIndustries(grace, lateMax, futureMax.limit(), rankBy, split, holesAccepted);
  }
}
