package dev.tally.cli;

import dev.tally.generate.Generator;
import dev.tally.generate.Plan;
import dev.tally.generate.sales.EventTime;
import dev.tally.generate.sales.Missing;
import dev.tally.generate.sales.RowKey;
import dev.tally.generate.sales.Rows;
import dev.tally.generate.sales.SalesRecords;
import java.io.PrintWriter;
import java.nio.file.Path;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** `tally generate`: sends sales rows to a topic. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Sends sales rows as JSON to a topic, keyed by StockCode.",
    footer =
        "Whatever the event time, the Kafka record timestamp is the time of sending: retention"
            + " counts from it, and rows stamped in 2009 would be deleted within minutes.")
final class GenerateCommand implements Callable<Integer> {
  // Longer than the generator itself waits for records in flight.
  private static final Duration STOP_MAX = Generator.STOP_WITHIN.plusSeconds(3);

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      defaultValue = "data",
      paramLabel = "TOPIC",
      description = "Topic to send the rows to. Default: ${DEFAULT-VALUE}.")
  private String topic = "";

  @Option(
      names = "--partitions",
      defaultValue = "4",
      paramLabel = "N",
      description = "Partitions of the topic, if it has to be created. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--file",
      paramLabel = "CSV",
      description =
          "Rows in the layout of UCI Online Retail II, with or without InvoiceDate; they are held"
              + " in memory. Default: 57,363 of its rows, which come with tally.")
  private @Nullable Path file;

  @Option(
      names = "--key",
      defaultValue = "stockcode",
      paramLabel = "stockcode|invoice|none",
      description =
          "Record key. On several partitions, rolling-sum needs stockcode. Default:"
              + " ${DEFAULT-VALUE}.")
  private RowKey key = RowKey.STOCKCODE;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      paramLabel = "N|max",
      converter = RateConverter.class,
      description = "Rows per second, evenly spread. Default: ${DEFAULT-VALUE}.")
  private long rowsPerSecond;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Rows to send. Default: all of them once, or no end with --loop.")
  private @Nullable Long count;

  @Option(names = "--loop", description = "Start over at the end of the rows.")
  private boolean loop;

  @Option(
      names = "--event.time",
      defaultValue = "now",
      paramLabel = "now|csv|START+RATE",
      description =
          "InvoiceDate of the rows: the time of sending; the file's own column, read as UTC, with"
              + " each pass of a loop following the last; or a clock that starts START seconds"
              + " after 1970 and has RATE rows per second of event time, as in 1700000000+1000."
              + " Default: ${DEFAULT-VALUE}.")
  private String eventTime = "";

  @Option(
      names = "--missing",
      defaultValue = "null",
      paramLabel = "null|nan|omit",
      description =
          "How missing values are written; nan is Python's bare NaN, which is not strict JSON."
              + " Default: ${DEFAULT-VALUE}.")
  private Missing missing = Missing.NULL;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    Generator generator = Generator.load(kafka.settings(), plan(), records());
    Termination.onSignal(generator::stop, STOP_MAX);
    err.println(summary(run(generator, err)));
    return 0;
  }

  private Plan plan() {
    Names.requireTopic("--topic", topic);
    return new Plan(
        topic,
        partitions,
        rowsPerSecond,
        count == null ? OptionalLong.empty() : OptionalLong.of(count),
        loop);
  }

  private Supplier<SalesRecords> records() {
    Rows rows = file == null ? Rows.bundled() : Rows.file(file);
    EventTime time = EventTime.parse(eventTime);
    return () -> SalesRecords.load(rows, key, missing, time);
  }

  private static Generator.Outcome run(Generator generator, PrintWriter err) {
    try (ProgressBar bar =
        ProgressBar.start(err, generator::acknowledged, generator::recordsToSend)) {
      return generator.run();
    }
  }

  private String summary(Generator.Outcome outcome) {
    double seconds = outcome.elapsed().toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%s%,d rows acknowledged by topic %s in %.1f s, %,.0f rows/s.",
        outcome.stopped() ? "Stopped: " : "",
        outcome.acknowledged(),
        topic,
        seconds,
        outcome.acknowledged() / seconds);
  }

  private static final class RateConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (text.equals("max")) {
        return Plan.UNPACED;
      }
      if (!text.matches("[1-9]\\d{0,8}")) {
        throw new TypeConversionException(
            "'" + text + "' is not a rate; write 1 to 999999999 rows per second, or max");
      }
      return Long.valueOf(text);
    }
  }
}
