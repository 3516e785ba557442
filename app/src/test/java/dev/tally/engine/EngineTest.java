package dev.tally.engine;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.job.StateStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long an engine stays away from its poll, and how long it waits; the rest is simulated. */
final class EngineTest {
  private static final int PARTITIONS = 5;
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
  private static final Uuid TOPIC_ID = new Uuid(1, 2);

  private final List<String> events = new ArrayList<>();
  private long nowNanos;
  private boolean offsetsAreHeld;
  private long tableEnd;
  private long rowBytes;
  private long memoryBytes;
  private Session.@Nullable Assignments group;

  private Session.Assignments group() {
    return Objects.requireNonNull(group);
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition("data", number);
  }

  /** Gives what it has no partition and no record, unless it is told to. */
  private final class IdleSession implements Session {
    @Override
    public ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
      events.add("poll");
      return new ConsumerRecords<>(Map.of(), Map.of());
    }

    @Override
    public CompletableFuture<Map<TopicPartition, PartitionInfo>> lookUp(
        Set<TopicPartition> partitions) {
      Map<TopicPartition, PartitionInfo> found = new HashMap<>();
      if (!offsetsAreHeld) {
        partitions.forEach(
            partition ->
                found.put(partition, new PartitionInfo(TOPIC_ID, PARTITIONS, 0, 0, 0, null)));
      }
      return CompletableFuture.completedFuture(found);
    }

    @Override
    public void requireSameLog(TopicPartition partition, OffsetAndMetadata answered) {}

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {}

    @Override
    public void pause(Collection<TopicPartition> partitions) {}

    @Override
    public void resume(Collection<TopicPartition> partitions) {
      if (tableEnd > 0) {
        events.add("resume");
      }
    }

    @Override
    public TableReader table() {
      return new Rows();
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
      return new CompletableFuture<>();
    }

    @Override
    public void begin() {}

    @Override
    public void send(ProducerRecord<byte[], byte[]> record) {}

    @Override
    public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void abort() {}

