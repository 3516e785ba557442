package dev.tally.generate;

import dev.tally.Stop;
import dev.tally.generate.sales.EventTime;
import dev.tally.generate.sales.Missing;
import dev.tally.generate.sales.RowKey;
import dev.tally.generate.sales.Rows;
import java.util.OptionalLong;

/**
 * What to send.
 *
 * @param partitions of the topic where it does not exist yet
 * @param rowsPerSecond {@link #UNPACED} for as fast as the brokers take them
 * @param count rows to send; if empty, all rows once, or without end if they loop
 * @param loop whether the rows start over at their end
 */
public record Plan(
    Rows rows,
    String topic,
    int partitions,
    RowKey key,
    Missing missing,
    EventTime eventTime,
    long rowsPerSecond,
    OptionalLong count,
    boolean loop) {
  public static final long UNPACED = 0;

  /** Finer pacing than a nanosecond has no meaning, and no sender comes near. */
  public static final long ROWS_PER_SECOND_MAX = 1_000_000_000;

  /** Far above what brokers carry; it catches a slip of the keyboard. */
  private static final int PARTITIONS_MAX = 100_000;

  public Plan {
    if (rowsPerSecond < 0 || rowsPerSecond > ROWS_PER_SECOND_MAX) {
      throw Stop.usage(
          "--rate %d: give 1 to %d rows per second, or max.", rowsPerSecond, ROWS_PER_SECOND_MAX);
    }
    if (partitions < 1 || partitions > PARTITIONS_MAX) {
      throw Stop.usage("--partitions %d: give 1 to %d.", partitions, PARTITIONS_MAX);
    }
    if (count.isPresent() && count.getAsLong() < 1) {
      throw Stop.usage("--count %d: give 1 or more.", count.getAsLong());
    }
  }

  /** The bundled rows once, keyed by StockCode, at the wall clock's time, unpaced. */
  public static Plan bundledOnce(String topic) {
    return new Plan(
        Rows.bundled(),
        topic,
        4,
        RowKey.STOCKCODE,
        Missing.NULL,
        new EventTime.Now(),
        UNPACED,
        OptionalLong.empty(),
        false);
  }

  /**
   * How many rows to send, {@link Long#MAX_VALUE} for without end.
   *
   * @throws Stop if more rows are asked for than there are without looping
   */
  long rowsToSend(int rowsHeld) {
    if (!loop && count.orElse(0) > rowsHeld) {
      throw Stop.usage(
          "--count %d: there are only %d rows in %s; add --loop to start over at their end.",
          count.getAsLong(), rowsHeld, rows.name());
    }
    return count.orElse(loop ? Long.MAX_VALUE : rowsHeld);
  }
}
