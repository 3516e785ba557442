package dev.tally.engine.kafka;

import dev.tally.Causes;
import dev.tally.OutOfMemory;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.PartitionInfo;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import dev.tally.engine.Session;
import dev.tally.engine.TableReader;
import dev.tally.engine.TableTopic;
import dev.tally.engine.TopicLayout;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import dev.tally.kafka.PollBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real clients of one worker; every failure of theirs becomes its {@link Remedy}. */
public final class KafkaSession implements Session {
  private static final Logger log = LoggerFactory.getLogger(KafkaSession.class);

  /**
   * What all sessions of a process have in common.
   *
   * @param heapShareBytes that a session may use for the records of a poll, and again for fetches
   *     and for records that wait to be sent
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

    ClientTuning tuning(String name) {
      return new ClientTuning(
          clients, engine, groupProtocol, name, heapShareBytes, topics.inputPartitions());
    }

    /** The name of one slot towards the brokers. */
    String name(int slot) {
      return MemberName.of(groupId(), instanceId, slot);
    }
  }

  // Each of the two clients of the input and the answers may take this long; together they stay
  // below what a worker is given.
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
  private final @Nullable KafkaTable table;
  private final Sender sender;
  private final PartitionLookup lookup;
  private final UnownedPartitions unowned;
  private volatile boolean clusterNews;
  private boolean backlog;

  /**
   * Opens the clients under the slot's name. A worker that had the name before is fenced, and its
   * open transaction aborted, before anything is read.
   */
  public KafkaSession(Settings settings, int slot, Assignments assignments) {
    this.settings = settings;
    this.topic = settings.engine().inputTopic();
    this.name = settings.name(slot);
    this.budget = new PollBudget(settings.heapShareBytes());
    ClientTuning tuning = settings.tuning(name);
    this.producer =
        Connection.opened(
            settings.clients(),
            () ->
                new KafkaProducer<>(
                    tuning.producer(), new ByteArraySerializer(), new ByteArraySerializer()));
    try {
      orReconnect("open a transactional producer", producer::initTransactions);
      this.consumer =
          Connection.opened(
              settings.clients(),
              () ->
                  new KafkaConsumer<>(
                      tuning.consumer(),
                      new ListeningDeserializer<>(
                          budget.ofKeys(new ByteBufferDeserializer()), () -> clusterNews = true),
                      budget.ofValues(new ByteBufferDeserializer())));
      this.table = settings.engine().table().map(table -> opened(table, tuning)).orElse(null);
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
    this.lookup =
        new PartitionLookup(
            settings.admin(), settings.groupId(), topic, settings.startFrom().spec());
    this.poller = new Poller(consumer, budget);
    this.sender =
        new Sender(
            record -> {
              var unused = producer.send(record); // one that fails later makes the commit fail
            },
            name);
    this.unowned =
        new UnownedPartitions(
            lookup::describeGroup, System::nanoTime, topic, settings.topics().inputPartitions());
    consumer.subscribe(List.of(topic), new Listener(assignments));
  }

  private KafkaTable opened(TableTopic table, ClientTuning tuning) {
    PartitionLookup ofTable =
        new PartitionLookup(
            settings.admin(), settings.groupId(), table.name(), settings.startFrom().spec());
    return new KafkaTable(table.name(), settings.clients(), tuning, ofTable);
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
        unowned.lookLater();
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

  @Override
  public ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
    ConsumerRecords<ByteBuffer, ByteBuffer> records =
        remedied("poll", () -> poller.poll(timeout), Remedy.Otherwise.RECONNECT);
    backlog = remedied("tell the lag", () -> waiting(records), Remedy.Otherwise.RECONNECT);
    if (clusterNews && !records.isEmpty()) {
      clusterNews = false;
      requireSameTopic();
    }
    if (unowned.found()) {
      log.info("some partitions belong to no member of the group; asking for a rebalance");
      remedied(
          "ask for a rebalance",
          () -> consumer.enforceRebalance("partitions belong to no member"),
          Remedy.Otherwise.RECONNECT);
    }
    return records;
  }

  @Override
  public boolean backlog() {
    return backlog;
  }

  /** By what the last fetches have told; nothing is asked of the brokers. */
  private boolean waiting(ConsumerRecords<ByteBuffer, ByteBuffer> records) {
    long lag = 0;
    for (TopicPartition partition : records.partitions()) {
      lag += consumer.currentLag(partition).orElse(0);
    }
    return lag > records.count();
  }

  /**
   * The consumer goes on at the same offsets in a topic that was deleted and created anew. Records
   * are fetched by topic id, and it learns of a new id only with news of the cluster.
   */
  private void requireSameTopic() {
    TopicDescription found;
    try {
      found = lookup.describeTopic().join();
    } catch (CompletionException e) {
      throw Remedy.of(
          "describe topic " + topic, PartitionLookup.unwrapped(e), Remedy.Otherwise.RECONNECT);
    }
    settings.topics().requireSameInput(topic, found.topicId(), found.partitions().size());
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

  // Under the consumer protocol the client gives partitions up by itself as soon as the brokers
  // have forgotten the member, and only the next poll tells us. Until then these calls can fail.

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
    // A failure of unknown kind may have been committed: only a new producer can tell.
    remedied("commit the transaction", producer::commitTransaction, Remedy.Otherwise.RECONNECT);
  }

  @Override
  public void abort() {
    // A sender that could not discard must never send again: that, too, takes a new session.
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
    if (table != null) {
      table.close();
    }
    try {
      consumer.close(CloseOptions.timeout(CLOSE_MAX).withGroupMembershipOperation(operation));
    } catch (KafkaException e) {
      // The brokers will notice that we are gone; nothing committed or saved depends on it.
      log.warn("could not leave the group in order: {}", Causes.of(e));
    } finally {
      producer.close(CLOSE_MAX);
    }
  }

  @Override
  public CompletableFuture<Map<TopicPartition, PartitionInfo>> lookUp(
      Set<TopicPartition> partitions) {
    return lookup.of(partitions);
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
    return lookup.ends(partitions);
  }

  @Override
  public @Nullable TableReader table() {
    return table;
  }

  private void remedied(String what, Runnable action, Remedy.Otherwise otherwise) {
    remedied(
        what,
        () -> {
          action.run();
          return name;
        },
        otherwise);
  }

  /** For steps that leave nothing to go back to, or whose failure is that of going back. */
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
