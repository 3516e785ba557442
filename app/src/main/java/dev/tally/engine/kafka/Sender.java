package dev.tally.engine.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Gives records to a producer, in order, on a thread of its own while the worker computes the next
 * ones: sending a record takes half the time of computing it. The records of a small transaction
 * are sent by the worker itself, which saves the change of threads.
 */
final class Sender implements AutoCloseable {
  // Waking the thread costs as much as sending about a hundred records.
  private static final int CHUNK_RECORDS = 4_000;
  // Waiting records outlive young collections: a longer queue only makes those dearer.
  private static final int CHUNKS_MAX = 4;

  private final Consumer<ProducerRecord<byte[], byte[]>> producer;
  private final ExecutorService thread;
  private final Queue<Future<?>> handedOver = new ArrayDeque<>();
  private List<ProducerRecord<byte[], byte[]>> chunk = new ArrayList<>(CHUNK_RECORDS);
  private volatile boolean discarding;

  /**
   * Nothing is sent yet.
   *
   * @param producer is given the records one by one, and may throw
   * @param name of the thread, after {@code sender-}
   */
  Sender(Consumer<ProducerRecord<byte[], byte[]>> producer, String name) {
    this.producer = producer;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "sender-" + name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Sends a record now or later.
   *
   * @throws RuntimeException what the producer threw for this record, or for one before it
   */
  void send(ProducerRecord<byte[], byte[]> record) {
    chunk.add(record);
    if (chunk.size() == CHUNK_RECORDS) {
      if (handedOver.size() == CHUNKS_MAX) {
        await(handedOver.remove());
      }
      List<ProducerRecord<byte[], byte[]>> full = chunk;
      handedOver.add(thread.submit(() -> give(full)));
      chunk = new ArrayList<>(CHUNK_RECORDS);
    }
  }

  private void give(List<ProducerRecord<byte[], byte[]>> records) {
    for (ProducerRecord<byte[], byte[]> record : records) {
      if (discarding) {
        return;
      }
      producer.accept(record);
    }
  }

  /**
   * Returns once the producer has been given every record.
   *
   * @throws RuntimeException what the producer threw for one of them
   */
  void flush() {
    while (!handedOver.isEmpty()) {
      await(handedOver.remove());
    }
    give(chunk);
    chunk.clear();
  }

  /** Forgets what the producer has not been given yet; after it returns nothing more is sent. */
  void discard() {
    discarding = true;
    chunk.clear();
    handedOver.clear();
    await(thread.submit(() -> {})); // runs after all others
    discarding = false;
  }

  private static void await(Future<?> done) {
    try {
      done.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    discarding = true;
    thread.shutdown();
  }
}
