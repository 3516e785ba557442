package dev.tally.cli;

import static java.util.Objects.requireNonNull;

import dev.tally.Nearest;
import dev.tally.Stop;
import dev.tally.cli.DaemonOptions.OnBadRecord;
import dev.tally.cli.DaemonOptions.OnMissingHistory;
import dev.tally.cli.DaemonOptions.OnSettingsChange;
import dev.tally.demo.Demo;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.generate.sales.Missing;
import dev.tally.jobs.rollingsum.RollingSum.Miskeyed;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the program starts. Every failure ends as one line on stderr and one exit code. */
@Command(
    name = "tally",
    description = "Exact rolling totals over a Kafka topic, exactly once.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Tally.Version.class,
    subcommands = {
      RollingSumCommand.class,
      UniqueUsersCommand.class,
      TopIndustriesCommand.class,
      GenerateCommand.class,
      LoadOrdersCommand.class,
      LoadCustomersCommand.class,
      VerifyCommand.class,
      VerifyUniqueUsersCommand.class,
      StateCommand.class,
      DemoCommand.class
    })
public final class Tally {
  private static final Logger log = LoggerFactory.getLogger(Tally.class);

  private static final int EXIT_USAGE = Stop.Reason.USAGE.exitCode();
  static final int EXIT_BUG = 70; // EX_SOFTWARE of sysexits.h
  static final int EXIT_PIPE_CLOSED = 128 + 13; // as of a program that SIGPIPE ended

  // Of stat(2): the bits of a file's type, and the type of a pipe.
  private static final int S_IFMT = 0xF000;
  private static final int S_IFIFO = 0x1000;

  private static final String BUG =
      "this should not happen; please report it with the lines below.";

  /** The types of all flags that accept one of a few words. */
  private static final List<Class<? extends Enum<?>>> CHOICES =
      List.of(
          Demo.Job.class,
          FramesOptions.Decoys.class,
          GenerateCommand.Key.class,
          GroupProtocol.class,
          Missing.class,
          Miskeyed.class,
          OnBadRecord.class,
          OnMissingHistory.class,
          OnSettingsChange.class,
          RankBy.class);

  private Tally() {}

  public static void main(String[] args) {
    System.exit(run(args, Tally::standardOutputIsPipe));
  }

  /** Runs one command line to its end and returns the process's exit code. */
  public static int run(String[] args) {
    return run(args, () -> false);
  }

  /**
   * Runs one command line to its end.
   *
   * @param pipe whether standard output is a pipe, which only fails once its reader has closed it
   */
  static int run(String[] args, BooleanSupplier pipe) {
    // People and programs that read our output find the digits and separators of our documents,
    // whatever the machine's language is.
    Locale.setDefault(Locale.ROOT);
    return Termination.ended(run(commandLine(), args, pipe));
  }

  private static int run(CommandLine commandLine, String[] args, BooleanSupplier pipe) {
    if (args.length == 0) {
      commandLine.usage(commandLine.getErr());
      return EXIT_USAGE;
    }
    int exitCode;
    try {
      exitCode = commandLine.execute(Arguments.expand(args, commandLine));
    } catch (Stop stop) {
      exitCode = onFailure(stop, commandLine.getErr());
    } catch (Error e) {
      // picocli lets errors through; a signal that comes now must find that the command has ended.
      exitCode = onFailure(e, commandLine.getErr());
    }
    commandLine.getOut().flush();
    return System.out.checkError() && exitCode == 0
        ? onLostOutput(commandLine.getErr(), pipe)
        : exitCode;
  }

  /** A result that was not written, or only half of it, must not count as a success. */
  private static int onLostOutput(PrintWriter err, BooleanSupplier pipe) {
    if (pipe.getAsBoolean()) {
      return EXIT_PIPE_CLOSED; // `head` had what it wanted: nothing that needs a message
    }
    Stop lost = Stop.disk("the output could not be written: standard output is closed or full.");
    return onFailure(lost, err);
  }

