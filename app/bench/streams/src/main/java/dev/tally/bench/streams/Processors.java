package dev.tally.bench.streams;

import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/** From topic to topic through one processor and its stores. */
final class Processors {
  private Processors() {}

  interface Make<K, V, R> {
    Processor<K, V, K, R> processor();
  }

  /** The variants that know a row as a {@link Sale}. */
  static Topology topology(
      String input, String output, Make<String, Sale, String> make, Set<StoreBuilder<?>> stores) {
    return topology(
        input,
        output,
        Serdes.String(),
        Sale.serde(),
        (row, partitionTime) -> Rules.millis(((Sale) row.value()).nanos()),
        make,
        stores,
        Serdes.String());
  }

  static <K, V, R> Topology topology(
      String input,
      String output,
      Serde<K> keys,
      Serde<V> rows,
      TimestampExtractor eventTime,
      Make<K, V, R> make,
      Set<StoreBuilder<?>> stores,
      Serde<R> answers) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(input, Consumed.with(keys, rows).withTimestampExtractor(eventTime))
        .process(
            new ProcessorSupplier<K, V, K, R>() {
              @Override
              public Processor<K, V, K, R> get() {
                return make.processor();
              }

              @Override
              public Set<StoreBuilder<?>> stores() {
                return stores;
              }
            })
        .to(output, Produced.with(keys, answers));
    return builder.build();
  }
}
