package dev.tally.bench.streams;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * Answers every sales row with its StockCode's sum over the ten minutes that end at it, exactly
 * once.
 *
 * <p>Arguments: bootstrap.servers, input topic, output topic, application.id, state folder, and
 * {@code dsl}, {@code processor}, {@code processor-sum} or {@code strongest}, which may be followed
 * by its number of threads and its commit interval in milliseconds. Input must be keyed by
 * StockCode; except for {@code users}, which counts the distinct users of each minute in frames,
 * with the same two arguments after it.
 */
public final class Streams {
  private static final String DEFAULT_THREADS = "1";
  private static final String DEFAULT_COMMIT_INTERVAL_MILLIS = "1000";

  private Streams() {}

  public static void main(String[] args) {
    String variant = args[5];
    Properties settings = settings(args[0], args[3], args[4]);
    if (variant.equals("strongest") || variant.equals("users")) {
      tune(
          settings,
          args.length > 6 ? args[6] : DEFAULT_THREADS,
          args.length > 7 ? args[7] : DEFAULT_COMMIT_INTERVAL_MILLIS);
    }
    KafkaStreams streams = new KafkaStreams(topology(variant, args[1], args[2]), settings);
    streams.setStateListener(
        (now, before) -> {
          if (now == State.ERROR) {
            Runtime.getRuntime().halt(1); // else the process would live on without a thread
          }
        });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }

  private static Topology topology(String variant, String input, String output) {
    return switch (variant) {
      case "dsl" -> Dsl.topology(input, output);
      case "processor" -> WindowScan.topology(input, output);
      case "processor-sum" -> RunningSum.topology(input, output);
      case "users" -> Users.topology(input, output);
      case "strongest" -> Strongest.topology(input, output);
      default -> throw new IllegalArgumentException(variant);
    };
  }

  private static Properties settings(String bootstrapServers, String application, String state) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // After a crash the next process takes the partitions over at once; without static membership
    // it would wait until the session of the dead one ends (45 s).
    settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), "only");
    return settings;
  }

  private static void tune(Properties settings, String threads, String commitIntervalMillis) {
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    // A commit stops the thread until the brokers have all; and the longer, the more puts to one
    // chunk are one.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMillis);
    // Holds all that is put between two commits, so that nothing is written twice for one; a larger
    // one would only be slower to search.
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16L << 20);
    // Fewer and fuller rounds of the thread's loop.
    settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 << 20);
    settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 64 << 20);
    // Fewer and fuller requests.
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 64L << 20);
  }
}
