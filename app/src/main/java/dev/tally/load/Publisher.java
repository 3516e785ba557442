package dev.tally.load;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Codecs;
import dev.tally.kafka.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to one topic and counts those that all in-sync replicas have. Retries of the
 * producer repeat none (idempotence), and no record overtakes another of its partition.
 */
final class Publisher implements AutoCloseable {
  static final String CLIENT_ID = "tally-load";

  /** After a failure, how long records that are under way may take to be acknowledged. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile @Nullable Exception failure;

  Publisher(Producer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /** Opens a producer with the settings of {@link #settings}. */
  static Publisher open(ClientSettings clients, Map<String, Object> settings, String topic) {
    return new Publisher(
        Connection.opened(clients, () -> new KafkaProducer<byte[], byte[]>(settings)), topic);
  }

  /**
   * The producer's settings, so that a wrong one is refused before anything is connected.
   *
   * @throws Stop if one is wrong
   */
  static Map<String, Object> settings(ClientSettings clients) {
    if (clients.given().containsKey("producer.transactional.id")) {
      throw Stop.usage(
          "--producer.transactional.id: files are not loaded in transactions; leave it out.");
    }
    Map<String, Object> defaults =
        Map.of(
            "client.id",
            CLIENT_ID,
            "linger.ms",
            20,
            "batch.size",
            512 * 1024,
            "buffer.memory",
            64L * 1024 * 1024);
    Map<String, Object> owned =
        Map.of(
            "acks",
            "all",
            "enable.idempotence",
            true,
            "key.serializer",
            ByteArraySerializer.class,
            "value.serializer",
            ByteArraySerializer.class);
    Map<String, Object> settings = clients.producer(defaults, owned);
    var unused = Connection.opened(clients, () -> new ProducerConfig(settings));
    return settings;
  }

  /** How many records are acknowledged so far. */
  long acknowledged() {
    return acknowledged.get();
  }

  /**
   * Hands a record over; its acknowledgement is not waited for.
   *
   * @throws Stop if this one or an earlier one cannot be sent
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same, in order
  void send(byte @Nullable [] key, byte @Nullable [] value) {
    requireNoFailure();
    try {
      producer.send(
          new ProducerRecord<>(topic, key, value),
          (metadata, refusal) -> {
            if (refusal == null) {
              acknowledged.incrementAndGet();
            } else if (failure == null) {
              failure = refusal; // those after it mostly say that it happened
            }
          });
    } catch (KafkaException e) {
      failure = e;
      requireNoFailure();
    }
  }

  /**
   * Waits until all that was handed over is acknowledged.
   *
   * @throws Stop if one could not be sent
   */
  void flush() {
    producer.flush();
    requireNoFailure();
  }

  private void requireNoFailure() {
    Exception cause = failure;
    if (cause == null) {
      return;
    }
    producer.close(CLOSE_WITHIN);
    throw Codecs.unusable(cause)
        .orElseGet(
            () ->
                Stop.kafka(
                    "a record could not be sent to topic %s: %s; %d were acknowledged.",
                    topic, Causes.of(cause), acknowledged()));
  }

  @Override
  public void close() {
    producer.close(CLOSE_WITHIN);
  }
}
