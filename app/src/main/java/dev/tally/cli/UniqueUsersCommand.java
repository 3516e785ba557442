package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.daemon.Daemon;
import dev.tally.engine.OutputTopic;
import dev.tally.job.Job;
import dev.tally.jobs.uniqueusers.UniqueUsers;
import dev.tally.load.InputFile;
import dev.tally.local.LocalRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** `tally unique-users`: the second job, in three stages. */
@Command(
    name = "unique-users",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts the distinct users of each minute, hour, day, week, month and year, exactly once.",
      "It creates the topics OUTPUT-parts and OUTPUT-hours between its three stages."
    })
final class UniqueUsersCommand implements Callable<Integer> {
  // A result waits for the end of its window, so a frame need not be committed at once.
  private static final int COMMIT_INTERVAL_MS = 200;
  // At most one result a window and second.
  private static final Duration RESULT_INTERVAL = Duration.ofSeconds(1);

  // Parts are needed for hours; a week leaves time to mend what keeps the next stage from them.
  private static final Duration PARTS_RETENTION = Duration.ofDays(7);

  private static final int MERGING_STAGES = 2;

  @Mixin private UniqueUsersOptions uniqueUsers = new UniqueUsersOptions();

  @Option(
      names = "--stdin",
      description =
          "Read frames from standard input, one a line, and write results to standard output as"
              + " JSON lines. No Kafka is needed, and of the other flags only --grace, --late.max,"
              + " --future.max and --early count.")
  private boolean stdin;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The same with the frames of a file, which may be compressed with gzip.")
  private @Nullable Path file;

  @Mixin
  private DaemonOptions daemon = new DaemonOptions(UniqueUsersOptions.topics(), COMMIT_INTERVAL_MS);

  @Override
  public Integer call() {
    UniqueUsers job = uniqueUsers.job(daemon.missingHistoryAccepted());
    if (stdin && file != null) {
      throw Stop.usage("--stdin and --file %s: give one of them.", file);
    }
    return stdin || file != null ? runLocally(job) : runStages(job);
  }

  private int runStages(UniqueUsers job) {
    String output = daemon.topics().output();
    String parts = output + "-parts";
    String hours = output + "-hours";
    StageConfigs stages = new StageConfigs(daemon, MERGING_STAGES);
    stages.requireTopics(List.of(parts, hours));
    Daemon.Config first = stages.first(OutputTopic.stage(parts, PARTS_RETENTION));
    Daemon.Config second =
        stages.merging(
            "minutes",
            parts,
            Optional.empty(),
            List.of(OutputTopic.upserts(output), OutputTopic.stage(hours, OutputTopic.FOREVER)),
            RESULT_INTERVAL);
    Daemon.Config third =
        stages.merging(
            "calendar",
            hours,
            Optional.empty(),
            List.of(OutputTopic.upserts(output)),
            RESULT_INTERVAL);
    return Service.run(
        daemon,
        first,
        List.of(
            new Service.Stage("parts", job.parts(), first),
            new Service.Stage("minutes", job.minutes(), second),
            new Service.Stage("calendar", job.calendar(), third)));
  }

  private int runLocally(UniqueUsers job) {
    List<Job> stages = List.of(job.parts(), job.minutes(), job.calendar());
    Path file = this.file;
    if (file != null) {
      InputFile.requireReadable(file);
    }
    try (InputStream in = file == null ? System.in : InputFile.open(file, new AtomicLong())) {
      LocalRun run = new LocalRun(stages, System.out);
      Termination.onSignal(run::stop, Duration.ofSeconds(10));
      run.run(in);
      return 0;
    } catch (IOException e) {
      throw Stop.disk(
          "%s cannot be read: %s", file == null ? "standard input" : file, InputFile.words(e));
    }
  }
}
