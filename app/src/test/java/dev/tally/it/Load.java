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

/** Rows of many products that keep coming, with the time of sending as event time. */
final class Load implements AutoCloseable {
  private static final int CODES = 700;
  private static final long SLICE_NANOS = 5_000_000;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final long rowsPerSecond;
  private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
  private final CompletableFuture<Long> sent = new CompletableFuture<>();
  private volatile boolean ending;

  private Load(KafkaProducer<byte[], byte[]> producer, String topic, long rowsPerSecond) {
    this.producer = producer;
    this.topic = topic;
    this.rowsPerSecond = rowsPerSecond;
  }

  static Load start(Cluster kafka, String topic, long rowsPerSecond) {
    // Brokers may be away for a while; what counts is that every row is sent, and once.
    Map<String, Object> patient = Map.of("delivery.timeout.ms", 600_000, "max.block.ms", 600_000);
    Load load = new Load(kafka.producer(patient), topic, rowsPerSecond);
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
        LockSupport.parkNanos(SLICE_NANOS);
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

  /** Ends it and says how many rows there are. */
  long end() throws Exception {
    ending = true;
    return sent.get(60, SECONDS);
  }

  @Override
  public void close() {
    ending = true;
  }
}
