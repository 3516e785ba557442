package dev.tally.cli;

import dev.tally.audit.Audit;
import dev.tally.audit.AuditSettings;
import dev.tally.audit.OnMiskeyed;
import dev.tally.audit.Report;
import dev.tally.audit.Rules;
import dev.tally.audit.StartFrom;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `tally verify`. */
@Command(
    name = "verify",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Recompute every answer of rolling-sum and compare it with what stands in Kafka.",
      "Give the flags that the job runs with. Exit code 0: all agree; 1: not all do."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int EXIT_AGREES = 0;
  private static final int EXIT_DISAGREES = 1;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--input.topic",
      defaultValue = "data",
      paramLabel = "TOPIC",
      description = "Rows (default: ${DEFAULT-VALUE}).")
  private String inputTopic = "";

  @Option(
      names = "--output.topic",
      defaultValue = "agg",
      paramLabel = "TOPIC",
      description = "Answers (default: ${DEFAULT-VALUE}).")
  private String outputTopic = "";

  @Option(
      names = "--dead.letter.topic",
      paramLabel = "TOPIC",
      description = "Rows without an answer (default: INPUT-dead-letters).")
  private @Nullable String deadLetterTopic;

  @Option(
      names = "--group.id",
      defaultValue = "tally-rolling-sum",
      paramLabel = "GROUP",
      description = "The job's group: its committed offsets say which rows must be answered.")
  private String groupId = "";

  @Option(
      names = "--window",
      defaultValue = "10m",
      paramLabel = "TIME",
      description = "Length of the window (default: ${DEFAULT-VALUE}).")
  private Duration window = Duration.ZERO;

  @Option(
      names = "--grace",
      defaultValue = "1m",
      paramLabel = "TIME",
      description = "How far a row may be behind its partition (default: ${DEFAULT-VALUE}).")
  private Duration grace = Duration.ZERO;

  @Option(
      names = "--future.max",
      defaultValue = "1h",
      paramLabel = "TIME",
      description = "How far a row may be ahead of its record (default: ${DEFAULT-VALUE}).")
  private Duration futureMax = Duration.ZERO;

  @Option(
      names = "--on.miskeyed",
      defaultValue = "fail",
      paramLabel = "fail|dead-letter|accept",
      description = "Rows whose key is not their StockCode (default: ${DEFAULT-VALUE}).")
  private OnMiskeyed onMiskeyed = OnMiskeyed.FAIL;

  @Option(
      names = "--start.from",
      defaultValue = "earliest",
      paramLabel = "earliest|TIME|OFFSETS",
      description = {
        "Where the job began to answer (default: ${DEFAULT-VALUE}).",
        "A time like 2026-01-31T12:00:00Z, or offsets like 0:1200,1:1180.",
        "Rows before it have no answer, but count in windows."
      })
  private String startFrom = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    AuditSettings settings =
        new AuditSettings(
            kafka.settings(),
            inputTopic,
            outputTopic,
            deadLetterTopic == null ? inputTopic + "-dead-letters" : deadLetterTopic,
            groupId,
            StartFrom.parse(startFrom),
            new Rules(window, grace, futureMax, onMiskeyed));
    Report report = run(settings);
    System.out.println(report);
    return report.agrees() ? EXIT_AGREES : EXIT_DISAGREES;
  }

  private Report run(AuditSettings settings) {
    AtomicLong passed = new AtomicLong();
    AtomicLong toPass = new AtomicLong(ProgressBar.ENDLESS);
    try (ProgressBar bar =
        ProgressBar.start(spec.commandLine().getErr(), passed::get, toPass::get)) {
      return Audit.run(
          settings,
          (done, total) -> {
            toPass.set(total);
            passed.set(done);
          });
    }
  }
}
