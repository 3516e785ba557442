package dev.tally.cli;

import dev.tally.daemon.Daemon;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.engine.kafka.StartFrom;
import dev.tally.job.DeadLetterReason;
import dev.tally.kafka.PollBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The flags of every job, whatever it answers: how its daemon runs. */
final class DaemonOptions {
  // A commit must fit well into it; a crashed worker's successor waits for it at most.
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
  // After a crash, this much is replayed at several times the live rate; each save costs a few ms.
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(10);
  private static final int MEGABYTE_BITS = 20;
  private static final String EARLIEST = "earliest";

  enum OnBadRecord {
    DEAD_LETTER,
    FAIL
  }

  enum OnSettingsChange {
    STOP,
    REBUILD
  }

  enum OnMissingHistory {
    STOP,
    CONTINUE
  }

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Mixin private TopicOptions topics;

  @Mixin private StateDirOption stateDir = new StateDirOption();

  @Option(
      names = "--instance.id",
      paramLabel = "ID",
      description =
          "The name by which brokers know this state folder; must differ between folders. Default:"
              + " host name and a hash of the folder's path.")
  private @Nullable String instanceId;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Workers in this process; more than one per partition are of no use."
              + " Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--state.memory.mb",
      paramLabel = "MB",
      description =
          "Memory for state in this process; beyond it, cold state is read back from disk."
              + " Default: half of the Java heap.")
  private @Nullable Integer stateMemoryMb;

  @Option(
      names = "--start.from",
      defaultValue = "earliest",
      paramLabel = "earliest|latest|TIME",
      description =
          "Where a group without committed offsets begins: earliest, latest, or a time such as"
              + " 2026-01-31T12:00:00Z. Earlier records get no answer; in the sums of rolling-sum"
              + " they count."
              + " Default: ${DEFAULT-VALUE}.")
  private String startFrom = "";

  @Option(
      names = "--until.end",
      description =
          "Exit with code 0 once everything that was there at the start has been answered.")
  private boolean untilEnd;

  @Option(
      names = "--on.bad.record",
      defaultValue = "dead-letter",
      paramLabel = "dead-letter|fail",
      description = "What happens to a record that the job cannot read. Default: ${DEFAULT-VALUE}.")
  private OnBadRecord onBadRecord = OnBadRecord.DEAD_LETTER;

  @Option(
      names = "--on.settings.change",
      defaultValue = "stop",
      paramLabel = "stop|rebuild",
      description =
          "What to do if the settings that shape the answers, or the partition count, differ from"
              + " those of the last run; rebuild computes the state anew from the start of the log."
              + " Default: ${DEFAULT-VALUE}.")
  private OnSettingsChange onSettingsChange = OnSettingsChange.STOP;

  @Option(
      names = "--on.missing.history",
      defaultValue = "stop",
      paramLabel = "stop|continue",
      description =
          "What to do if needed records have been deleted by retention; continue goes on without"
              + " them. Default: ${DEFAULT-VALUE}.")
  private OnMissingHistory onMissingHistory = OnMissingHistory.STOP;

  @Option(
      names = "--group.protocol",
      defaultValue = "classic",
      paramLabel = "classic|consumer",
      description =
          "Group protocol; consumer is that of KIP-848, with which a crash is noticed after 45 s."
              + " Default: ${DEFAULT-VALUE}.")
  private GroupProtocol groupProtocol = GroupProtocol.CLASSIC;

  @Option(
      names = "--commit.interval.ms",
      paramLabel = "MS",
      description =
          "Minimum time between the starts of two transactions, unless there is a backlog; a longer"
              + " one spares the brokers and adds latency. Default: ${DEFAULT-VALUE}.")
  private int commitIntervalMs;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec command;

  /**
   * The flags with a job's own defaults.
   *
   * @param commitIntervalMs a job whose answers do not wait for single records can commit less
   *     often
   */
  DaemonOptions(TopicOptions topics, int commitIntervalMs) {
    this.topics = topics;
    this.commitIntervalMs = commitIntervalMs;
  }

  /** The command that has these flags. */
  CommandSpec command() {
    return command;
  }

  TopicOptions topics() {
    return topics;
  }

  Path stateFolder() {
    return stateDir.folder().toAbsolutePath();
  }

  /**
   * What a job's daemon runs with. Nothing is opened or created before all of it is checked.
   *
   * @param fatalReasons records that stop this job, besides those that every job may be told to
   *     stop at
   * @throws dev.tally.Stop if a flag is wrong
   */
  Daemon.Config config(Set<DeadLetterReason> fatalReasons) {
    return config(
        fatalReasons,
        new Stage(
            topics.groupId(),
            topics.input(),
            Optional.empty(),
            List.of(OutputTopic.answers(topics.output())),
            threads,
            threads,
            1.0 / Math.max(1, threads),
            true),
        Duration.ZERO);
  }

  /**
   * What the stages of a job differ in.
   *
   * @param table that this stage reads beside its input, if it reads one
   * @param workers of this stage
   * @param workersInProcess of all stages
   * @param pollPart what a worker of this stage gets of the process's memory for polls, 0 to 1
   * @param first whether `--start.from` is about its input; later stages read all that there is
   */
  record Stage(
      String groupId,
      String input,
      Optional<TableTopic> table,
      List<OutputTopic> outputs,
      int workers,
      int workersInProcess,
      double pollPart,
      boolean first) {}

  /**
   * What one stage of a job runs with; see {@link #config(Set)}.
   *
   * @param commitIntervalMin below which this stage does not commit, whatever the flag says
   */
  Daemon.Config config(
      Set<DeadLetterReason> fatalReasons, Stage stage, Duration commitIntervalMin) {
    topics.requireUsable();
    if (instanceId != null) {
      Names.requireInstance(instanceId);
    }
    return new Daemon.Config(
        kafka.settings(),
        engineConfig(fatalReasons, stage, commitIntervalMin),
        instanceId == null ? StateFolder.instanceId(stateFolder()) : instanceId,
        groupProtocol,
        StartFrom.parse(stage.first() ? startFrom : EARLIEST),
        stage.workers(),
        stage.workersInProcess(),
        PollBudget.partOfHeap(stage.pollPart()),
        untilEnd);
  }

  /** Workers for partitions, as the flag says. */
  int threads() {
    return threads;
  }

  /** Whether an operator has accepted that records are missing. */
  boolean missingHistoryAccepted() {
    return onMissingHistory == OnMissingHistory.CONTINUE;
  }

  private EngineConfig engineConfig(
      Set<DeadLetterReason> fatalReasons, Stage stage, Duration commitIntervalMin) {
    Duration interval = Duration.ofMillis(commitIntervalMs);
    Set<DeadLetterReason> fatal = EnumSet.noneOf(DeadLetterReason.class);
    fatal.addAll(fatalReasons);
    if (onBadRecord == OnBadRecord.FAIL) {
      fatal.add(DeadLetterReason.UNREADABLE);
    }
    return new EngineConfig(
        stage.groupId(),
        stage.input(),
        stage.table(),
        stage.outputs(),
        topics.deadLetters(),
        fatal,
        command.commandLine().getParseResult().hasMatchedOption("--start.from"),
        onSettingsChange == OnSettingsChange.REBUILD,
        onMissingHistory == OnMissingHistory.CONTINUE,
        // EngineConfig refuses what is negative.
        interval.isNegative() || interval.compareTo(commitIntervalMin) > 0
            ? interval
            : commitIntervalMin,
        TRANSACTION_TIMEOUT,
        SAVE_INTERVAL,
        // Daemon.Config refuses fewer threads.
        stateMemoryBytes() / Math.max(1, stage.workersInProcess()));
  }

  private long stateMemoryBytes() {
    return stateMemoryMb == null
        ? Runtime.getRuntime().maxMemory() / 2
        : stateMemoryMb.longValue() << MEGABYTE_BITS;
  }

  /** The values, for the log, of those flags whose defaults depend on others or on the machine. */
  Map<String, String> resolved(Daemon.Config config) {
    return Map.of(
        "dead.letter.topic", config.engine().deadLetterTopic(),
        "instance.id", config.instanceId(),
        "state.dir", stateFolder().toString(),
        "state.memory.mb", Long.toString(config.stateMemoryMegabytes()));
  }
}