  private static boolean standardOutputIsPipe() {
    try {
      int mode = (Integer) Files.getAttribute(Path.of("/dev/fd/1"), "unix:mode");
      return (mode & S_IFMT) == S_IFIFO;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The parser with all commands, the types of their flags and the layout of their help. */
  static CommandLine commandLine() {
    CommandLine commandLine = withTypes(new CommandLine(new Tally()));
    commandLine
        .setOverwrittenOptionsAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setAbbreviatedOptionsAllowed(false)
        // An argument that begins with @ is a value like any other; files are named with --config.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(Tally::onWrongFlag)
        .setExecutionExceptionHandler(
            (failure, command, parsed) ->
                isService(command)
                    ? onFailureOfService(failure)
                    : onFailure(failure, command.getErr()));
    allowNoBrokers(requireNonNull(commandLine.getSubcommands().get("unique-users")));
    HelpText.layOut(commandLine);
    commandLine.getSubcommands().values().forEach(HelpText::layOut);
    return commandLine;
  }

  /** For a command that can do without brokers, and says so itself where it cannot. */
  private static void allowNoBrokers(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    OptionSpec required = requireNonNull(spec.findOption(KafkaOptions.BOOTSTRAP_SERVERS));
    spec.remove(required);
    spec.addOption(OptionSpec.builder(required).required(false).build());
  }

  /** Teaches a parser, and the commands it has so far, to read our types of flags. */
  static CommandLine withTypes(CommandLine commandLine) {
    CHOICES.forEach(choice -> register(commandLine, choice));
    return commandLine
        .registerConverter(Duration.class, new Durations())
        .registerConverter(DurationOrOff.class, DurationOrOff::parse)
        .registerConverter(UniqueUsersOptions.Early.class, UniqueUsersOptions.Early::parse)
        .registerConverter(Path.class, Tally::path)
        .registerConverter(Integer.class, Tally::wholeNumber)
        .registerConverter(Integer.TYPE, Tally::wholeNumber);
  }

  private static boolean isService(CommandLine command) {
    return command.getCommandSpec().mixins().values().stream()
        .anyMatch(mixin -> mixin.userObject() instanceof DaemonOptions);
  }

  private static Integer wholeNumber(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number up to " + Integer.MAX_VALUE);
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' cannot be a path: " + e.getReason());
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // a list of different enums has no one type
  private static void register(CommandLine commandLine, Class<? extends Enum<?>> choice) {
    commandLine.registerConverter((Class) choice, new Choice(choice));
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tally.class.getPackage().getImplementationVersion();
      return new String[] {"tally " + (version == null ? "(not packaged)" : version)};
    }
  }

  private static int onWrongFlag(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("tally: " + wrongFlag(e, command.getCommandSpec()));
    command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return EXIT_USAGE;
  }

  private static String wrongFlag(ParameterException e, CommandSpec command) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return e.getMessage() + ".";
    }
    String argument = unmatched.getUnmatched().get(0);
    if (!argument.startsWith("-") && !command.subcommands().isEmpty()) {
      String hint = Nearest.hint(argument, command.subcommands().keySet());
      return "there is no command '" + argument + "'." + hint;
    }
    String flag = argument.split("=", -1)[0];
    return e.getMessage() + "." + Nearest.hint(flag, command.optionsMap().keySet());
  }

  /** Logs the reason for an end, so that it has a time like the other lines. */
  static int onFailureOfService(Throwable thrown) {
    Throwable failure = Environment.named(thrown);
    if (failure instanceof Stop stop) {
      log.error("{}", stop.getMessage());
      return stop.reason().exitCode();
    }
    log.error(BUG, failure);
    return EXIT_BUG;
  }

  private static int onFailure(Throwable thrown, PrintWriter err) {
    Throwable failure = Environment.named(thrown);
    if (failure instanceof Stop stop) {
      err.println("tally: " + stop.getMessage());
      return stop.reason().exitCode();
    }
    err.println("tally: " + BUG);
    failure.printStackTrace(err);
    return EXIT_BUG;
  }
}