    @Override
    public void close(boolean leaveGroup) {}
  }

  /** A table of one partition, of which each poll brings one more row. */
  private final class Rows implements TableReader {
    private long next;

    @Override
    public CompletableFuture<TableInfo> lookUp() {
      return CompletableFuture.completedFuture(
          new TableInfo(TOPIC_ID, List.of(0L), List.of(tableEnd)));
    }

    @Override
    public void readFrom(TableInfo table, Map<Integer, Long> offsets) {
      next = Objects.requireNonNull(offsets.get(0));
    }

    @Override
    public void stop() {}

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      TopicPartition named = new TopicPartition("table", 0);
      ConsumerRecord<byte[], byte[]> row =
          new ConsumerRecord<>("table", 0, next++, new byte[1], new byte[1]);
      return new ConsumerRecords<>(
          Map.of(named, List.of(row)), Map.of(named, new OffsetAndMetadata(next)));
    }
  }

  /** Takes long to load. */
  private final class SlowJob implements Job {
    private final long loadNanos;

    SlowJob(long loadNanos) {
      this.loadNanos = loadNanos;
    }

    @Override
    public String fingerprint(int partitions) {
      return "slow";
    }

    @Override
    public long sliceNanos() {
      return 1;
    }

    @Override
    public Duration history() {
      return Duration.ZERO;
    }

    @Override
    public boolean readsTable() {
      return tableEnd > 0;
    }

    @Override
    public int answerBytesMax() {
      return 0;
    }

    @Override
    public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
      events.add("load");
      nowNanos += loadNanos;
      return new EmptyShard();
    }
  }

  private final class EmptyShard implements Shard {
    @Override
    public void row(Source table, long offset, byte[] key, byte @Nullable [] value) {
      events.add("row " + offset);
      memoryBytes += rowBytes;
    }

    @Override
    public void apply(
        long offset,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        long millis,
        Output output) {}

    @Override
    public long clockNanos() {
      return NO_CLOCK;
    }

    @Override
    public long horizonNanos() {
      return NO_CLOCK;
    }

    @Override
    public void save(KeyedState.Batch batch) {
      if (rowBytes > 0) {
        events.add("save");
      }
    }

    @Override
    public long memoryBytes() {
      return memoryBytes;
    }

    @Override
    public void trimTo(long bytes) {
      events.add("trim");
      memoryBytes = 0;
    }
  }

  private static final class Store implements StateStore {
    @Override
    public int slot() {
      return 0;
    }

    @Override
    public boolean intact() {
      return true;
    }

    @Override
    public Set<String> partitions() {
      return Set.of();
    }

    @Override
    public KeyedState open(String partition) {
      return new MemoryState();
    }

    @Override
    public void discard(String partition) {}

    @Override
    public void close() {}
  }

  private Engine engine(long loadNanos) {
    EngineConfig config =
        new EngineConfig(
            "group",
            "data",
            tableEnd > 0
                ? Optional.of(new TableTopic("table", "--table.topic", "load"))
                : Optional.empty(),
            List.of(OutputTopic.answers("agg")),
            "data-dead-letters",
            Set.of(),
            false,
            false,
            false,
            Duration.ZERO,
            TRANSACTION_TIMEOUT,
            Duration.ofSeconds(10),
            1 << 20);
    return new Engine(
        new SlowJob(loadNanos),
        config,
        new TopicLayout(TOPIC_ID, PARTITIONS, List.of(PARTITIONS), PARTITIONS, 1 << 20),
        new Store(),
        (slot, assignments) -> {
          group = assignments;
          return new IdleSession();
        },
        new WorkerClock(() -> nowNanos, nanos -> nowNanos += nanos, 1024),
        new Counts());
  }

  @Test
  void slowLoadsArePunctuatedByPolls() {
    Engine engine = engine(SECONDS.toNanos(3));
    group().assigned(List.of(partition(0), partition(1), partition(2), partition(3), partition(4)));
    for (int i = 0; i < 4; i++) {
      engine.step();
    }
    assertEquals(
        List.of("load", "load", "poll", "load", "load", "poll", "load", "poll", "poll"), events);
  }

  @Test
  void quickLoadsShareOneStep() {
    Engine engine = engine(1);
    group().assigned(List.of(partition(0), partition(1), partition(2)));
    engine.step();
    assertEquals(List.of("load", "load", "load", "poll"), events);
  }

  @Test
  void theInputIsFetchedOnceTheTableIsReadAndEachStepPolls() {
    tableEnd = 3;
    Engine engine = engine(1);
    group().assigned(List.of(partition(0)));
    engine.step();
    engine.step();
    assertFalse(engine.caughtUp());
    engine.step();
    assertEquals(
        List.of("load", "row 0", "poll", "row 1", "poll", "row 2", "resume", "poll"), events);
    assertTrue(engine.caughtUp());
  }

  @Test
  void rowsThatTakeTooMuchMemoryAreSavedAndTrimmedBetweenSteps() {
    tableEnd = 100;
    rowBytes = 1 << 19;
    Engine engine = engine(1);
    group().assigned(List.of(partition(0)));
    for (int i = 0; i < 4; i++) {
      engine.step();
    }
    assertEquals(
        List.of(
            "load", "row 0", "poll", "row 1", "poll", "row 2", "save", "trim", "poll", "row 3",
            "poll"),
        events);
  }

  @Test
  void aRebalanceDoesNotRestartTheWaitForATransaction() {
    Engine engine = engine(1);
    offsetsAreHeld = true;
    group().assigned(List.of(partition(0)));
    Stop stop =
        assertThrows(
            Stop.class,
            () -> {
              for (int minute = 0; minute < 60; minute++) {
                engine.step();
                nowNanos += MINUTES.toNanos(1);
                group().assigned(List.of());
              }
            });
    assertTrue(String.valueOf(stop.getMessage()).contains("data-0"), stop::toString);
    assertEquals(Stop.Reason.KAFKA, stop.reason());
    assertTrue(nowNanos <= MINUTES.toNanos(18), nowNanos + " ns");
  }
}
