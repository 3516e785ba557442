package dev.tally.cli;

import dev.tally.audit.OnMiskeyed;
import dev.tally.cli.RollingSumCommand.OnBadRecord;
import dev.tally.cli.RollingSumCommand.OnMissingHistory;
import dev.tally.cli.RollingSumCommand.OnSettingsChange;
import dev.tally.engine.GroupProtocol;
import dev.tally.generate.Missing;
import dev.tally.generate.RowKey;
import dev.tally.job.Stop;
import dev.tally.rollingsum.RollingSum.Miskeyed;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line's root: one line on stderr and one exit code for every failure. */
@Command(
    name = "tally",
    description = "Exact rolling totals over a Kafka topic, exactly once.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = CommandLineRoot.Version.class,
    subcommands = {
      RollingSumCommand.class,
      GenerateCommand.class,
      VerifyCommand.class,
      StateCommand.class,
      DemoCommand.class
    })
public final class CommandLineRoot {
  private static final int EXIT_USAGE = Stop.Reason.USAGE.exitCode();
  static final int EXIT_BUG = 70; // EX_SOFTWARE of sysexits.h

  /** Every type of flag whose values are a few words. */
  private static final List<Class<? extends Enum<?>>> CHOICES =
      List.of(
          GroupProtocol.class,
          Missing.class,
          Miskeyed.class,
          OnBadRecord.class,
          OnMiskeyed.class,
          OnMissingHistory.class,
          OnSettingsChange.class,
          RowKey.class);

  private CommandLineRoot() {}

  /** Runs one command line to its end and returns the process's exit code. */
  public static int run(String[] args) {
    CommandLine commandLine = new CommandLine(new CommandLineRoot());
    CHOICES.forEach(choice -> register(commandLine, choice));
    commandLine
        .registerConverter(Duration.class, new Durations())
        .setOverwrittenOptionsAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(CommandLineRoot::onWrongFlag)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> onFailure(failure, command.getErr()));
    try {
      return Termination.ended(commandLine.execute(Arguments.expand(args)));
    } catch (Stop stop) {
      return Termination.ended(onFailure(stop, commandLine.getErr()));
    } catch (Error e) {
      // picocli lets these through; a signal that comes now must find the command ended.
      return Termination.ended(onFailure(e, commandLine.getErr()));
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // a list of enums has no one type for all of them
  private static void register(CommandLine commandLine, Class<? extends Enum<?>> choice) {
    commandLine.registerConverter((Class) choice, new Choice(choice));
  }

  /** What the jar's manifest says. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CommandLineRoot.class.getPackage().getImplementationVersion();
      return new String[] {"tally " + (version == null ? "(not packaged)" : version)};
    }
  }

  private static int onWrongFlag(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("tally: " + e.getMessage());
    command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return EXIT_USAGE;
  }

  private static int onFailure(Throwable thrown, PrintWriter err) {
    Throwable failure = Environment.named(thrown);
    if (failure instanceof Stop stop) {
      err.println("tally: " + stop.getMessage());
      return stop.reason().exitCode();
    }
    err.println("tally: this should not happen; please report it with the lines below.");
    failure.printStackTrace(err);
    return EXIT_BUG;
  }
}
