package dev.tally.cli;

import dev.tally.load.OrderLoad;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** `tally load-orders`: sends the orders of files to a topic. */
@Command(
    name = "load-orders",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Sends the orders of files to a topic, each as it stands in its file and without a key.",
    footer =
        "A file that is loaded twice sends its orders twice; an order_id that comes again counts"
            + " once. The Kafka record timestamp is the time of sending.")
final class LoadOrdersCommand implements Callable<Integer> {
  private static final Duration STOP_MAX = Duration.ofSeconds(13);
  private static final int BYTES_SHOWN = 1000;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "JSON: an array of orders, or one order after the other, as in JSON lines; may be"
              + " compressed with gzip.")
  private List<Path> files = List.of();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      defaultValue = "orders",
      paramLabel = "TOPIC",
      description = "Topic to send the records to. Default: ${DEFAULT-VALUE}.")
  private String topic = "";

  @Option(
      names = "--partitions",
      defaultValue = "4",
      paramLabel = "N",
      description = "Partitions of the topic, if it has to be created. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    Names.requireTopic("--topic", topic);
    OrderLoad load = new OrderLoad(kafka.settings(), topic, partitions, files);
    Termination.onSignal(load::stop, STOP_MAX);
    PrintWriter err = spec.commandLine().getErr();
    err.println(summary(run(load, err)));
    return 0;
  }

  private static OrderLoad.Outcome run(OrderLoad load, PrintWriter err) {
    long total = load.bytesTotal();
    long shown = total == OrderLoad.UNKNOWN ? ProgressBar.ENDLESS : total / BYTES_SHOWN;
    try (ProgressBar bar =
        ProgressBar.start(err, "kB", () -> load.bytesRead() / BYTES_SHOWN, () -> shown)) {
      return load.run();
    }
  }

  private String summary(OrderLoad.Outcome outcome) {
    double seconds = outcome.elapsed().toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%s%,d orders acknowledged by topic %s in %.1f s, %,.0f orders/s.",
        outcome.stopped() ? "Stopped: " : "",
        outcome.acknowledged(),
        topic,
        seconds,
        outcome.acknowledged() / seconds);
  }
}
