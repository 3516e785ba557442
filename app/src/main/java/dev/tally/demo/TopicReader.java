package dev.tally.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tally.Stop;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads partitions as every reader should: committed records only. It has a thread of its own, so
 * that drawing, and asking the broker, do not add to the latency that is measured.
 */
final class TopicReader implements AutoCloseable {
  private static final Duration CLOSE_ATMOST = Duration.ofSeconds(10);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ObjLongConsumer<ConsumerRecord<byte[], byte[]>> reader;
  private final Thread thread = new Thread(this::read, "topic-reader");

  @GuardedBy("this")
  private @Nullable RuntimeException failure;

  /**
   * Reads from the first record on, once it is started.
   *
   * @param reader is given each record with the time of its reading, in milliseconds since 1970, on
   *     the thread that reads
   */
  TopicReader(
      String bootstrapServers,
      Collection<TopicPartition> partitions,
      ObjLongConsumer<ConsumerRecord<byte[], byte[]>> reader) {
    this.reader = reader;
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            bytes,
            bytes);
    consumer.assign(partitions);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Checks that it still reads.
   *
   * @throws Stop with the reason if it does not
   */
  synchronized void requireReading() {
    if (failure != null) {
      throw Stop.kafka("What the job emits cannot be read: %s.", failure);
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(CLOSE_ATMOST.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (consumer) {
      while (true) {
        var records = consumer.poll(Duration.ofSeconds(1));
        long nowMillis = System.currentTimeMillis();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          reader.accept(record, nowMillis);
        }
      }
    } catch (WakeupException e) {
      // Closed.
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }
}
