package dev.tally.cli;

import dev.tally.audit.AuditSettings;
import dev.tally.audit.Report;
import dev.tally.audit.StartFrom;
import dev.tally.audit.rollingsum.Audit;
import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import java.time.Duration;
import java.util.Optional;
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
      "Recomputes every answer of rolling-sum and compares it with what stands in Kafka.",
      "Give it the flags or the --config file that the job runs with."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int EXIT_AGREES = 0;
  private static final int EXIT_DISAGREES = 1;

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
      description = "Answers. Default: ${DEFAULT-VALUE}.")
  private String outputTopic = "";

  @Option(
      names = "--dead.letter.topic",
      paramLabel = "TOPIC",
      description = "Rows without an answer. Default: INPUT-dead-letters.")
  private @Nullable String deadLetterTopic;

  @Option(
      names = "--group.id",
      defaultValue = "tally-rolling-sum",
      paramLabel = "ID",
      description =
          "Consumer group of the job: its committed offsets say which rows must be answered."
              + " Default: ${DEFAULT-VALUE}.")
  private String groupId = "";

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
      names = "--on.miskeyed",
      defaultValue = "fail",
      paramLabel = "fail|dead-letter|accept",
      description =
          "What becomes of a record whose key is not its StockCode, on a topic of several"
              + " partitions. Default: ${DEFAULT-VALUE}.")
  private OnMiskeyed onMiskeyed = OnMiskeyed.FAIL;

  @Option(
      names = "--start.from",
      defaultValue = "earliest",
      paramLabel = "earliest|TIME|OFFSETS",
      description =
          "Where the job began to answer: earliest, a time such as 2026-01-31T12:00:00Z, or"
              + " offsets such as 0:1200,1:1180. Rows before it have no answer, but count."
              + " Default: ${DEFAULT-VALUE}.")
  private String startFrom = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    Names.requireTopic("--input.topic", inputTopic);
    String letters = deadLetterTopic == null ? Names.deadLetterTopic(inputTopic) : deadLetterTopic;
    Names.requireGroup(groupId);
    Names.requireTopic("--output.topic", outputTopic);
    Names.requireTopic("--dead.letter.topic", letters);
    AuditSettings settings =
        new AuditSettings(
            kafka.settings(),
            inputTopic,
            outputTopic,
            letters,
            groupId,
            StartFrom.parse(startFrom));
    Report report = run(settings, new Rules(window, grace, futureMax.limit(), onMiskeyed));
    System.out.println(report);
    return report.agrees() ? EXIT_AGREES : EXIT_DISAGREES;
  }

  private Report run(AuditSettings settings, Rules rules) {
    AtomicLong passed = new AtomicLong();
    AtomicLong toPass = new AtomicLong(ProgressBar.ENDLESS);
    try (ProgressBar bar =
        ProgressBar.start(spec.commandLine().getErr(), passed::get, toPass::get)) {
      return Audit.run(
          settings,
          rules,
          (done, total) -> {
            toPass.set(total);
            passed.set(done);
          });
    }
  }
}
