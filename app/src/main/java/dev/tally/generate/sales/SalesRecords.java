package dev.tally.generate.sales;

import dev.tally.Stop;
import dev.tally.generate.Records;
import java.time.Duration;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sales rows in the order of their file, over and over, each with the event time of its turn. */
public final class SalesRecords implements Records {
  private static final Logger LOG = LoggerFactory.getLogger(SalesRecords.class);

  private final String name;
  private final JsonRows rows;
  private final LongBinaryOperator eventTimes;

  private SalesRecords(String name, JsonRows rows, LongBinaryOperator eventTimes) {
    this.name = name;
    this.rows = rows;
    this.eventTimes = eventTimes;
  }

  /**
   * Reads and encodes all rows.
   *
   * @throws Stop if the file cannot be read, has no row, holds a value that cannot be sent, lacks
   *     the event times that are asked for, or is larger than memory
   */
  public static SalesRecords load(Rows rows, RowKey key, Missing missing, EventTime eventTime) {
    JsonRows encoded = JsonRows.of(rows, key, missing, eventTime);
    Duration disorder = Duration.ofNanos(EventTime.Csv.disorderNanos(encoded.csvNanos()));
    if (!disorder.isZero()) {
      LOG.warn(
          "In {}, InvoiceDate goes back by up to {} s. With less --grace than that, rolling-sum"
              + " finds rows late.",
          rows.name(),
          disorder.toSeconds());
    }
    return new SalesRecords(rows.name(), encoded, eventTime.times(encoded.csvNanos()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return rows.size();
  }

  @Override
  public byte @Nullable [] key(long n) {
    return rows.key(row(n));
  }

  @Override
  public byte[] value(long n, long wallNanos) {
    return rows.value(row(n), eventTimes.applyAsLong(n, wallNanos));
  }

  private int row(long n) {
    return (int) (n % rows.size());
  }
}
