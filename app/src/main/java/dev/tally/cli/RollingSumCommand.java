package dev.tally.cli;

import dev.tally.daemon.Daemon;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.engine.kafka.StartFrom;
import dev.tally.job.DeadLetterReason;
import dev.tally.jobs.rollingsum.RollingSum;
import dev.tally.state.RocksSlots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the main job until it is told to stop. */
@Command(
    name = "rolling-sum",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "For every sales row on the input topic, writes one answer: what was sold of its StockCode"
          + " in the ten minutes ending at that row. Exactly once.",
      "Several instances with one group id share the partitions between them."
    })
final class RollingSumCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RollingSumCommand.class);

  // A commit must fit well into it; a crashed worker's successor waits for it at most.
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
  // After a crash so much is replayed, at several times the live rate; each save costs a few ms.
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(10);
  // Longer than the daemon itself waits for its workers.
  private static final Duration STOP_MAX = Duration.ofSeconds(40);

  enum OnSettingsChange {
    STOP,
    REBUILD
  }

  enum OnMissingHistory {
    STOP,
    CONTINUE
  }

  enum OnBadRecord {
    DEAD_LETTER,
    FAIL
  }

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--input.topic",
      defaultValue = "data",
      paramLabel = "TOPIC",
      description = "Sales rows. Default: ${DEFAULT-VALUE}.")
  private String inputTopic = "";

  @Option(
      names = "--output.topic",
      defaultValue = "agg",
      paramLabel = "TOPIC",
      description =
          "Answers; created if missing. Read it with isolation.level=read_committed."
              + " Default: ${DEFAULT-VALUE}.")
  private String outputTopic = "";

  @Option(
      names = "--dead.letter.topic",
      paramLabel = "TOPIC",
      description = "Rows without an answer; created if missing. Default: INPUT-dead-letters.")
  private @Nullable String deadLetterTopic;

  @Option(
      names = "--group.id",
      defaultValue = "tally-rolling-sum",
      paramLabel = "ID",
      description = "Consumer group. Default: ${DEFAULT-VALUE}.")
  private String groupId = "";

  @Option(
      names = "--state.dir",
      paramLabel = "DIR",
      description =
          "Saved state, shared by the instances of a host. Default: /var/lib/tally for"
              + " root, else $XDG_STATE_HOME/tally or ~/.local/state/tally.")
  private @Nullable Path stateDir;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Workers in this process, at most one a partition is of use."
              + " Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--instance.id",
      paramLabel = "ID",
      description =
          "Name of this state folder towards the brokers; must differ between state"
              + " folders. Default: host name and a hash of the folder's path.")
  private @Nullable String instanceId;

  @Option(
      names = "--window",
      defaultValue = "10m",
      paramLabel = "DURATION",
      description =
          "Length of the closed interval that an answer sums over. Default: ${DEFAULT-VALUE}.")
  private Duration window = Duration.ZERO;

  @Option(
      names = "--grace",
      defaultValue = "1m",
      paramLabel = "DURATION",
      description =
          "How far behind the newest row of its partition a row may be and still get its"
              + " exact answer; older ones are dead letters. Default: ${DEFAULT-VALUE}.")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--future.max",
      defaultValue = "1h",
      paramLabel = "DURATION|off",
      description =
          "How far ahead of its record timestamp a row's InvoiceDate is believed; off believes"
              + " it however far, for topics whose record timestamps are wrong."
              + " Default: ${DEFAULT-VALUE}.")
  private FutureMax futureMax = new FutureMax(Optional.of(Duration.ZERO));

  @Option(
      names = "--start.from",
      defaultValue = "earliest",
      paramLabel = "earliest|latest|TIME",
      description =
          "Where a group without committed offsets begins: earliest, latest, or a time"
              + " such as 2026-01-31T12:00:00Z. Rows before it are not answered, but count."
              + " Default: ${DEFAULT-VALUE}.")
  private String startFrom = "";

  @Option(
      names = "--until.end",
      description =
          "End, with exit code 0, once everything that was there at the start is answered.")
  private boolean untilEnd;

  @Option(
      names = "--on.miskeyed",
      defaultValue = "fail",
      paramLabel = "fail|dead-letter|accept",
      description =
          "What becomes of a record whose key is not its StockCode, on a topic of several"
              + " partitions. Default: ${DEFAULT-VALUE}.")
  private RollingSum.Miskeyed onMiskeyed = RollingSum.Miskeyed.FAIL;

  @Option(
      names = "--on.bad.record",
      defaultValue = "dead-letter",
      paramLabel = "dead-letter|fail",
      description = "What becomes of a record that is no sales row. Default: ${DEFAULT-VALUE}.")
  private OnBadRecord onBadRecord = OnBadRecord.DEAD_LETTER;

  @Option(
      names = "--on.settings.change",
      defaultValue = "stop",
      paramLabel = "stop|rebuild",
      description =
          "What to do if window, grace, future.max, on.miskeyed or the partition count are not"
              + " those of the last run; rebuild begins at the start of the log. Default:"
              + " ${DEFAULT-VALUE}.")
  private OnSettingsChange onSettingsChange = OnSettingsChange.STOP;

  @Option(
      names = "--on.missing.history",
      defaultValue = "stop",
      paramLabel = "stop|continue",
      description =
          "What to do if needed rows have been deleted by retention; continue counts without"
              + " them. Default: ${DEFAULT-VALUE}.")
  private OnMissingHistory onMissingHistory = OnMissingHistory.STOP;

  @Option(
      names = "--group.protocol",
      defaultValue = "classic",
      paramLabel = "classic|consumer",
      description =
          "Group protocol; consumer is KIP-848, with which a crash is noticed after 45 s."
              + " Default: ${DEFAULT-VALUE}.")
  private GroupProtocol groupProtocol = GroupProtocol.CLASSIC;

  @Option(
      names = "--commit.interval.ms",
      defaultValue = "5",
      paramLabel = "MS",
      description =
          "Minimum time between the starts of two transactions; more spares the brokers and adds"
              + " latency. Default: ${DEFAULT-VALUE}.")
  private int commitIntervalMs;

  @Option(
      names = "--state.memory.mb",
      paramLabel = "MB",
      description =
          "Memory for windows in this process; beyond it cold ones are read back from"
              + " disk. Default: half of the Java heap.")
  private @Nullable Integer stateMemoryMb;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    requireNames();
    RollingSum job = new RollingSum(window, grace, futureMax.limit(), onMiskeyed);
    Path folder = (stateDir == null ? StateFolder.byDefault() : stateDir).toAbsolutePath();
    Daemon.Config config =
        new Daemon.Config(
            kafka.settings(),
            engineConfig(),
            instanceId == null ? StateFolder.instanceId(folder) : instanceId,
            groupProtocol,
            StartFrom.parse(startFrom),
            threads,
            untilEnd);
    try (RocksSlots slots = new RocksSlots(folder, groupId)) {
      Daemon daemon = new Daemon(job, config, slots);
      Termination.onSignal(daemon::stop, STOP_MAX);
      // After that: whoever sees this line can rely on a signal to end it in order.
      log.info("rolling-sum{}", Configuration.describe(spec, resolved(config, folder)));
      if (futureMax.limit().isEmpty()) {
        warnOfAnyEventTime();
      }
      return ended(daemon);
    }
  }

  /** The reason first, then what it came to: the last lines are what people look at. */
  private static int ended(Daemon daemon) {
    int exitCode = 0;
    try {
      daemon.run();
    } catch (RuntimeException | Error e) {
      exitCode = Tally.onFailureOfService(e);
    }
    log.info("ended with code {} {}", exitCode, daemon.summary());
    return exitCode;
  }

  private void warnOfAnyEventTime() {
    log.warn(
        "--future.max off: one row with an InvoiceDate far ahead moves the clock of its partition,"
            + " and the rows after it become late dead letters until event time has caught up."
            + " Safer: have brokers stamp new rows (message.timestamp.type=LogAppendTime on '{}')"
            + " and give --future.max a duration.",
        inputTopic);
  }

  private static Map<String, String> resolved(Daemon.Config config, Path folder) {
    return Map.of(
        "dead.letter.topic", config.engine().deadLetterTopic(),
        "instance.id", config.instanceId(),
        "state.dir", folder.toString(),
        "state.memory.mb", Long.toString(config.stateMemoryMegabytes()));
  }

  private EngineConfig engineConfig() {
    Set<DeadLetterReason> fatal = EnumSet.noneOf(DeadLetterReason.class);
    if (onMiskeyed == RollingSum.Miskeyed.FAIL) {
      fatal.add(DeadLetterReason.MISKEYED);
    }
    if (onBadRecord == OnBadRecord.FAIL) {
      fatal.add(DeadLetterReason.UNREADABLE);
    }
    long memoryBytes =
        stateMemoryMb == null
            ? Runtime.getRuntime().maxMemory() / 2
            : stateMemoryMb.longValue() << 20;
    return new EngineConfig(
        groupId,
        inputTopic,
        outputTopic,
        deadLetterTopic(),
        fatal,
        spec.commandLine().getParseResult().hasMatchedOption("--start.from"),
        onSettingsChange == OnSettingsChange.REBUILD,
        onMissingHistory == OnMissingHistory.CONTINUE,
        Duration.ofMillis(commitIntervalMs),
        TRANSACTION_TIMEOUT,
        SAVE_INTERVAL,
        memoryBytes / Math.max(1, threads)); // fewer are refused by the daemon's configuration
  }

  private void requireNames() {
    Names.requireGroup(groupId);
    if (instanceId != null) {
      Names.requireInstance(instanceId);
    }
    Names.requireTopic("--input.topic", inputTopic);
    Names.requireTopic("--output.topic", outputTopic);
    Names.requireTopic("--dead.letter.topic", deadLetterTopic());
  }

  private String deadLetterTopic() {
    return deadLetterTopic == null ? Names.deadLetterTopic(inputTopic) : deadLetterTopic;
  }
}
