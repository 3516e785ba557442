package dev.tally.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How long after a row was made its answer is in a reader's hands: producer, broker, contestant,
 * broker, reader of committed records. Event time is the time at which the row was made.
 */
final class Latency {
  private static final byte[] EPOCH = "\"Epoch\":".getBytes(US_ASCII);

  /** Milliseconds at three shares of the rows. */
  record Figures(long rows, double p50, double p99, double p999) {}

  private final Brokers brokers;
  private final int partitions;
  private final Duration warmUp;
  private final Duration length;

  Latency(Brokers brokers, int partitions, Duration warmUp, Duration length) {
    this.brokers = brokers;
    this.partitions = partitions;
    this.warmUp = warmUp;
    this.length = length;
  }

  Figures run(Contestant contestant, String run, int rowsPerSecond) throws Exception {
    String input = run + "-data";
    String output = run + "-agg";
    brokers.createTopic(input, partitions);
    brokers.createTopic(output, partitions);
    Workload workload = new Workload(Long.MAX_VALUE, partitions, Workload.REAL_KEYS, 1000, 0);
    Contestant.Assignment assignment =
        new Contestant.Assignment(
            brokers.bootstrapServers(), input, output, run, brokers.folder().resolve(run));
    Figures figures;
    try (Running running = Running.start(contestant, assignment);
        Load.Paced load =
            new Load.Paced(
                brokers.bootstrapServers(),
                input,
                workload,
                0,
                rowsPerSecond,
                row -> workload.value(row, nowNanos()))) {
      TimeUnit.MILLISECONDS.sleep(warmUp.toMillis());
      running.requireAlive();
      figures = read(output);
      running.requireAlive();
    }
    brokers.deleteTopicsOf(run);
    Brokers.deleteTree(assignment.state());
    return figures;
  }

  private static long nowNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** From the topic's end on. */
  private Figures read(String output) {
    List<TopicPartition> all = Brokers.partitions(output, partitions);
    long[] micros = new long[1 << 16];
    int count = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = Answers.consumer(brokers.bootstrapServers())) {
      consumer.assign(all);
      consumer.seekToEnd(all);
      long endNanos = System.nanoTime() + length.toNanos();
      while (System.nanoTime() - endNanos < 0) {
        var records = consumer.poll(Duration.ofMillis(100));
        long now = nowNanos() / 1000;
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (count == micros.length) {
            micros = Arrays.copyOf(micros, 2 * count);
          }
          micros[count++] = now - epochMicros(record.value());
        }
      }
    }
    long[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    return new Figures(count, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
  }

  private static double at(long[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.ceil(share * sorted.length) - 1] / 1000.0;
  }

  /** The answer's own Epoch, seconds with six decimals as the row had them. */
  static long epochMicros(byte[] answer) {
    int at = 0;
    while (!Arrays.equals(answer, at, at + EPOCH.length, EPOCH, 0, EPOCH.length)) {
      at++;
    }
    long micros = 0;
    for (at += EPOCH.length; answer[at] != ',' && answer[at] != '}'; at++) {
      if (answer[at] != '.') {
        micros = 10 * micros + answer[at] - '0';
      }
    }
    return micros;
  }
}
