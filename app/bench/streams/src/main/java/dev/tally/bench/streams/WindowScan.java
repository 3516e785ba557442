package dev.tally.bench.streams;

import dev.tally.bench.streams.Sale.Amount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Every row adds up its whole window again from a window store.
 *
 * <p>The store tells rows of one key and millisecond apart by a number that starts again with the
 * process, as in joins of streams: of two such rows before and after a restart, one may be lost.
 */
@SuppressWarnings("NullAway.Init") // init comes before all else
final class WindowScan extends ContextualProcessor<String, Sale, String, String> {
  private static final String AMOUNTS = "amounts";
  // The oldest row that is answered still needs its whole window; and milliseconds are rounded.
  private static final Duration RETENTION = Rules.WINDOW.plus(Rules.GRACE).plusSeconds(1);

  private WindowStore<String, Amount> amounts;

  static Topology topology(String input, String output) {
    return Processors.topology(
        input,
        output,
        WindowScan::new,
        Set.of(
            Stores.windowStoreBuilder(
                Stores.persistentWindowStore(AMOUNTS, RETENTION, Rules.WINDOW, true),
                Serdes.String(),
                Amount.serde())));
  }

  @Override
  public void init(ProcessorContext<String, String> context) {
    super.init(context);
    amounts = context.getStateStore(AMOUNTS);
  }

  @Override
  public void process(Record<String, Sale> row) {
    Sale sale = row.value();
    if (Rules.late(sale.nanos(), context().currentStreamTimeMs())) {
      return;
    }
    amounts.put(row.key(), sale.amount(), Rules.millis(sale.nanos()));
    long from = sale.nanos() - Rules.WINDOW_NANOS;
    BigDecimal sum = sum(amounts, row.key(), from, sale.nanos());
    context().forward(row.withValue(Sale.answer(row.key(), sale.epoch(), sum)));
  }

  /** Of a key's rows in [from, to]. */
  static BigDecimal sum(
      WindowStore<String, Amount> amounts, String code, long fromNanos, long toNanos) {
    BigDecimal sum = BigDecimal.ZERO;
    try (WindowStoreIterator<Amount> rows =
        amounts.fetch(code, Rules.millis(fromNanos), Rules.millis(toNanos))) {
      while (rows.hasNext()) {
        KeyValue<Long, Amount> row = rows.next();
        boolean inRange = row.value.nanos() >= fromNanos && row.value.nanos() <= toNanos;
        sum = inRange ? sum.add(row.value.value()) : sum;
      }
    }
    return sum;
  }
}
