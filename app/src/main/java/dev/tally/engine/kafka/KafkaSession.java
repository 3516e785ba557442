package dev.tally.engine.kafka;

import static java.util.Objects.requireNonNull;

import dev.tally.Causes;
import dev.tally.OutOfMemory;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.PartitionInfo;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import dev.tally.engine.Session;
import dev.tally.engine.TopicLayout;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import dev.tally.kafka.PollBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real clients of one worker, and what each of their failures means. */
public final class KafkaSession implements Session {
  private static final Logger log = LoggerFactory.getLogger(KafkaSession.class);

  /**
   * What all sessions of a process have in common.
   *
   * @param heapShareBytes that a session may use for the records of a poll, and about as much again
   *     for fetches and for records that wait to be sent
   */
  public record Settings(
      ClientSettings clients,
      EngineConfig engine,
      String instanceId,
      GroupProtocol groupProtocol,
      StartFrom startFrom,
      TopicLayout topics,
      long heapShareBytes,
      Admin admin) {
    String groupId() {
      return engine.groupId();
    }

    /** The name of one slot towards the brokers. */
    String name(int slot) {
      return MemberName.of(groupId(), instanceId, slot);
    }
  }

  /**
   * How large the clients' buffers may get.
   *
   * @param fetchBytes of all partitions in one fetch
   * @param partitionFetchBytes of one partition; what is fetched waits in memory, of each partition
   *     as much as one fetch brings
   * @param sendBytes of records that are not acknowledged yet
   */
  private record Buffers(int fetchBytes, int partitionFetchBytes, int sendBytes) {
    private static final int BYTES_MAX = 64 * 1024 * 1024;
    private static final int PARTITION_FETCH_BYTES_MAX = 8 * 1024 * 1024;
    // The brokers' default for the largest batch, which a fetch brings in any case.
    private static final int FETCH_BYTES_MIN = 1024 * 1024;

    static Buffers of(long heapShareBytes, int partitions) {
      return new Buffers(
          between(FETCH_BYTES_MIN, heapShareBytes, BYTES_MAX),
          between(FETCH_BYTES_MIN, heapShareBytes / partitions, PARTITION_FETCH_BYTES_MAX),
          between(REQUEST_BYTES_MAX, heapShareBytes, BYTES_MAX));
    }

    private static int between(int min, long value, int max) {
      return (int) Math.max(min, Math.min(value, max));
    }
  }

  /** Room for the largest dead letter that {@link Topics} lets through. */
  static final int REQUEST_BYTES_MAX = 16 * 1024 * 1024;

  // Of each of the two clients: together below what a worker is given to end.
  private static final Duration CLOSE_MAX = Duration.ofSeconds(8);
  // A leader answers in milliseconds; partitions that are live wait meanwhile.
  private static final Duration COMPARE_MAX = Duration.ofSeconds(10);

  private final Settings settings;
  private final String topic;
  private final String name;
  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final PollBudget budget;
  private final Poller poller;
  private final Producer<byte[], byte[]> producer;
  private final Sender sender;
  private final UnownedPartitions orphans;
  private volatile boolean clusterNews;

