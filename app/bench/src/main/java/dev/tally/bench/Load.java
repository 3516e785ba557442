package dev.tally.bench;

import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends a workload's rows in order, keyed by StockCode. */
final class Load {
  private Load() {}

  /** All rows, as fast as they go. */
  static void all(String bootstrapServers, String topic, Workload workload) {
    some(bootstrapServers, topic, workload, 0, workload.rows());
  }

  /** Rows from one on up to another, which is not sent. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps what fails
  static void some(String bootstrapServers, String topic, Workload workload, long from, long to) {
    Failure failure = new Failure();
    try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers, 20, 512 << 10)) {
      for (long row = from; row < to; row++) {
        producer.send(
            new ProducerRecord<>(topic, workload.code(row), workload.value(row)), failure::note);
      }
    }
    failure.require();
  }

  static KafkaProducer<byte[], byte[]> producer(
      String bootstrapServers, int lingerMillis, int batchBytes) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "linger.ms",
            lingerMillis,
            "batch.size",
            batchBytes,
            "buffer.memory",
            128L << 20),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** The first send that failed. */
  static final class Failure {
    private volatile @Nullable Exception first;

    void note(@Nullable Object metadata, @Nullable Exception failure) {
      if (failure != null && first == null) {
        first = failure;
      }
    }

    void require() {
      Exception failure = first;
      if (failure != null) {
        throw new IllegalStateException("a row could not be sent", failure);
      }
    }
  }

  /** A thread that goes on at a pace until it is closed. */
  static final class Paced implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Failure failure = new Failure();
    private final Thread thread;
    private volatile boolean ending;

    /** Which row is sent at its turn. */
    interface Value {
      byte[] of(long row);
    }

    Paced(
        String bootstrapServers,
        String topic,
        Workload workload,
        long firstRow,
        int rowsPerSecond,
        Value value) {
      producer = producer(bootstrapServers, 0, 64 << 10);
      thread = new Thread(() -> send(topic, workload, firstRow, rowsPerSecond, value), "load");
      thread.setDaemon(true);
      thread.start();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps what fails
    private void send(
        String topic, Workload workload, long firstRow, int rowsPerSecond, Value value) {
      long beganNanos = System.nanoTime();
      for (long i = 0; !ending; i++) {
        long dueNanos = beganNanos + i * 1_000_000_000L / rowsPerSecond;
        while (dueNanos - System.nanoTime() > 0) {
          LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
        long row = firstRow + i;
        producer.send(
            new ProducerRecord<>(topic, workload.code(row), value.of(row)), failure::note);
      }
    }

    @Override
    public void close() throws InterruptedException {
      ending = true;
      thread.join();
      producer.close();
      failure.require();
    }
  }
}
