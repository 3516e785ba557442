package dev.tally.cli;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.StartFrom;
import dev.tally.audit.uniqueusers.Audit;
import dev.tally.audit.uniqueusers.Rules;
import dev.tally.audit.uniqueusers.WindowsReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * `tally verify unique-users`: counts all windows again and reports the results that differ. Its
 * flags are not those of `tally verify`, and so it is a command, with a name of two words.
 */
@Command(
    name = "verify unique-users",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Counts every window of unique-users again from the frames and compares it with its result.",
      "Give it the flags or the --config file that the job runs with. The job may be running: what"
          + " changes meanwhile is compared within bounds."
    })
final class VerifyUniqueUsersCommand implements Callable<Integer> {
  @Mixin private UniqueUsersOptions uniqueUsers = new UniqueUsersOptions();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Mixin private TopicOptions topics = UniqueUsersOptions.topics();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    AuditSettings settings = topics.audit(kafka, new StartFrom.Earliest());
    Rules rules = uniqueUsers.rules();
    WindowsReport report =
        ProgressBar.during(
            spec.commandLine().getErr(), progress -> Audit.run(settings, rules, progress));
    System.out.println(report);
    return report.agrees() ? VerifyCommand.EXIT_AGREES : VerifyCommand.EXIT_DISAGREES;
  }
}
