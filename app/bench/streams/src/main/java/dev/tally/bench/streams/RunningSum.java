package dev.tally.bench.streams;

import dev.tally.bench.streams.Sale.Amount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * A running sum for each key, from which what has left the window is subtracted. Rows lie in a
 * window store, with the limit described at {@link WindowScan}.
 */
@SuppressWarnings("NullAway.Init") // init comes before all else
final class RunningSum extends ContextualProcessor<String, Sale, String, String> {
  private static final String AMOUNTS = "amounts";
  private static final String SUMS = "sums";
  // What a sum holds must still be there when the key's next row, which may be a whole window
  // newer, has it subtracted.
  private static final Duration RETENTION =
      Rules.WINDOW.multipliedBy(2).plus(Rules.GRACE).plusSeconds(1);

  private WindowStore<String, Amount> amounts;
  // Each sum with the key's newest time: it is that of the window that ends there.
  private KeyValueStore<String, Amount> sums;

  static Topology topology(String input, String output) {
    return Processors.topology(
        input,
        output,
        RunningSum::new,
        Set.of(
            Stores.windowStoreBuilder(
                Stores.persistentWindowStore(AMOUNTS, RETENTION, Rules.WINDOW, true),
                Serdes.String(),
                Amount.serde()),
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(SUMS), Serdes.String(), Amount.serde())
                .withCachingEnabled()));
  }

  @Override
  public void init(ProcessorContext<String, String> context) {
    super.init(context);
    amounts = context.getStateStore(AMOUNTS);
    sums = context.getStateStore(SUMS);
  }

  @Override
  public void process(Record<String, Sale> row) {
    Sale sale = row.value();
    if (Rules.late(sale.nanos(), context().currentStreamTimeMs())) {
      return;
    }
    amounts.put(row.key(), sale.amount(), Rules.millis(sale.nanos()));
    BigDecimal sum = sum(row.key(), sale.amount());
    context().forward(row.withValue(Sale.answer(row.key(), sale.epoch(), sum)));
  }

  private BigDecimal sum(String code, Amount row) {
    Amount before = sums.get(code);
    if (before == null || row.nanos() - before.nanos() > Rules.WINDOW_NANOS) {
      sums.put(code, row);
      return row.value();
    }
    BigDecimal sum = before.value().add(row.value());
    if (row.nanos() >= before.nanos()) {
      BigDecimal left = between(code, start(before), start(row));
      sums.put(code, new Amount(row.nanos(), sum.subtract(left)));
      return sum.subtract(left);
    }
    sums.put(code, new Amount(before.nanos(), sum));
    BigDecimal later = between(code, row.nanos() + 1, before.nanos() + 1);
    return sum.subtract(later).add(between(code, start(row), start(before)));
  }

  private static long start(Amount newest) {
    return newest.nanos() - Rules.WINDOW_NANOS;
  }

  /** The sum of a key's rows in [from, to). */
  private BigDecimal between(String code, long fromNanos, long toNanos) {
    return fromNanos == toNanos
        ? BigDecimal.ZERO
        : WindowScan.sum(amounts, code, fromNanos, toNanos - 1);
  }
}
