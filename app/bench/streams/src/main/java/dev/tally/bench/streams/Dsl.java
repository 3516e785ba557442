package dev.tally.bench.streams;

import java.math.BigDecimal;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Sliding windows of the DSL. Each row changes every window it lies in, and each change is emitted;
 * the answer is that of the window that ends at the row.
 *
 * <p>What is inherently different: windows begin and end at whole milliseconds, so rows less than
 * one apart are in each other's answers, whatever their order. A row beyond the grace has no answer
 * but still counts in later windows that are open. A row whose predecessor is exactly one
 * millisecond too old for its window is answered twice, with the same sum.
 */
final class Dsl {
  private Dsl() {}

  /**
   * A window's sum.
   *
   * @param lastNanos of the row that was added last, by which a change is told to be its answer
   */
  private record Total(BigDecimal sum, long lastNanos, String lastEpoch) {
    static final Total NONE = new Total(BigDecimal.ZERO, 0, "");

    Total plus(Sale sale) {
      return new Total(sum.add(sale.amount().value()), sale.nanos(), sale.epoch());
    }

    String answer(String code) {
      return Sale.answer(code, lastEpoch, sum);
    }

    /** InvoiceDate as text is of interest only while the row's changes are emitted. */
    static Serde<Total> serde() {
      return Serdes.serdeFrom(
          (topic, total) -> Decimals.bytes(total.lastNanos(), total.sum()),
          (topic, bytes) -> new Total(Decimals.decimal(bytes), Decimals.nanos(bytes), ""));
    }
  }

  static Topology topology(String input, String output) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(
            input,
            Consumed.with(Serdes.String(), Sale.serde())
                .withTimestampExtractor(
                    (row, partitionTime) -> Rules.millis(((Sale) row.value()).nanos())))
        .groupByKey(Grouped.with(Serdes.String(), Sale.serde()))
        .windowedBy(SlidingWindows.ofTimeDifferenceAndGrace(Rules.WINDOW, Rules.GRACE))
        .aggregate(
            () -> Total.NONE,
            (code, sale, total) -> total.plus(sale),
            Materialized.<String, Total, WindowStore<Bytes, byte[]>>as("totals")
                .withKeySerde(Serdes.String())
                .withValueSerde(Total.serde())
                // A cache would keep back all but the last change of each commit.
                .withCachingDisabled())
        .toStream()
        .filter((window, total) -> window.window().end() == Rules.millis(total.lastNanos()))
        .map((window, total) -> KeyValue.pair(window.key(), total.answer(window.key())))
        .to(output, Produced.with(Serdes.String(), Serdes.String()));
    return builder.build();
  }
}
