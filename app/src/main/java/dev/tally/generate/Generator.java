package dev.tally.generate;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.generate.sales.EventTime;
import dev.tally.generate.sales.JsonRows;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Codecs;
import dev.tally.kafka.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the rows of a {@link Plan} to its topic. The record timestamp stays the producer's clock
 * whatever the event time is: brokers count retention from it and would soon delete history.
 */
public final class Generator {
  /**
   * How long rows already handed over may take to be acknowledged once {@link #stop} was called.
   */
  public static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Generator.class);

  private static final long STOP_CHECK_NANOS = 100_000_000;

  /**
   * What came of it.
   *
   * @param acknowledged rows that all in-sync replicas have; every row that was handed over
   * @param stopped whether it ended because of {@link #stop}
   */
  public record Outcome(long acknowledged, Duration elapsed, boolean stopped) {}

  private final ClientSettings settings;
  private final Map<String, Object> producerSettings;
  private final Plan plan;
  private final JsonRows rows;
  private final long rowsToSend;
  private final Time time;

  private long handedOver;
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile @Nullable Exception failure;
  private volatile boolean stopped;

  private Generator(
      ClientSettings settings,
      Map<String, Object> producerSettings,
      Plan plan,
      JsonRows rows,
      Time time) {
    this.settings = settings;
    this.producerSettings = producerSettings;
    this.plan = plan;
    this.rows = rows;
    this.rowsToSend = plan.rowsToSend(rows.size());
    this.time = time;
  }

  /**
   * Reads and encodes the rows; nothing is sent yet.
   *
   * @throws Stop if a setting or the file is wrong
   */
  public static Generator load(ClientSettings settings, Plan plan) {
    return load(settings, plan, Time.SYSTEM);
  }

  static Generator load(ClientSettings settings, Plan plan, Time time) {
    if (settings.given().containsKey("producer.transactional.id")) {
      throw Stop.usage(
          "--producer.transactional.id: generate sends no transactions; leave it out.");
    }
    // Before anything is connected or created: what Kafka does not understand is refused at once.
    Map<String, Object> producerSettings = producerSettings(settings, plan);
    var unused = Connection.opened(settings, () -> new ProducerConfig(producerSettings));
    JsonRows rows = JsonRows.of(plan.rows(), plan.key(), plan.missing(), plan.eventTime());
    Duration disorder = Duration.ofNanos(EventTime.Csv.disorderNanos(rows.csvNanos()));
    if (!disorder.isZero()) {
      LOG.warn(
          "In {}, InvoiceDate goes back by up to {} s; with less --grace than that, rolling-sum"
              + " finds rows late.",
          plan.rows().name(),
          disorder.toSeconds());
    }
    return new Generator(settings, producerSettings, plan, rows, time);
  }

  /** How many rows {@link #run} sends; {@link Long#MAX_VALUE} for without end. */
  public long rowsToSend() {
    return rowsToSend;
  }

  /** How many rows are acknowledged so far. */
  public long acknowledged() {
    return acknowledged.get();
  }

  /** Ends {@link #run} soon: no further row is sent, those handed over are seen through. */
  public void stop() {
    stopped = true;
  }

  /**
   * Sends the rows and returns when all are acknowledged. To be called once.
   *
   * @throws Stop if the brokers cannot be reached or one row could not be sent
   */
  public Outcome run() {
    Topic.ensure(settings, plan.topic(), plan.partitions());
    return run(
        Connection.opened(settings, () -> new KafkaProducer<byte[], byte[]>(producerSettings)));
  }

  /** Closes the producer. */
  Outcome run(Producer<byte[], byte[]> producer) {
    long startedNanos = 0;
    boolean allHandedOver = false;
    try {
      // Fetched here, so that the first row does not wait for it with its time already stamped.
      producer.partitionsFor(plan.topic());
      startedNanos = time.monotonicNanos();
      handOver(producer);
      allHandedOver = goingOn();
    } catch (KafkaException e) {
      failure = e;
    } finally {
      // Without end a close takes up to delivery.timeout.ms, which is what retries are given.
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
          "a row could not be sent to topic %s: %s; of %d rows handed over, %d were acknowledged.",
          plan.topic(), Causes.of(cause), handedOver, acknowledged());
    }
    if (acknowledged() != handedOver) {
      throw new IllegalStateException(acknowledged() + " acknowledged of " + handedOver);
    }
    Duration elapsed = Duration.ofNanos(time.monotonicNanos() - startedNanos);
    return new Outcome(handedOver, elapsed, stopped);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same, in order
  private void handOver(Producer<byte[], byte[]> producer) {
    LongUnaryOperator eventTimes = plan.eventTime().times(rows.csvNanos(), time::wallNanos);
    Pace pace =
        plan.rowsPerSecond() == Plan.UNPACED
            ? null
            : new Pace(plan.rowsPerSecond(), time.monotonicNanos());
    Callback callback = this::onAnswer;
    while (handedOver < rowsToSend && goingOn()) {
      long waitNanos = pace == null ? 0 : pace.waitNanos(handedOver, time.monotonicNanos());
      if (waitNanos > 0) {
        time.sleep(Math.min(waitNanos, STOP_CHECK_NANOS));
        continue;
      }
      int row = (int) (handedOver % rows.size());
      byte[] value = rows.value(row, eventTimes.applyAsLong(handedOver));
      producer.send(new ProducerRecord<>(plan.topic(), rows.key(row), value), callback);
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
      // Only the first is kept: those behind it mostly say that it happened.
      failure = refusal;
    }
  }

  private static Map<String, Object> producerSettings(ClientSettings settings, Plan plan) {
    boolean paced = plan.rowsPerSecond() != Plan.UNPACED;
    Map<String, Object> defaults =
        Map.of(
            "client.id",
            "tally-generate",
            // Paced rows are there to measure latency with; unpaced ones fill batches anyway.
            "linger.ms",
            paced ? 1 : 20,
            "batch.size",
            paced ? 64 * 1024 : 512 * 1024,
            // About a second of rows at full speed, so that a short stall stops nobody.
            "buffer.memory",
            128L * 1024 * 1024);
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
