package dev.tally.generate;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Codecs;
import dev.tally.kafka.Connection;
import dev.tally.kafka.TargetTopic;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends {@link Records} to a topic by a {@link Plan}. The record timestamp is the time of sending,
 * whatever the event time: brokers count retention from it, and would soon delete history.
 */
public final class Generator {
  /** After {@link #stop}, how long the records handed over may take to be acknowledged. */
  public static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  private static final String CLIENT_ID = "tally-generate";

  /** The longest that pacing can delay a stop. */
  private static final long STOP_CHECK_NANOS = 100_000_000;

  /**
   * The result of a run.
   *
   * @param acknowledged records that all in-sync replicas have: all that were handed over
   * @param stopped whether the run ended because of {@link #stop}
   */
  public record Outcome(long acknowledged, Duration elapsed, boolean stopped) {}

  private final ClientSettings settings;
  private final Map<String, Object> producerSettings;
  private final Plan plan;
  private final Records records;
  private final long recordsToSend;
  private final Time time;

  private long handedOver;
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile @Nullable Exception failure;
  private volatile boolean stopped;

  private Generator(
      ClientSettings settings,
      Map<String, Object> producerSettings,
      Plan plan,
      Records records,
      Time time) {
    this.settings = settings;
    this.producerSettings = producerSettings;
    this.plan = plan;
    this.records = records;
    this.recordsToSend = plan.recordsToSend(records);
    this.time = time;
  }

  /**
   * Loads the records. Nothing is sent yet.
   *
   * @param records asked once, after the settings are found right, since loading may take long
   * @throws Stop if a setting is wrong, or the records cannot be loaded
   */
  public static Generator load(
      ClientSettings settings, Plan plan, Supplier<? extends Records> records) {
    return load(settings, plan, records, Time.SYSTEM);
  }

  static Generator load(
      ClientSettings settings, Plan plan, Supplier<? extends Records> records, Time time) {
    if (settings.given().containsKey("producer.transactional.id")) {
      throw Stop.usage(
          "--producer.transactional.id: generate sends no transactions; leave it out.");
    }
    // Before anything is connected or created, so that a wrong setting is refused at once.
    Map<String, Object> producerSettings = producerSettings(settings, plan);
    var unused = Connection.opened(settings, () -> new ProducerConfig(producerSettings));
    return new Generator(settings, producerSettings, plan, records.get(), time);
  }

  /** How many records {@link #run} sends; {@link Long#MAX_VALUE} for without end. */
  public long recordsToSend() {
    return recordsToSend;
  }

  /** How many records are acknowledged so far. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** Ends {@link #run} soon. No further record is sent; those handed over are waited for. */
  public void stop() {
    stopped = true;
  }

  /**
   * Sends the records and returns when all are acknowledged. To be called once.
   *
   * @throws Stop if the brokers cannot be reached, or a record could not be sent
   */
  public Outcome run() {
    TargetTopic.ensure(settings, CLIENT_ID, plan.topic(), plan.partitions());
    return run(
        Connection.opened(settings, () -> new KafkaProducer<byte[], byte[]>(producerSettings)));
  }

  /** Sends them with this producer, and closes it. */
  Outcome run(Producer<byte[], byte[]> producer) {
    long startedNanos = 0;
    boolean allHandedOver = false;
    try {
      // Metadata is fetched here, so that the first record does not wait for it with its time set.
      int partitions = producer.partitionsFor(plan.topic()).size();
      startedNanos = time.monotonicNanos();
      handOver(producer, partitions);
      allHandedOver = goingOn();
    } catch (KafkaException e) {
      failure = e;
    } finally {
      // A close without a limit takes up to delivery.timeout.ms, which is what retries are given.
      producer.close(allHandedOver ? Duration.ofMillis(Long.MAX_VALUE) : STOP_WITHIN);
    }
    Exception cause = failure;
    if (cause != null) {
      Codecs.unusable(cause)
          .ifPresent(
              stop -> {
                throw stop;
              });
      throw Stop.kafka(
          "a record could not be sent to topic %s: %s; of %d records handed over, %d were"
              + " acknowledged.",
          plan.topic(), Causes.of(cause), handedOver, acknowledged());
    }
    if (acknowledged() != handedOver) {
      throw new IllegalStateException(acknowledged() + " acknowledged of " + handedOver);
    }
    Duration elapsed = Duration.ofNanos(time.monotonicNanos() - startedNanos);
    return new Outcome(handedOver, elapsed, stopped);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same, in order
  private void handOver(Producer<byte[], byte[]> producer, int partitions) {
    long firstPaced = plan.isPaced() ? records.unpaced() : Long.MAX_VALUE;
    Pace pace = null;
    Callback callback = this::onAnswer;
    while (handedOver < recordsToSend && goingOn()) {
      if (pace == null && handedOver >= firstPaced) {
        pace = new Pace(plan.recordsPerSecond(), time.monotonicNanos());
      }
      long waitNanos =
          pace == null ? 0 : pace.waitNanos(handedOver - firstPaced, time.monotonicNanos());
      if (waitNanos > 0) {
        time.sleep(Math.min(waitNanos, STOP_CHECK_NANOS));
        continue;
      }
      byte[] key = records.key(handedOver);
      byte[] value = records.value(handedOver, time.wallNanos());
      // In turn, where the producer would fill a batch for one partition after the other: in a
      // sparse history, that would leave gaps of days in each.
      Integer partition = key == null ? (int) (handedOver % partitions) : null;
      producer.send(new ProducerRecord<>(plan.topic(), partition, key, value), callback);
      handedOver++;
    }
  }

  private boolean goingOn() {
    return failure == null && !stopped;
  }

  private void onAnswer(@Nullable Object metadata, @Nullable Exception refusal) {
    if (refusal == null) {
      acknowledged.incrementAndGet();
    } else if (failure == null) {
      // Only the first is kept: those after it mostly say that it happened.
      failure = refusal;
    }
  }

  private static Map<String, Object> producerSettings(ClientSettings settings, Plan plan) {
    boolean paced = plan.isPaced();
    Map<String, Object> defaults =
        Map.of(
            "client.id",
            CLIENT_ID,
            // Paced records are for measuring latency; unpaced ones fill batches anyway.
            "linger.ms",
            paced ? 1 : 20,
            "batch.size",
            paced ? 64 * 1024 : 512 * 1024,
            // About a second of records at full speed, so that a short stall stops nothing.
            "buffer.memory",
            Math.min(128L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 4));
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
    return settings.producer(defaults, owned);
  }
}