  /**
   * Opens both clients under the slot's name. Whoever had that name before is fenced, and its open
   * transaction is aborted, before anything is read.
   */
  public KafkaSession(Settings settings, int slot, Assignments assignments) {
    this.settings = settings;
    this.topic = settings.engine().inputTopic();
    this.name = settings.name(slot);
    this.budget = new PollBudget(settings.heapShareBytes());
    Buffers buffers = Buffers.of(settings.heapShareBytes(), settings.topics().inputPartitions());
    this.producer =
        Connection.opened(
            settings.clients(),
            () ->
                new KafkaProducer<>(
                    producerSettings(settings.clients(), settings.engine(), name, buffers),
                    new ByteArraySerializer(),
                    new ByteArraySerializer()));
    try {
      orReconnect("open a transactional producer", producer::initTransactions);
      this.consumer =
          Connection.opened(
              settings.clients(),
              () ->
                  new KafkaConsumer<>(
                      consumerSettings(
                          settings.clients(),
                          settings.groupId(),
                          settings.groupProtocol(),
                          name,
                          buffers),
                      new ListeningDeserializer(budget.ofKeys(new ByteBufferDeserializer())),
                      budget.ofValues(new ByteBufferDeserializer())));
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    this.poller = new Poller(consumer, budget::begin);
    this.sender =
        new Sender(
            record -> {
              var unused = producer.send(record); // one that fails later makes the commit fail
            },
            name);
    this.orphans =
        new UnownedPartitions(
            this::describeGroup, System::nanoTime, topic, settings.topics().inputPartitions());
    consumer.subscribe(List.of(topic), new Listener(assignments));
  }

  /**
   * Refuses settings that tally must set itself or that Kafka does not understand, before anything
   * is connected or created.
   */
  public static void requireUsable(
      ClientSettings clients, EngineConfig engine, GroupProtocol protocol) {
    String name = "anybody";
    Buffers buffers = Buffers.of(REQUEST_BYTES_MAX, 1);
    var unusedProducer =
        Connection.opened(
            clients, () -> new ProducerConfig(producerSettings(clients, engine, name, buffers)));
    var unusedConsumer =
        Connection.opened(
            clients,
            () ->
                new ConsumerConfig(
                    consumerSettings(clients, engine.groupId(), protocol, name, buffers)));
  }

  private static Map<String, Object> producerSettings(
      ClientSettings clients, EngineConfig engine, String name, Buffers buffers) {
    long transactionMillis = engine.transactionTimeout().toMillis();
    return clients.producer(
        Map.of(
            // A poll's answers go out in few large requests; commit flushes what is left, so
            // waiting for a batch to fill costs no latency.
            "linger.ms",
            5,
            // So long a transaction waits if brokers have not yet finished the one before.
            "retry.backoff.ms",
            10,
            "batch.size",
            256 * 1024,
            "buffer.memory",
            buffers.sendBytes(),
            "compression.type",
            "none",
            "max.block.ms",
            60_000),
        Map.of(
            "client.id",
            name,
            "acks",
            "all",
            "enable.idempotence",
            true,
            "transactional.id",
            name,
            // A dead worker's open transaction holds back its successor for as long as this.
            "transaction.timeout.ms",
            (int) transactionMillis,
            // Not more than the transaction has: what is later is aborted in any case.
            "delivery.timeout.ms",
            (int) transactionMillis,
            "request.timeout.ms",
            (int) (transactionMillis / 2),
            "max.request.size",
            REQUEST_BYTES_MAX,
            "key.serializer",
            ByteArraySerializer.class,
            "value.serializer",
            ByteArraySerializer.class));
  }

  private static Map<String, Object> consumerSettings(
      ClientSettings clients,
      String groupId,
      GroupProtocol protocol,
      String name,
      Buffers buffers) {
    Map<String, Object> defaults = new HashMap<>();
    // One poll is one transaction: the more it brings under load, the fewer there are.
    defaults.put("max.poll.records", 50_000);
    defaults.put("max.partition.fetch.bytes", buffers.partitionFetchBytes());
    defaults.put("fetch.max.bytes", buffers.fetchBytes());
    // New partitions are noticed before many rows have gone there.
    defaults.put("metadata.max.age.ms", 30_000);
    Map<String, Object> owned = new HashMap<>();
    owned.put("client.id", name);
    owned.put("group.id", groupId);
    owned.put("enable.auto.commit", false);
    owned.put("auto.offset.reset", "none");
    owned.put("isolation.level", "read_committed");
    owned.put("group.protocol", protocol.name().toLowerCase(Locale.ROOT));
    owned.put("key.deserializer", ByteBufferDeserializer.class);
    owned.put("value.deserializer", ByteBufferDeserializer.class);
    // Several workers would share one that was given.
    owned.put("group.instance.id", null);
    if (protocol == GroupProtocol.CLASSIC) {
      defaults.put("session.timeout.ms", 10_000);
      defaults.put("heartbeat.interval.ms", 2_000);
      owned.put(
          "partition.assignment.strategy",
          "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
      // A killed instance that comes back is given its partitions at once. The new protocol would
      // keep it out until the session ends, so there it is a member like any other.
      owned.put("group.instance.id", name);
    }
    return clients.consumer(defaults, owned);
  }

  private final class Listener implements ConsumerRebalanceListener {
    private final Assignments assignments;

    Listener(Assignments assignments) {
      this.assignments = assignments;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Any position will do while they are paused; without one the consumer would look up the
      // committed offsets itself and fail where there are none.
      partitions.forEach(partition -> consumer.seek(partition, 0));
      if (settings.groupProtocol() == GroupProtocol.CLASSIC) {
        orphans.lookLater();
      }
      assignments.assigned(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      poller.givenUp(partitions);
      assignments.revoked(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      poller.givenUp(partitions);
      assignments.lost(partitions);
    }
  }

  /** A consumer tells the deserializers that it is given, not what they wrap, of the cluster. */
  private final class ListeningDeserializer
      implements Deserializer<ByteBuffer>, ClusterResourceListener {
    private final Deserializer<ByteBuffer> deserializer;

    ListeningDeserializer(Deserializer<ByteBuffer> deserializer) {
      this.deserializer = deserializer;
    }

    @Override
    public ByteBuffer deserialize(String topic, byte[] data) {
      return deserializer.deserialize(topic, data);
    }

    @Override
    public ByteBuffer deserialize(String topic, Headers headers, ByteBuffer data) {
      return deserializer.deserialize(topic, headers, data);
    }

    @Override
    public void onUpdate(ClusterResource cluster) {
      clusterNews = true;
    }
  }

  @Override
  public ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
    ConsumerRecords<ByteBuffer, ByteBuffer> records =
        remedied("poll", () -> poller.poll(timeout), Remedy.Otherwise.RECONNECT);
    if (clusterNews && !records.isEmpty()) {
      clusterNews = false;
      requireSameTopic();
    }
    if (orphans.found()) {
      log.info("some partitions belong to no member of the group; asking for a rebalance");
      remedied(
          "ask for a rebalance",
          () -> consumer.enforceRebalance("partitions belong to no member"),
          Remedy.Otherwise.RECONNECT);
    }
    return records;
  }

  /**
   * The consumer goes on at the same offsets in a topic that was deleted and created anew. Records
   * are fetched by topic id, and it can learn of another one only with news of the cluster.
   */
  private void requireSameTopic() {
    TopicDescription found;
    try {
      found = describeTopic().join();
    } catch (CompletionException e) {
      throw Remedy.of("describe topic " + topic, unwrapped(e), Remedy.Otherwise.RECONNECT);
    }
    settings.topics().requireSameInput(topic, found.topicId(), found.partitions().size());
  }

  private CompletableFuture<ConsumerGroupDescription> describeGroup() {
    String group = settings.groupId();
    return completable(
        settings.admin().describeConsumerGroups(List.of(group)).describedGroups().get(group));
  }

  private CompletableFuture<TopicDescription> describeTopic() {
    return completable(settings.admin().describeTopics(Set.of(topic)).topicNameValues().get(topic));
  }

  /** There is a future for all that is asked for, even for what does not exist. */
  private static <T> CompletableFuture<T> completable(@Nullable KafkaFuture<T> asked) {
    return requireNonNull(asked).toCompletionStage().toCompletableFuture();
  }

  @Override
  public void requireSameLog(TopicPartition partition, OffsetAndMetadata answered) {
    // The client asks the partition's leader where that epoch ended, before a position is valid.
    seek(partition, answered);
    remedied(
        "compare the log",
        () -> consumer.position(partition, COMPARE_MAX),
        Remedy.Otherwise.RECONNECT);
  }

  // With the consumer protocol a thread of the client's own gives partitions up as soon as the
  // brokers have forgotten the member; only the next poll tells us. Until then they are not to be
  // found here.

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata offset) {
    remedied("seek", () -> consumer.seek(partition, offset), Remedy.Otherwise.RECONNECT);
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    remedied("pause", () -> consumer.pause(partitions), Remedy.Otherwise.RECONNECT);
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    remedied("resume", () -> consumer.resume(partitions), Remedy.Otherwise.RECONNECT);
  }

  @Override
  public void begin() {
    remedied("begin a transaction", producer::beginTransaction, Remedy.Otherwise.RECONNECT);
  }

  @Override
  public void send(ProducerRecord<byte[], byte[]> record) {
    // Written out, since it runs for every answer.
    try {
      sender.send(record);
    } catch (KafkaException e) {
      throw Remedy.of("send to " + record.topic(), e, Remedy.Otherwise.REWIND);
    } catch (IllegalStateException e) {
      throw unusable("send to " + record.topic(), e);
    }
  }

  @Override
  public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    remedied("send", sender::flush, Remedy.Otherwise.REWIND);
    remedied(
        "add offsets to the transaction",
        () -> producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata()),
        Remedy.Otherwise.REWIND);
    // What fails here without saying more may have been committed: only a new producer can tell.
    remedied("commit the transaction", producer::commitTransaction, Remedy.Otherwise.RECONNECT);
  }

