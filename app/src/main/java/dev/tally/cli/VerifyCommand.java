package dev.tally.cli;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Report;
import dev.tally.audit.StartFrom;
import dev.tally.audit.rollingsum.Audit;
import dev.tally.audit.rollingsum.Rules;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `tally verify`: recomputes a job's answers and reports those that differ. */
@Command(
    name = "verify",
    aliases = "verify rolling-sum",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Recomputes every answer of rolling-sum independently and compares it with the one in Kafka.",
      "Give it the flags or the --config file that the job runs with.",
      "'tally verify unique-users' does the same for that job."
    })
final class VerifyCommand implements Callable<Integer> {
  static final int EXIT_AGREES = 0;
  static final int EXIT_DISAGREES = 1;

  @Mixin private RollingSumOptions rollingSum = new RollingSumOptions();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Mixin private TopicOptions topics = RollingSumOptions.topics();

  @Option(
      names = "--start.from",
      defaultValue = "earliest",
      paramLabel = "earliest|TIME|OFFSETS",
      description =
          "Where the job began to answer: earliest, a time such as 2026-01-31T12:00:00Z, or"
              + " offsets such as 0:1200,1:1180. Earlier rows have no answer, but count."
              + " Default: ${DEFAULT-VALUE}.")
  private String startFrom = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    AuditSettings settings = topics.audit(kafka, StartFrom.parse(startFrom));
    Rules rules = rollingSum.rules();
    Report report =
        ProgressBar.during(
            spec.commandLine().getErr(), progress -> Audit.run(settings, rules, progress));
    System.out.println(report);
    return report.agrees() ? EXIT_AGREES : EXIT_DISAGREES;
  }
}
