package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.demo.Demo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** `tally demo`: a broker, a producer and instances on this machine, then the proof. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts a Kafka broker, feeds it real sales rows or frames, runs several instances of a"
            + " job, shows its results, and finally verifies every one. Leaves nothing behind.")
final class DemoCommand implements Callable<Integer> {
  private static final int INSTANCES_MAX = 16;
  // Ending means waiting for the last answers and verifying all of them.
  private static final Duration END_MAX = Duration.ofMinutes(10);

  @Option(
      names = "--job",
      defaultValue = "rolling-sum",
      paramLabel = "rolling-sum|unique-users",
      description =
          "The job to show: the totals of rolling-sum, or the users of each minute as bars."
              + " Default: ${DEFAULT-VALUE}.")
  private Demo.Job job = Demo.Job.ROLLING_SUM;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Length of the show in seconds. Default: until Ctrl-C.")
  private @Nullable Long seconds;

  @Option(
      names = "--rate",
      paramLabel = "N|max",
      description =
          "Rows or frames per second, evenly spread. Default: 2000, or 1000 with unique-users.")
  private @Nullable String rate;

  @Option(
      names = "--instances",
      defaultValue = "2",
      paramLabel = "N",
      description = "Instances of the job. Default: ${DEFAULT-VALUE}.")
  private int instances;

  @Override
  public Integer call() {
    Demo demo = new Demo(settings(), Tally.class.getName(), System.out, System.err);
    Termination.onSignal(demo::end, END_MAX);
    return demo.run();
  }

  private Demo.Settings settings() {
    if (seconds != null && (seconds < 1 || seconds > Duration.ofDays(365).toSeconds())) {
      throw Stop.usage("--seconds %d: give 1 or more, up to a year.", seconds);
    }
    if (instances < 1 || instances > INSTANCES_MAX) {
      throw Stop.usage("--instances %d: give 1 to %d.", instances, INSTANCES_MAX);
    }
    return new Demo.Settings(
        job, instances, rate(), Optional.ofNullable(seconds).map(Duration::ofSeconds));
  }

  private String rate() {
    if (rate == null) {
      return job == Demo.Job.ROLLING_SUM ? "2000" : "1000";
    }
    if (!rate.equals("max") && !rate.matches("[1-9]\\d{0,8}")) {
      throw Stop.usage("--rate %s: give a whole number of records per second, or max.", rate);
    }
    return rate;
  }
}
