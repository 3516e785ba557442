package dev.tally.engine;

import dev.tally.job.Job;
import dev.tally.job.StateStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The real {@link Worker}, one step at a time, on clients that a simulation provides. The rest is
 * what the engine keeps to itself, made visible: the session, what is found, the remedies.
 */
public final class SimulatedWorker {
  private static final int DEAD_LETTER_BYTES_MAX = 1 << 20;

  /** {@link Session}. */
  public interface Client {
    ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout);

    void seek(TopicPartition partition, OffsetAndMetadata offset);

    void pause(Collection<TopicPartition> partitions);

    void resume(Collection<TopicPartition> partitions);

    CompletableFuture<Map<TopicPartition, Knowledge>> find(Set<TopicPartition> partitions);

    void begin();

    void send(ProducerRecord<byte[], byte[]> record);

    void commit(Map<TopicPartition, OffsetAndMetadata> offsets);

    void abort();

    void close(boolean leaveGroup);
  }

  /** {@link Session.Assignments}. */
  public interface Rebalances {
    void assigned(Collection<TopicPartition> partitions);

    void revoked(Collection<TopicPartition> partitions);

    void lost(Collection<TopicPartition> partitions);
  }

  /** {@link Session.Factory}. */
  public interface Clients {
    Client open(int slot, Rebalances rebalances);
  }

  /** {@link PartitionInfo}, `committed` being null if the group has no offset there. */
  public record Knowledge(
      Uuid topicId,
      int partitions,
      long logStart,
      long logEnd,
      long startFrom,
      @Nullable OffsetAndMetadata committed) {}

  /** What a client failed with, by remedy. */
  public static final class Failure extends RuntimeException {
    /** The remedy. */
    public enum Kind {
      REWIND,
      MEMBERSHIP_REWIND,
      RECONNECT,
      FENCED_RECONNECT,
      NAME_TAKEN
    }

    private final Kind kind;

    public Failure(Kind kind, String message) {
      super(message);
      this.kind = kind;
    }

    RuntimeException remedy() {
      String message = String.valueOf(getMessage());
      return switch (kind) {
        case REWIND -> new Rewind(message, this);
        case MEMBERSHIP_REWIND -> new Rewind(message, this, true);
        case RECONNECT -> new Reconnect(message, this);
        case FENCED_RECONNECT -> new Reconnect(message, this, true);
        case NAME_TAKEN -> new NameTaken(message, this);
      };
    }
  }

  private final Worker worker;

  public SimulatedWorker(
      Job job,
      EngineConfig config,
      Uuid topicId,
      int partitions,
      StateStore.Slots slots,
      Clients clients,
      LongSupplier nanos,
      LongConsumer parkNanos,
      int recordsPerLook) {
    TopicLayout layout =
        new TopicLayout(topicId, partitions, partitions, partitions, DEAD_LETTER_BYTES_MAX);
    this.worker =
        new Worker(
            job,
            config,
            layout,
            slots,
            (slot, assignments) -> session(clients, slot, assignments),
            new WorkerClock(nanos, parkNanos, recordsPerLook));
  }

  public void step() {
    worker.step();
  }

  public long memoryBytes() {
    return worker.memoryBytes();
  }

  public void leave() {
    worker.leave();
  }

  public void close() {
    worker.close();
  }

  /** A session on a simulation's client. */
  static Session session(Clients clients, int slot, Session.Assignments assignments) {
    return new Adapter(clients, slot, assignments);
  }

  private static final class Adapter implements Session {
    private final Client client;

    Adapter(Clients clients, int slot, Assignments assignments) {
      Rebalances rebalances =
          new Rebalances() {
            @Override
            public void assigned(Collection<TopicPartition> partitions) {
              assignments.assigned(partitions);
            }

            @Override
            public void revoked(Collection<TopicPartition> partitions) {
              assignments.revoked(partitions);
            }

            @Override
            public void lost(Collection<TopicPartition> partitions) {
              assignments.lost(partitions);
            }
          };
      try {
        this.client = clients.open(slot, rebalances);
      } catch (Failure e) {
        throw e.remedy();
      }
    }

    private static void remedied(Runnable action) {
      try {
        action.run();
      } catch (Failure e) {
        throw e.remedy();
      }
    }

    @Override
    public ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
      try {
        return client.poll(timeout);
      } catch (Failure e) {
        throw e.remedy();
      }
    }

    /** Also a client may know no epochs; then what is replayed has to tell. */
    @Override
    public void requireSameLog(TopicPartition partition, OffsetAndMetadata answered) {}

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
      client.seek(partition, offset);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
      client.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
      client.resume(partitions);
    }

    @Override
    public CompletableFuture<Map<TopicPartition, PartitionInfo>> lookUp(
        Set<TopicPartition> partitions) {
      return client
          .find(partitions)
          .handle(
              (known, failure) -> {
                if (failure instanceof Failure e) {
                  throw e.remedy();
                }
                return found(known);
              });
    }

    private static Map<TopicPartition, PartitionInfo> found(Map<TopicPartition, Knowledge> known) {
      Map<TopicPartition, PartitionInfo> found = new HashMap<>();
      known.forEach((partition, knowledge) -> found.put(partition, found(knowledge)));
      return found;
    }

    private static PartitionInfo found(Knowledge knowledge) {
      OffsetAndMetadata committed = knowledge.committed();
      return new PartitionInfo(
          knowledge.topicId(),
          knowledge.partitions(),
          knowledge.logStart(),
          knowledge.logEnd(),
          knowledge.startFrom(),
          committed);
    }

    @Override
    public void begin() {
      remedied(client::begin);
    }

    @Override
    public void send(ProducerRecord<byte[], byte[]> record) {
      remedied(() -> client.send(record));
    }

    @Override
    public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
      remedied(() -> client.commit(offsets));
    }

    @Override
    public void abort() {
      remedied(client::abort);
    }

    @Override
    public void close(boolean leaveGroup) {
      remedied(() -> client.close(leaveGroup));
    }
  }
}
