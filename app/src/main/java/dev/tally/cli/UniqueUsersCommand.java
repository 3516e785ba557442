package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.daemon.Daemon;
import dev.tally.engine.OutputTopic;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.jobs.uniqueusers.UniqueUsers;
import dev.tally.load.InputFile;
import dev.tally.local.LocalRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

  private static final int MERGING_WORKERS = 2;

  // A merging worker reads a thousandth of the bytes that one for frames does. The larger the polls
  // of frames, the fewer the transactions, which is what a backlog waits for.
  private static final double MERGING_POLLS = 0.25;

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
    TopicOptions topics = daemon.topics();
    String parts = topics.output() + "-parts";
    String hours = topics.output() + "-hours";
    Names.requireTopic("--output.topic with -parts", parts);
    requireDifferent(topics, parts, hours);
    int workers = daemon.threads() + MERGING_WORKERS;
    double pollPart = 1 / (daemon.threads() + MERGING_WORKERS * MERGING_POLLS);
    Daemon.Config first =
        daemon.config(
            Set.of(),
            new DaemonOptions.Stage(
                topics.groupId(),
                topics.input(),
                List.of(OutputTopic.stage(parts, PARTS_RETENTION)),
                daemon.threads(),
                workers,
                pollPart,
                true));
    Daemon.Config second =
        merging(
            topics.groupId() + "-minutes",
            parts,
            List.of(
                OutputTopic.upserts(topics.output()),
                OutputTopic.stage(hours, OutputTopic.FOREVER)),
            workers,
            pollPart * MERGING_POLLS);
    Daemon.Config third =
        merging(
            topics.groupId() + "-calendar",
            hours,
            List.of(OutputTopic.upserts(topics.output())),
            workers,
            pollPart * MERGING_POLLS);
    return Service.run(
        daemon,
        first,
        List.of(
            new Service.Stage("parts", job.parts(), first),
            new Service.Stage("minutes", job.minutes(), second),
            new Service.Stage("calendar", job.calendar(), third)));
  }

  /** Each stage checks the names of its own topics only. */
  private static void requireDifferent(TopicOptions topics, String parts, String hours) {
    List<String> names =
        List.of(topics.input(), topics.output(), parts, hours, topics.deadLetters());
    if (Set.copyOf(names).size() < names.size()) {
      throw Stop.usage(
          "--input.topic is '%s', --output.topic '%s', which '%s' and '%s' go with, and"
              + " --dead.letter.topic '%s'; accepted: different topics.",
          topics.input(), topics.output(), parts, hours, topics.deadLetters());
    }
  }

  /** A stage that reads one partition; what it cannot read, no one but tally can have written. */
  private Daemon.Config merging(
      String groupId, String input, List<OutputTopic> outputs, int workers, double pollPart) {
    return daemon.config(
        Set.of(DeadLetterReason.UNREADABLE),
        new DaemonOptions.Stage(groupId, input, outputs, 1, workers, pollPart, false),
        RESULT_INTERVAL);
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
