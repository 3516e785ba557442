package dev.tally.cli;

import dev.tally.daemon.Daemon;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.jobs.topindustries.TopIndustries;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** `tally top-industries`: the third job, in two stages. */
@Command(
    name = "top-industries",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells after every hour which three industries fluctuate most: the orders of the last 24"
          + " hours against the average of the 30 days before, exactly once.",
      "It reads customers from a table, and creates the topic OUTPUT-facts between its two stages."
    })
final class TopIndustriesCommand implements Callable<Integer> {
  // A ranking waits for the end of its hour, so an order need not be committed at once.
  private static final int COMMIT_INTERVAL_MS = 200;
  private static final Duration RESULT_INTERVAL = Duration.ofSeconds(1);

  // What is ranked is rebuilt from the facts of 31 days and --late.max; a week leaves time to mend
  // what keeps the second stage from them.
  private static final Duration FACTS_RETENTION = Duration.ofDays(31 + 30 + 7);

  private static final int MERGING_STAGES = 1;

  @Mixin private TopIndustriesOptions topIndustries = new TopIndustriesOptions();

  @Option(
      names = "--customers.topic",
      defaultValue = "customers",
      paramLabel = "TOPIC",
      description =
          "Compacted topic of the customers and their industries, which `tally load-customers`"
              + " fills. Default: ${DEFAULT-VALUE}.")
  private String customers = "";

  @Mixin
  private DaemonOptions daemon =
      new DaemonOptions(TopIndustriesOptions.topics(), COMMIT_INTERVAL_MS);

  @Override
  public Integer call() {
    TopIndustries job = topIndustries.job(daemon.missingHistoryAccepted());
    Names.requireTopic("--customers.topic", customers);
    String output = daemon.topics().output();
    String facts = output + "-facts";
    StageConfigs stages = new StageConfigs(daemon, MERGING_STAGES);
    stages.requireTopics(List.of(facts, customers));
    Daemon.Config first = stages.first(OutputTopic.stage(facts, FACTS_RETENTION));
    Daemon.Config second =
        stages.merging(
            "rank",
            facts,
            Optional.of(new TableTopic(customers, "--customers.topic", "tally load-customers")),
            List.of(OutputTopic.upserts(output)),
            RESULT_INTERVAL);
    return Service.run(
        daemon,
        first,
        List.of(
            new Service.Stage("orders", job.orders(), first),
            new Service.Stage("rank", job.rank(), second)));
  }
}
