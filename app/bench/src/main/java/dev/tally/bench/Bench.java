package dev.tally.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code tally bench}: tally beside the limit and its peers, on a real broker on this machine. */
@Command(
    name = "tally bench",
    description =
        "Measures tally beside a plain copy loop and its peers, in turn, on a real broker that it"
            + " starts. Prints Markdown tables of medians. Kafka Streams and Flink take part if"
            + " app/bench/streams and app/bench/flink are built.",
    subcommands = {
      ThroughputCommand.class,
      GrowthCommand.class,
      LatencyCommand.class,
      RecoveryCommand.class,
      ReplayCommand.class,
      UsersCommand.class,
      MicroCommand.class,
      PlotCommand.class
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT)
public final class Bench implements Callable<Integer> {
  @Option(
      names = "--only",
      scope = ScopeType.INHERIT,
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "contestants whose whole name matches; default: all")
  private Pattern only = Pattern.compile(".*");

  @Option(
      names = "--rounds",
      scope = ScopeType.INHERIT,
      defaultValue = "3",
      description = "how often each is measured; default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--csv",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "where every single value is appended as well; what `plot` reads")
  private @Nullable Path csv;

  @Override
  public Integer call() {
    CommandLine.usage(this, System.out);
    return 2;
  }

  List<Contestant> contestants() {
    return contestants(Contestants.all());
  }

  /** Those of them that `--only` chooses. */
  List<Contestant> contestants(List<Contestant> all) {
    List<Contestant> chosen =
        all.stream().filter(contestant -> only.matcher(contestant.name()).matches()).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "--only " + only + " matches none of " + all.stream().map(Contestant::name).toList());
    }
    return chosen;
  }

  int rounds() {
    return rounds;
  }

  Point.Sink csv() {
    return new Point.Sink(csv);
  }

  /** The file of `--csv` where a command cannot do without it. */
  Path csvRequired() {
    if (csv == null) {
      throw new IllegalArgumentException("--csv FILE is missing");
    }
    return csv;
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }
}
