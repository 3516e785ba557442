package dev.tally.cli;

import dev.tally.daemon.Daemon;
import dev.tally.jobs.rollingsum.RollingSum;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** `tally rolling-sum`: runs the job until it is told to stop. */
@Command(
    name = "rolling-sum",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "For every sales row on the input topic, writes one answer: what was sold of its StockCode"
          + " in the ten minutes ending at that row. Exactly once.",
      "Instances with the same group id share the partitions."
    },
    footer =
        "The sums depend on --window, --grace, --future.max, --on.miskeyed and the number of"
            + " partitions: if one of these changes, --on.settings.change decides.")
final class RollingSumCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RollingSumCommand.class);

  // A row's answer waits for its commit, so commits follow each other closely.
  private static final int COMMIT_INTERVAL_MS = 5;

  @Mixin private RollingSumOptions rollingSum = new RollingSumOptions();

  @Mixin
  private DaemonOptions daemon = new DaemonOptions(RollingSumOptions.topics(), COMMIT_INTERVAL_MS);

  @Override
  public Integer call() {
    RollingSum job = rollingSum.job();
    Daemon.Config config = daemon.config(rollingSum.fatalReasons());
    if (job.futureMax().isEmpty()) {
      warnOfAnyEventTime(config.engine().inputTopic());
    }
    return Service.run(job, daemon, config);
  }

  private static void warnOfAnyEventTime(String inputTopic) {
    log.warn(
        "--future.max off: one row with an InvoiceDate far ahead moves the clock of its partition,"
            + " and the rows after it become late dead letters until event time has caught up."
            + " Safer: have brokers stamp new rows (message.timestamp.type=LogAppendTime on '{}')"
            + " and give --future.max a duration.",
        inputTopic);
  }
}