  @Override
  public void abort() {
    // Who could not discard must never send again: that, too, takes a new session.
    orReconnect(
        "abort the transaction",
        () -> {
          sender.discard();
          producer.abortTransaction();
        });
  }

  @Override
  public void close(boolean leaveGroup) {
    CloseOptions.GroupMembershipOperation operation =
        leaveGroup
            ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
            : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
    sender.close();
    try {
      consumer.close(CloseOptions.timeout(CLOSE_MAX).withGroupMembershipOperation(operation));
    } catch (KafkaException e) {
      // Then the brokers will miss us; nothing that was committed or saved depends on it.
      log.warn("could not leave the group in order: {}", Causes.of(e));
    } finally {
      producer.close(CLOSE_MAX);
    }
  }

  // --- what Kafka knows of a partition ----------------------------------------------------------

  @Override
  public CompletableFuture<Map<TopicPartition, PartitionInfo>> find(
      Set<TopicPartition> partitions) {
    Admin admin = settings.admin();
    // Committed offsets first: the log's end is read afterwards, so it cannot lie before them.
    return admin
        .listConsumerGroupOffsets(
            Map.of(
                settings.groupId(), new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
            new ListConsumerGroupOffsetsOptions().requireStable(true))
        .partitionsToOffsetAndMetadata(settings.groupId())
        .toCompletionStage()
        .thenCompose(committed -> found(admin, partitions, committed))
        .handle(
            (found, failure) -> {
              if (failure != null) {
                throw Remedy.of(
                    "ask where to begin", unwrapped(failure), Remedy.Otherwise.RECONNECT);
              }
              return found;
            })
        .toCompletableFuture();
  }

  private CompletableFuture<Map<TopicPartition, PartitionInfo>> found(
      Admin admin,
      Set<TopicPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> committed) {
    CompletableFuture<TopicDescription> description = describeTopic();
    var starts = offsets(admin, partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    var ends = offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    var begins =
        offsets(admin, partitions, settings.startFrom().spec(), IsolationLevel.READ_COMMITTED);
    return CompletableFuture.allOf(description, starts, ends, begins)
        .thenApply(
            ignored -> {
              Map<TopicPartition, PartitionInfo> found = new HashMap<>();
              // Where a transaction is open there is no entry; null means no committed offset.
              for (TopicPartition partition : committed.keySet()) {
                long end = offset(ends, partition);
                // No record is as late as the time that was asked for: begin with the next one.
                long begin = offset(begins, partition);
                found.put(
                    partition,
                    new PartitionInfo(
                        description.join().topicId(),
                        description.join().partitions().size(),
                        offset(starts, partition),
                        end,
                        begin < 0 ? end : begin,
                        committed(committed.get(partition))));
              }
              return found;
            });
  }

  private static long offset(
      CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets,
      TopicPartition partition) {
    return requireNonNull(offsets.join().get(partition)).offset();
  }

  private static CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
      Admin admin, Set<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(partition, spec));
    return completable(admin.listOffsets(specs, new ListOffsetsOptions(isolation)).all());
  }

