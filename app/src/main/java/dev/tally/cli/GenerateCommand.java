package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.generate.Generator;
import dev.tally.generate.Plan;
import dev.tally.generate.Records;
import dev.tally.generate.sales.RowKey;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** `tally generate`: sends sales rows or frames to a topic. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Sends records as JSON to a topic: sales rows keyed by StockCode for rolling-sum, or frames"
            + " for unique-users.",
    footer =
        "Whatever the event time, the Kafka record timestamp is the time of sending: retention"
            + " counts from it, and records stamped in 2009 would be deleted within minutes.")
final class GenerateCommand implements Callable<Integer> {
  // Longer than the generator itself waits for records in flight.
  private static final Duration STOP_MAX = Generator.STOP_WITHIN.plusSeconds(3);

  private static final String SALES = "sales";
  private static final String FRAMES = "frames";

  /** What a record is keyed by. */
  enum Key {
    STOCKCODE,
    INVOICE,
    UID,
    NONE
  }

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--frames",
      description =
          "Send frames instead of sales rows: JSON objects of about 2 kB with a uid and a ts; they"
              + " have no end.")
  private boolean frames;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Topic to send the records to. Default: data, or frames with --frames.")
  private @Nullable String topic;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      paramLabel = "N",
      description = "Partitions of the topic, if it has to be created. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--key",
      paramLabel = "stockcode|invoice|uid|none",
      description =
          "Record key: uid is for frames, stockcode and invoice are for sales. On several"
              + " partitions, rolling-sum needs stockcode. Default: stockcode, or none with"
              + " --frames.")
  private @Nullable Key key;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      paramLabel = "N|max",
      converter = RateConverter.class,
      description = "Records per second, evenly spread. Default: ${DEFAULT-VALUE}.")
  private long recordsPerSecond;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Records to send. Default: all rows once, or no end with --loop or --frames.")
  private @Nullable Long count;

  @Option(
      names = "--loop",
      description = "Sales: start over at the end of the rows; frames have none.")
  private boolean loop;

  @Mixin(name = SALES)
  private SalesOptions salesOptions = new SalesOptions();

  @Mixin(name = FRAMES)
  private FramesOptions framesOptions = new FramesOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    refuseFlagsOfTheOtherKind(command);
    PrintWriter err = command.commandLine().getErr();
    Generator generator = Generator.load(kafka.settings(), plan(), records());
    Termination.onSignal(generator::stop, STOP_MAX);
    err.println(summary(run(generator, err)));
    return 0;
  }

  /** They would do nothing, so whoever gives one expects other records than those that are sent. */
  private void refuseFlagsOfTheOtherKind(CommandSpec command) {
    ParseResult given = command.commandLine().getParseResult();
    String other = frames ? SALES : FRAMES;
    for (OptionSpec option : Objects.requireNonNull(command.mixins().get(other)).options()) {
      if (given.hasMatchedOption(option)) {
        throw frames
            ? Stop.usage("%s is for sales rows; leave it out with --frames.", option.longestName())
            : Stop.usage("%s is for frames; add --frames or leave it out.", option.longestName());
      }
    }
  }

  private Plan plan() {
    Names.requireTopic("--topic", topic());
    return new Plan(
        topic(),
        partitions,
        recordsPerSecond,
        count == null ? OptionalLong.empty() : OptionalLong.of(count),
        loop);
  }

  private String topic() {
    return topic != null ? topic : frames ? "frames" : "data";
  }

  private String noun() {
    return frames ? "frames" : "rows";
  }

  private Supplier<Records> records() {
    return frames ? framesOptions.records(keyedByUid()) : salesOptions.records(rowKey());
  }

  private boolean keyedByUid() {
    Key wanted = key == null ? Key.NONE : key;
    return switch (wanted) {
      case UID -> true;
      case NONE -> false;
      case STOCKCODE, INVOICE ->
          throw Stop.usage(
              "--key %s is for sales rows; with --frames, give uid or none.",
              Choice.spelled(wanted));
    };
  }

  private RowKey rowKey() {
    return switch (key == null ? Key.STOCKCODE : key) {
      case STOCKCODE -> RowKey.STOCKCODE;
      case INVOICE -> RowKey.INVOICE;
      case NONE -> RowKey.NONE;
      case UID ->
          throw Stop.usage(
              "--key uid is for frames; add --frames, or give stockcode, invoice or none.");
    };
  }

  private Generator.Outcome run(Generator generator, PrintWriter err) {
    try (ProgressBar bar =
        ProgressBar.start(err, noun(), generator::acknowledged, generator::recordsToSend)) {
      return generator.run();
    }
  }

  private String summary(Generator.Outcome outcome) {
    double seconds = outcome.elapsed().toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%s%,d %s acknowledged by topic %s in %.1f s, %,.0f %s/s.",
        outcome.stopped() ? "Stopped: " : "",
        outcome.acknowledged(),
        noun(),
        topic(),
        seconds,
        outcome.acknowledged() / seconds,
        noun());
  }

  private static final class RateConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (text.equals("max")) {
        return Plan.UNPACED;
      }
      if (!text.matches("[1-9]\\d{0,8}")) {
        throw new TypeConversionException(
            "'" + text + "' is not a rate; write 1 to 999999999 records per second, or max");
      }
      return Long.valueOf(text);
    }
  }
}
