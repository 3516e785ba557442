package dev.tally.engine.kafka;

import dev.tally.engine.EngineConfig;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a session's clients, each with its reason. Users may change the defaults; what
 * exactness depends on is ours alone.
 */
public final class ClientTuning {
  private static final Logger log = LoggerFactory.getLogger(ClientTuning.class);

  /** Room for the largest dead letter that {@link Topics} lets through. */
  static final int REQUEST_BYTES_MAX = 16 * 1024 * 1024;

  /** What a poll of a table may bring: it is read once and then changes little. */
  static final int TABLE_BYTES_MAX = 1024 * 1024;

  private static final int BUFFER_BYTES_MAX = 64 * 1024 * 1024;
  private static final int PARTITION_FETCH_BYTES_MAX = 8 * 1024 * 1024;
  // The brokers' default for the largest batch, which a fetch brings in any case.
  private static final int FETCH_BYTES_MIN = 1024 * 1024;

  private static final String COOPERATIVE =
      "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

  private final ClientSettings clients;
  private final EngineConfig engine;
  private final GroupProtocol protocol;
  private final String name;
  private final long heapShareBytes;
  private final int partitions;

  /**
   * The settings of one slot's clients.
   *
   * @param name of the slot towards the brokers
   * @param heapShareBytes that each client may use for its buffers
   * @param partitions of the input topic
   */
  ClientTuning(
      ClientSettings clients,
      EngineConfig engine,
      GroupProtocol protocol,
      String name,
      long heapShareBytes,
      int partitions) {
    this.clients = clients;
    this.engine = engine;
    this.protocol = protocol;
    this.name = name;
    this.heapShareBytes = heapShareBytes;
    this.partitions = partitions;
  }

  /**
   * Refuses settings that tally must set itself or that Kafka does not understand, before anything
   * is connected or created.
   */
  public static void requireUsable(
      ClientSettings clients, EngineConfig engine, GroupProtocol protocol) {
    ClientTuning tuning =
        new ClientTuning(clients, engine, protocol, "unnamed", REQUEST_BYTES_MAX, 1);
    var unusedProducer = Connection.opened(clients, () -> new ProducerConfig(tuning.producer()));
    var unusedConsumer = Connection.opened(clients, () -> new ConsumerConfig(tuning.consumer()));
    if (engine.table().isPresent()) {
      var unusedTable = Connection.opened(clients, () -> new ConsumerConfig(tuning.table()));
    }
  }

  private record Setting(String key, @Nullable Object value, String why) {}

  private static Setting setting(String key, @Nullable Object value, String why) {
    return new Setting(key, value, why);
  }

  private static Map<String, @Nullable Object> settings(Setting... settings) {
    Map<String, @Nullable Object> byKey = new HashMap<>();
    for (Setting setting : settings) {
      log.debug("{}={}: {}", setting.key(), setting.value(), setting.why());
      byKey.put(setting.key(), setting.value());
    }
    return byKey;
  }

  Map<String, Object> producer() {
    int transactionMillis = (int) engine.transactionTimeout().toMillis();
    return clients.producer(
        settings(
            setting("linger.ms", 5, "answers go out in few requests; a commit flushes the rest"),
            setting("retry.backoff.ms", 10, "how soon to ask whether the last transaction ended"),
            setting("batch.size", 256 * 1024, "the answers of a large poll in few batches"),
            setting("buffer.memory", within(REQUEST_BYTES_MAX, heapShareBytes), "our heap share")),
        settings(
            setting("client.id", name, "one name in logs, metrics and quotas"),
            setting("acks", "all", "what is committed must survive its leader"),
            setting("enable.idempotence", true, "a batch that is retried must not appear twice"),
            setting("transactional.id", name, "a worker that had the name before is fenced"),
            setting("transaction.timeout.ms", transactionMillis, "how long a dead one blocks us"),
            setting("delivery.timeout.ms", transactionMillis, "later batches would be aborted"),
            setting("request.timeout.ms", transactionMillis / 2, "time for a second attempt"),
            setting("max.request.size", REQUEST_BYTES_MAX, "room for the largest dead letter"),
            setting("key.serializer", ByteArraySerializer.class, "answers are bytes"),
            setting("value.serializer", ByteArraySerializer.class, "answers are bytes")));
  }

  Map<String, Object> consumer() {
    Map<String, @Nullable Object> defaults =
        settings(
            setting("max.poll.records", 50_000, "a poll is a transaction: few under load"),
            setting("max.partition.fetch.bytes", partitionFetchBytes(), "waits in our heap share"),
            setting("fetch.max.bytes", within(FETCH_BYTES_MIN, heapShareBytes), "our heap share"),
            setting("receive.buffer.bytes", -1, "the system's: a fetch arrives during computing"),
            setting("metadata.max.age.ms", 30_000, "added partitions are noticed soon"));
    Map<String, @Nullable Object> owned =
        settings(
            setting("client.id", name, "one name in logs, metrics and quotas"),
            setting("group.id", engine.groupId(), "given as --group.id"),
            setting("enable.auto.commit", false, "offsets are committed with their answers"),
            setting("auto.offset.reset", "none", "where to begin is decided, never guessed"),
            setting("isolation.level", "read_committed", "aborted records were never there"),
            setting("group.protocol", protocol.name().toLowerCase(Locale.ROOT), "as given"),
            setting("key.deserializer", ByteBufferDeserializer.class, "records are not copied"),
            setting("value.deserializer", ByteBufferDeserializer.class, "records are not copied"),
            setting("group.instance.id", null, "several workers would share one that was given"));
    if (protocol == GroupProtocol.CLASSIC) {
      defaults.putAll(
          settings(
              setting("session.timeout.ms", 10_000, "a dead member is missed soon"),
              setting("heartbeat.interval.ms", 2_000, "several within a session")));
      owned.putAll(
          settings(
              setting("partition.assignment.strategy", COOPERATIVE, "others go on meanwhile"),
              // The new protocol would keep a killed instance out until its session ends.
              setting("group.instance.id", name, "a killed instance returns at once")));
    }
    return clients.consumer(defaults, owned);
  }

  /** Of the consumer that reads the table beside the input. */
  Map<String, Object> table() {
    return clients.consumer(
        settings(
            setting("max.partition.fetch.bytes", TABLE_BYTES_MAX, "little beside the input"),
            setting("fetch.max.bytes", TABLE_BYTES_MAX, "little beside the input"),
            setting("metadata.max.age.ms", 30_000, "a table created anew is noticed soon")),
        settings(
            setting("client.id", name + "-table", "one name in logs, metrics and quotas"),
            setting("group.id", null, "all partitions are read, and no offsets committed"),
            setting("enable.auto.commit", false, "how far it is read is in the state"),
            setting("auto.offset.reset", "none", "where to begin is decided, never guessed"),
            setting("isolation.level", "read_committed", "aborted rows were never there"),
            setting("allow.auto.create.topics", false, "a table that is missing is not empty"),
            setting("group.protocol", "classic", "everything is done by the worker's thread"),
            setting("group.instance.id", null, "there is no group"),
            setting("key.deserializer", ByteArrayDeserializer.class, "rows are kept"),
            setting("value.deserializer", ByteArrayDeserializer.class, "rows are kept")));
  }

  private int partitionFetchBytes() {
    long bytes = Math.max(FETCH_BYTES_MIN, heapShareBytes / partitions);
    return (int) Math.min(bytes, PARTITION_FETCH_BYTES_MAX);
  }

  private static int within(int bytesMin, long bytes) {
    return (int) Math.max(bytesMin, Math.min(bytes, BUFFER_BYTES_MAX));
  }
}