  private static PartitionInfo.@Nullable Committed committed(@Nullable OffsetAndMetadata offset) {
    if (offset == null) {
      return null;
    }
    Optional<Integer> epoch = offset.leaderEpoch();
    return new PartitionInfo.Committed(
        offset.offset(),
        epoch.isPresent() ? OptionalInt.of(epoch.get()) : OptionalInt.empty(),
        offset.metadata());
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  // --- what a failure means ---------------------------------------------------------------------

  private void remedied(String what, Runnable action, Remedy.Otherwise otherwise) {
    remedied(
        what,
        () -> {
          action.run();
          return name;
        },
        otherwise);
  }

  /** Where there is nothing to go back to, or going back is what failed. */
  private void orReconnect(String what, Runnable action) {
    try {
      remedied(what, action, Remedy.Otherwise.RECONNECT);
    } catch (Rewind e) {
      throw new Reconnect(String.valueOf(e.getMessage()), e);
    }
  }

  private <T> T remedied(String what, Supplier<T> action, Remedy.Otherwise otherwise) {
    try {
      return action.get();
    } catch (KafkaException e) {
      throw Remedy.of(what, e, otherwise);
    } catch (IllegalStateException e) {
      throw unusable(what, e);
    } catch (OutOfMemoryError e) {
      OutOfMemory.haltIfCauseOf(e);
      throw e;
    }
  }

  /** A client that met a fatal error before says so in this way. */
  private static Reconnect unusable(String what, IllegalStateException e) {
    return new Reconnect("could not " + what + ": " + e.getMessage(), e);
  }
}
