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

/** `tally generate`: sends sales rows, frames or orders to a topic. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Sends records as JSON to a topic: sales rows keyed by StockCode for rolling-sum, frames"
            + " for unique-users, or orders for top-industries.",
    footer =
        "Whatever the event time, the Kafka record timestamp is the time of sending: retention"
            + " counts from it, and records stamped in 2009 would be deleted within minutes.")
final class GenerateCommand implements Callable<Integer> {
  // Longer than the generator itself waits for records in flight.
  private static final Duration STOP_MAX = Generator.STOP_WITHIN.plusSeconds(3);

  private static final String LOOP = "--loop";
  private static final String SEED = "--seed";
  private static final String SALES = "sales";
  private static final String FRAMES = "frames";
  private static final String ORDERS = "orders";

  /** What records there are. */
  private enum Kind {
    SALES(GenerateCommand.SALES, "data", "rows", "sales rows", "leave out --frames and --orders"),
    FRAMES(GenerateCommand.FRAMES, "frames", "frames", "frames", "add --frames"),
    ORDERS(GenerateCommand.ORDERS, "orders", "orders", "orders", "add --orders");

    private final String mixin;
    private final String topic;
    private final String noun;
    private final String title;
    private final String cure;

    Kind(String mixin, String topic, String noun, String title, String cure) {
      this.mixin = mixin;
      this.topic = topic;
      this.noun = noun;
      this.title = title;
      this.cure = cure;
    }
  }

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
      names = "--orders",
      description =
          "Send orders instead of sales rows: JSON objects of about 4.5 kB, first a history and"
              + " then a stream without end.")
  private boolean orders;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description =
          "Topic to send the records to. Default: data, frames with --frames, orders with"
              + " --orders.")
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
              + " --frames and --orders.")
  private @Nullable Key key;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      paramLabel = "N|max",
      converter = RateConverter.class,
      description =
          "Records per second, evenly spread; a history of orders is not slowed down. Default:"
              + " ${DEFAULT-VALUE}.")
  private long recordsPerSecond;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "Records to send. Default: all rows once, or no end with --loop, --frames or --orders.")
  private @Nullable Long count;

  @Option(
      names = LOOP,
      description = "Sales: start over at the end of the rows; frames and orders have none.")
  private boolean loop;

  @Mixin(name = SALES)
  private SalesOptions salesOptions = new SalesOptions();

  @Mixin(name = FRAMES)
  private FramesOptions framesOptions = new FramesOptions();

  @Mixin(name = ORDERS)
  private OrdersOptions ordersOptions = new OrdersOptions();

  @Option(
      names = SEED,
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Frames and orders: the same seed and flags give the same ones, apart from the time of"
              + " sending. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    Kind kind = kind();
    refuseFlagsOfOtherKinds(kind, command);
    PrintWriter err = command.commandLine().getErr();
    Generator generator = Generator.load(kafka.settings(), plan(kind), records(kind));
    Termination.onSignal(generator::stop, STOP_MAX);
    err.println(summary(kind, run(kind, generator, err)));
    return 0;
  }

  private Kind kind() {
    if (frames && orders) {
      throw Stop.usage("--frames and --orders: give one of them.");
    }
    return frames ? Kind.FRAMES : orders ? Kind.ORDERS : Kind.SALES;
  }

  /** They would do nothing, so whoever gives one expects other records than those that are sent. */
  private static void refuseFlagsOfOtherKinds(Kind kind, CommandSpec command) {
    ParseResult given = command.commandLine().getParseResult();
    for (Kind other : Kind.values()) {
      CommandSpec flags = Objects.requireNonNull(command.mixins().get(other.mixin));
      for (OptionSpec option : flags.options()) {
        if (other != kind && given.hasMatchedOption(option)) {
          throw Stop.usage(
              "%s is for %s; %s, or leave it out.", option.longestName(), other.title, other.cure);
        }
      }
    }
    if (kind == Kind.SALES && given.hasMatchedOption(SEED)) {
      throw Stop.usage("%s is for frames and orders; add --frames or --orders.", SEED);
    }
    if (kind != Kind.SALES && given.hasMatchedOption(LOOP)) {
      throw Stop.usage("%s is for sales rows; %s have no end.", LOOP, kind.noun);
    }
  }

  private Plan plan(Kind kind) {
    if (kind == Kind.ORDERS && count != null && ordersOptions.historyOnly()) {
      throw Stop.usage("--count %d and --history.only: give one of them.", count);
    }
    Names.requireTopic("--topic", topic(kind));
    return new Plan(
        topic(kind),
        partitions,
        recordsPerSecond,
        count == null ? OptionalLong.empty() : OptionalLong.of(count),
        loop);
  }

  private String topic(Kind kind) {
    return topic == null ? kind.topic : topic;
  }

  private Supplier<Records> records(Kind kind) {
    return switch (kind) {
      case SALES -> salesOptions.records(rowKey());
      case FRAMES -> framesOptions.records(keyedByUid(), seed);
      case ORDERS -> {
        if (key != null && key != Key.NONE) {
          throw Stop.usage(
              "--key %s is not for orders; with --orders, give none.", Choice.spelled(key));
        }
        yield ordersOptions.records(seed);
      }
    };
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

  private static Generator.Outcome run(Kind kind, Generator generator, PrintWriter err) {
    try (ProgressBar bar =
        ProgressBar.start(err, kind.noun, generator::acknowledged, generator::recordsToSend)) {
      return generator.run();
    }
  }

  private String summary(Kind kind, Generator.Outcome outcome) {
    double seconds = outcome.elapsed().toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%s%,d %s acknowledged by topic %s in %.1f s, %,.0f %s/s.",
        outcome.stopped() ? "Stopped: " : "",
        outcome.acknowledged(),
        kind.noun,
        topic(kind),
        seconds,
        outcome.acknowledged() / seconds,
        kind.noun);
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
