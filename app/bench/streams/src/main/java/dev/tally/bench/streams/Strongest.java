package dev.tally.bench.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * What can be done within Kafka Streams: answers come from windows on the heap; the store is only
 * written, one small value per row, and read once when a task starts. Its cache makes one put per
 * commit of all puts to one chunk, for the changelog and for RocksDB.
 */
@SuppressWarnings("NullAway.Init") // init comes before all else
final class Strongest extends ContextualProcessor<Bytes, Row, Bytes, byte[]> {
  private static final String CHUNKS = "chunks";
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

  private record State(RowWindow window, Chunks chunks) {}

  private Map<Bytes, State> states;
  private KeyValueStore<Bytes, byte[]> store;

  static Topology topology(String input, String output) {
    return Processors.topology(
        input,
        output,
        Serdes.Bytes(),
        Row.serde(),
        (row, partitionTime) -> Rules.millis(((Row) row.value()).nanos()),
        Strongest::new,
        Set.of(
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(CHUNKS), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()),
        Serdes.ByteArray());
  }

  /** Also comes after an aborted transaction, when the store has been restored: forget all. */
  @Override
  public void init(ProcessorContext<Bytes, byte[]> context) {
    super.init(context);
    store = context.getStateStore(CHUNKS);
    states = new HashMap<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(this::restore);
    }
    context.schedule(SWEEP_EVERY, PunctuationType.STREAM_TIME, this::expire);
  }

  private void restore(KeyValue<Bytes, byte[]> chunk) {
    State state = state(Bytes.wrap(Chunks.code(chunk.key)));
    long newestNanos = Long.MIN_VALUE;
    for (Chunk rows = Chunk.reader(chunk.value); rows.next(); ) {
      state.window().add(rows.nanos(), rows.amount());
      newestNanos = Math.max(newestNanos, rows.nanos());
    }
    state.chunks().found(chunk.key, newestNanos);
  }

  private State state(Bytes code) {
    State state = states.get(code);
    if (state == null) {
      state = new State(new RowWindow(), new Chunks(store, code.get()));
      states.put(code, state);
    }
    return state;
  }

  @Override
  public void process(Record<Bytes, Row> record) {
    Row row = record.value();
    if (Rules.late(row.nanos(), context().currentStreamTimeMs())) {
      return;
    }
    State state = state(record.key());
    long sum = state.window().add(row.nanos(), row.amount());
    state.chunks().add(row.nanos(), row.amount());
    context().forward(record.withValue(row.answer(sum)));
  }

  /** By stream time, so that it lies between the same rows in every run. */
  private void expire(long streamTimeMillis) {
    Duration horizon = Duration.ofMillis(streamTimeMillis).minus(Rules.WINDOW).minus(Rules.GRACE);
    states
        .values()
        .removeIf(
            state -> {
              state.chunks().expire(horizon.toNanos());
              return state.window().expire(horizon.toNanos()) && state.chunks().isEmpty();
            });
  }
}
