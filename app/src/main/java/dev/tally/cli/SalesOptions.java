package dev.tally.cli;

import dev.tally.generate.Records;
import dev.tally.generate.sales.EventTime;
import dev.tally.generate.sales.Missing;
import dev.tally.generate.sales.RowKey;
import dev.tally.generate.sales.Rows;
import dev.tally.generate.sales.SalesRecords;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of `tally generate` that shape sales rows. */
final class SalesOptions {
  @Option(
      names = "--file",
      paramLabel = "CSV",
      description =
          "Sales: rows in the layout of UCI Online Retail II, with or without InvoiceDate; they are"
              + " held in memory. Default: 57,363 of its rows, which come with tally.")
  private @Nullable Path file;

  @Option(
      names = "--event.time",
      defaultValue = "now",
      paramLabel = "now|csv|START+RATE",
      description =
          "Sales: InvoiceDate is the time of sending; or the file's own column, read as UTC,"
              + " with each pass of a loop following the last; or a clock that starts START seconds"
              + " after 1970 and has RATE rows per second of event time, as in 1700000000+1000."
              + " Default: ${DEFAULT-VALUE}.")
  private String eventTime = "";

  @Option(
      names = "--missing",
      defaultValue = "null",
      paramLabel = "null|nan|omit",
      description =
          "Sales: how missing values are written; nan is Python's bare NaN, which is not strict"
              + " JSON. Default: ${DEFAULT-VALUE}.")
  private Missing missing = Missing.NULL;

  /**
   * The rows, not loaded yet.
   *
   * @throws dev.tally.Stop if a flag is out of bounds
   */
  Supplier<Records> records(RowKey key) {
    Rows rows = file == null ? Rows.bundled() : Rows.file(file);
    EventTime time = EventTime.parse(eventTime);
    return () -> SalesRecords.load(rows, key, missing, time);
  }
}
