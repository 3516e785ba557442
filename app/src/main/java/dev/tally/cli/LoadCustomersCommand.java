package dev.tally.cli;

import dev.tally.load.CustomerFiles;
import dev.tally.load.CustomerLoad;
import dev.tally.load.CustomerWatch;
import dev.tally.load.Industries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** `tally load-customers`: brings the topic of customers to what files say. */
@Command(
    name = "load-customers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Brings the topic of customers to what files say, and sends only what differs from it.",
      "Of several rows with one customer_id the last one counts, in the order of the files; those"
          + " of a folder (*.csv, *.csv.gz) come in the order of their names. If a file is broken,"
          + " nothing is sent."
    })
final class LoadCustomersCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(LoadCustomersCommand.class);

  private static final Duration STOP_MAX = Duration.ofSeconds(60);

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|FOLDER",
      description =
          "CSV with the columns customer_id, company_name and specialized_industries, as in"
              + " \"Agriculture;Food\"; may be compressed with gzip.")
  private List<Path> files = List.of();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--customers.topic",
      defaultValue = "customers",
      paramLabel = "TOPIC",
      description =
          "Topic with one customer a key; it must be compacted, and is created if it is missing."
              + " Default: ${DEFAULT-VALUE}.")
  private String topic = "";

  @Option(
      names = "--industries",
      paramLabel = "FILE",
      description =
          "The industries that are known, one a line; others are reported and count nowhere."
              + " Default: the ten of the original data.")
  private @Nullable Path industries;

  @Option(
      names = "--delete.missing",
      description = "Delete customers that are in the topic and in none of the files.")
  private boolean deleteMissing;

  @Option(
      names = "--watch",
      description =
          "Go on until SIGTERM or Ctrl-C, and load all files again whenever one has changed, come"
              + " or gone.")
  private boolean watch;

  @Option(
      names = "--watch.interval",
      defaultValue = "1m",
      paramLabel = "DURATION",
      description = "With --watch: time between two looks at the files. Default: ${DEFAULT-VALUE}.")
  private Duration watchInterval = Duration.ZERO;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() {
    Names.requireTopic("--customers.topic", topic);
    Path known = industries;
    CustomerLoad load =
        new CustomerLoad(
            kafka.settings(),
            topic,
            known == null ? Industries.BUILT_IN : Industries.read(known),
            deleteMissing);
    CustomerFiles customerFiles = new CustomerFiles(files);
    if (watch) {
      CustomerWatch running =
          new CustomerWatch(
              customerFiles, watchInterval, batch -> load.load(batch, log::warn).toString());
      Termination.onSignal(running::stop, STOP_MAX);
      running.run();
    } else {
      spec.commandLine().getErr().println(load.load(customerFiles.list(), log::warn));
    }
    return 0;
  }
}
