package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.generate.Records;
import dev.tally.generate.orders.CustomersFile;
import dev.tally.generate.orders.History;
import dev.tally.generate.orders.OrderMix;
import dev.tally.generate.orders.OrderRecords;
import dev.tally.load.Industries;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of `tally generate` that shape orders. */
final class OrdersOptions {
  @Option(
      names = "--days",
      defaultValue = "32",
      paramLabel = "N",
      description =
          "Orders: days of history, of 100 to 200 orders each, which are sent first and as fast as"
              + " the brokers take them. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--history.end",
      defaultValue = "now",
      paramLabel = "now|TIME",
      description =
          "Orders: when the history ends, now or at a time such as 2023-04-01T00:00:00Z. After now,"
              + " orders have the time of sending; after a time, 150 a day of event time follow."
              + " Default: ${DEFAULT-VALUE}.")
  private String historyEnd = "";

  @Option(names = "--history.only", description = "Orders: end with the history.")
  private boolean historyOnly;

  @Option(
      names = "--customers",
      defaultValue = "500",
      paramLabel = "N",
      description =
          "Orders: how many customers there are, some of them far more active than others. Default:"
              + " ${DEFAULT-VALUE}.")
  private long customers;

  @Option(
      names = "--customers.file",
      paramLabel = "CSV",
      description =
          "Orders: write these customers to a file, for load-customers, before anything is sent.")
  private @Nullable Path customersFile;

  @Option(
      names = "--repeats",
      defaultValue = "0.01",
      paramLabel = "SHARE",
      converter = ShareConverter.class,
      description =
          "Orders: the share that repeats one of the latest 256 orders, byte for byte, 0 to 1."
              + " Default: ${DEFAULT-VALUE}.")
  private double repeatShare;

  @Option(
      names = "--conflicts",
      defaultValue = "0",
      paramLabel = "SHARE",
      converter = ShareConverter.class,
      description =
          "Orders: the share with the order_id of one of these and other lines, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double conflictShare;

  @Option(
      names = "--shuffle",
      description =
          "Orders: send the history out of order, by up to 64 orders, which are about ten hours.")
  private boolean shuffled;

  /** Whether the number of orders is that of the history. */
  boolean historyOnly() {
    return historyOnly;
  }

  /**
   * The orders, not prepared yet, which is when the customers' file is written.
   *
   * @throws Stop if a flag is out of bounds
   */
  Supplier<Records> records(long seed) {
    OrderMix mix = new OrderMix(customers, repeatShare, conflictShare, shuffled, seed);
    History history = History.parse(days, historyEnd, System.currentTimeMillis(), seed);
    if (historyOnly && history.count() == 0) {
      throw Stop.usage("--history.only with --days 0 leaves no orders; leave one of them out.");
    }
    Path file = customersFile;
    return () -> {
      if (file != null) {
        List<String> industries = Industries.BUILT_IN.names().stream().sorted().toList();
        CustomersFile.write(file, mix, industries);
      }
      return new OrderRecords(mix, history, historyOnly);
    };
  }
}
