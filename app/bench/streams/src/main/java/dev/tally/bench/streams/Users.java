package dev.tally.bench.streams;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The distinct users of each minute. Frames are spread anew by user, so that each user's first
 * frame of a minute is seen in one place, and only those first ones are counted. A set per minute
 * in one value would be written whole, to the store and to its changelog, for every new user.
 *
 * <p>Stream time is the highest time of any record, and there is no watermark over the tasks: each
 * reads its partition of a backlog at its own pace, and what the slowest hands on is late by as
 * much as it is behind the fastest. The grace here is more than the whole workload spans, and
 * results are updates, one of each minute per commit. Final results alone (by {@code suppress})
 * would come hours later, or would lack the users of slower partitions.
 */
final class Users {
  private static final String SEEN = "seen";
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration GRACE = Duration.ofHours(12);

  private Users() {}

  static Topology topology(String input, String output) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(SEEN, MINUTE.plus(GRACE), MINUTE, false),
                Serdes.String(),
                Serdes.Boolean())
            // Most frames are of users who were seen a moment ago.
            .withCachingEnabled());
    builder.stream(
            input,
            Consumed.with(Serdes.ByteArray(), UserFrame.serde())
                .withTimestampExtractor((frame, partitionTime) -> millis(frame.value())))
        .map((key, frame) -> KeyValue.pair(frame.uid(), true))
        .repartition(Repartitioned.with(Serdes.String(), Serdes.Boolean()).withName("by-user"))
        .process(FirstOfMinute::new, SEEN)
        // Of all users together there is one count: a minute has no parts to spread.
        .repartition(
            Repartitioned.with(Serdes.Long(), Serdes.Boolean())
                .withName("by-minute")
                .withNumberOfPartitions(1))
        .groupByKey(Grouped.with(Serdes.Long(), Serdes.Boolean()))
        .windowedBy(TimeWindows.ofSizeAndGrace(MINUTE, GRACE))
        .count(Materialized.with(Serdes.Long(), Serdes.Long()))
        .toStream()
        .map((window, users) -> KeyValue.pair(start(window.key()), answer(window.key(), users)))
        .to(output, Produced.with(Serdes.String(), Serdes.String()));
    return builder.build();
  }

  private static long millis(Object frame) {
    return ((UserFrame) frame).tsSeconds() * 1000;
  }

  private static String start(long minuteMillis) {
    return Instant.ofEpochMilli(minuteMillis).toString();
  }

  private static String answer(long minuteMillis, long users) {
    return "{\"start\":\"" + start(minuteMillis) + "\",\"users\":" + users + "}";
  }

  /** Hands on the first frame of each user and minute, keyed by the minute. */
  @SuppressWarnings("NullAway.Init") // init comes before all else
  private static final class FirstOfMinute
      extends ContextualProcessor<String, Boolean, Long, Boolean> {
    private WindowStore<String, Boolean> seen;

    @Override
    public void init(ProcessorContext<Long, Boolean> context) {
      super.init(context);
      seen = context.getStateStore(SEEN);
    }

    @Override
    public void process(Record<String, Boolean> record) {
      long minute = record.timestamp() / MINUTE.toMillis() * MINUTE.toMillis();
      if (seen.fetch(record.key(), minute) == null) {
        seen.put(record.key(), true, minute);
        context().forward(record.withKey(minute));
      }
    }
  }
}
