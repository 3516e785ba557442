package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A steady stream of rows of many products, whose event time is the time of sending. In a short run
 * they come in bursts: each makes a transaction or two, which is most of what the brokers have to
 * do. {@code -Dtally.chaos.seconds} lets them come as evenly as in production.
 */
final class Load implements AutoCloseable {
  private static final int CODES = 700;
  private static final long BURST_NANOS = 50_000_000;
  private static final long EVEN_NANOS = 5_000_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final long rowsPerSecond;
  private final long pauseNanos;
  private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
  private final CompletableFuture<Long> sent = new CompletableFuture<>();
  private volatile boolean ending;

  private Load(
      KafkaProducer<byte[], byte[]> producer, String topic, long rowsPerSecond, long pauseNanos) {
    this.producer = producer;
    this.topic = topic;
    this.rowsPerSecond = rowsPerSecond;
    this.pauseNanos = pauseNanos;
  }

  static Load start(Cluster kafka, String topic, long rowsPerSecond) {
    return start(kafka, topic, rowsPerSecond, Chaos.isLong() ? EVEN_NANOS : BURST_NANOS);
  }

  /** The same without bursts, also in a short run. */
  static Load startEven(Cluster kafka, String topic, long rowsPerSecond) {
    return start(kafka, topic, rowsPerSecond, EVEN_NANOS);
  }

  private static Load start(Cluster kafka, String topic, long rowsPerSecond, long pauseNanos) {
    // Brokers may be away for a while; every row has to be sent all the same, and once.
    Map<String, Object> patient = Map.of("delivery.timeout.ms", 600_000, "max.block.ms", 600_000);
    Load load = new Load(kafka.producer(patient), topic, rowsPerSecond, pauseNanos);
    Thread thread = new Thread(load::run, "load");
    thread.setDaemon(true);
    thread.start();
    return load;
  }

  private void run() {
    try (producer) {
      long rows = 0;
      long beganNanos = System.nanoTime();
      while (!ending) {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        for (; rows < seconds * rowsPerSecond && !ending; rows++) {
          send(rows);
        }
        LockSupport.parkNanos(pauseNanos);
      }
      producer.flush();
      Exception failure = refusal.get();
      if (failure == null) {
        sent.complete(rows);
      } else {
        sent.completeExceptionally(failure);
      }
    } catch (RuntimeException e) {
      sent.completeExceptionally(e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same
  private void send(long row) {
    Instant now = Instant.now();
    String code = "code " + row * 31 % CODES;
    String value =
        "{\"StockCode\":\"%s\",\"Quantity\":%d,\"Price\":%d.%03d,\"InvoiceDate\":%d.%06d}"
            .formatted(
                code,
                row % 13 - 3,
                row % 89,
                row * 7 % 1_000,
                now.getEpochSecond(),
                now.getNano() / 1_000);
    ProducerRecord<byte[], byte[]> record = Sales.record(topic, code, value);
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure != null) {
            refusal.compareAndSet(null, failure);
          }
        });
  }

  /** Ends the stream and says how many rows there are. */
  long end() throws Exception {
    ending = true;
    return sent.get(60, SECONDS);
  }

  @Override
  public void close() {
    ending = true;
  }
}
