package dev.tally.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.job.StateLost;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From where a table is read, when it counts as read, and how often it is looked at. */
final class TableTest {
  private static final TopicPartition PARTITION = new TopicPartition("data", 0);
  private static final Uuid TABLE_ID = new Uuid(2, 1);

  private final List<String> events = new ArrayList<>();
  private final List<Task> read = new ArrayList<>();
  private final Map<Integer, Long> rowsTo = new HashMap<>();
  private final List<CompletableFuture<TableInfo>> lookUps = new ArrayList<>();
  private ConsumerRecords<byte[], byte[]> next = records(Map.of());
  private long nowNanos;

  private final Table table = new Table("customers", new Reader(), () -> nowNanos, read::add);

  private final class Reader implements TableReader {
    @Override
    public CompletableFuture<TableInfo> lookUp() {
      CompletableFuture<TableInfo> asked = new CompletableFuture<>();
      lookUps.add(asked);
      return asked;
    }

    @Override
    public void readFrom(TableInfo found, Map<Integer, Long> offsets) {
      events.add("from " + offsets.get(0) + " and " + offsets.get(1));
    }

    @Override
    public void stop() {
      events.add("stop");
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      events.add("poll " + timeout.toMillis());
      ConsumerRecords<byte[], byte[]> polled = next;
      next = records(Map.of());
      return polled;
    }
  }

  private final class Listener implements Job, Shard {
    @Override
    public boolean readsTable() {
      return true;
    }

    @Override
    public String fingerprint(int partitions) {
      return "listener";
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
    public int answerBytesMax() {
      return 0;
    }

    @Override
    public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
      return this;
    }

    @Override
    public void row(Source source, long offset, byte[] key, byte @Nullable [] value) {
      assertEquals(TABLE_ID, new Uuid(source.topicIdHigh(), source.topicIdLow()));
      assertEquals(2, source.partitions());
      events.add("row " + source.partition() + "@" + offset + (value == null ? " deleted" : ""));
    }

    @Override
    public long rowsTo(Source source) {
      return rowsTo.getOrDefault(source.partition(), 0L);
    }

    @Override
    public void resume(Source source, long position, String memo) {
      events.add("live");
    }

    @Override
    public void apply(
        long offset,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        long timestampMillis,
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
    public void save(KeyedState.Batch batch) {}

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public void trimTo(long bytes) {}
  }

  private static ConsumerRecords<byte[], byte[]> records(Map<Integer, Long> nextOffsets) {
    return rows(nextOffsets, List.of());
  }

  private static ConsumerRecords<byte[], byte[]> rows(
      Map<Integer, Long> nextOffsets, List<ConsumerRecord<byte[], byte[]>> rows) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> byPartition = new HashMap<>();
    rows.forEach(
        row ->
            byPartition
                .computeIfAbsent(named(row.partition()), ignored -> new ArrayList<>())
                .add(row));
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    nextOffsets.forEach((number, offset) -> next.put(named(number), new OffsetAndMetadata(offset)));
    return new ConsumerRecords<>(byPartition, next);
  }

  private static TopicPartition named(int number) {
    return new TopicPartition("customers", number);
  }

  private static ConsumerRecord<byte[], byte[]> row(
      int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>("customers", partition, offset, key, value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Task task() {
    String metadata = new Checkpoint(Uuid.ONE_UUID, 7, Shard.NO_CLOCK, "listener", "").text();
    PartitionInfo info =
        new PartitionInfo(
            Uuid.ONE_UUID, 1, 0, 7, 0, new OffsetAndMetadata(7, Optional.empty(), metadata));
    StartPoint.Rules rules = new StartPoint.Rules("listener", false, false, false);
    StartPoint start = StartPoint.decide(PARTITION, info, null, rules);
    return new Task(PARTITION, info, rules, start, null, new MemoryState(), new Listener(), 0);
  }

  private void found(long start, long firstEnd, long secondEnd) {
    lookUps
        .get(lookUps.size() - 1)
        .complete(new TableInfo(TABLE_ID, List.of(start, 0L), List.of(firstEnd, secondEnd)));
  }

  private List<String> follow(@Nullable Task task) {
    events.clear();
    table.follow(task);
    return List.copyOf(events);
  }

  @Test
  void aTaskGoesLiveOnceEachPartitionIsReadToItsEnd() {
    Task task = task();
    assertEquals(List.of(), follow(task));
    assertTrue(table.reading());
    assertEquals(List.of(), follow(task));
    found(0, 2, 3);
    next =
        rows(
            Map.of(0, 2L), List.of(row(0, 0, bytes("a"), bytes("1")), row(0, 1, bytes("b"), null)));
    assertEquals(List.of("from 0 and 0", "poll 100", "row 0@0", "row 0@1 deleted"), follow(task));
    next = rows(Map.of(1, 2L), List.of(row(1, 1, bytes("c"), bytes("1"))));
    assertEquals(List.of("poll 100", "row 1@1"), follow(task));
    assertFalse(task.live());
    assertEquals(List.of("poll 100"), follow(task));
    next = records(Map.of(1, 3L)); // a marker is the last
    assertEquals(List.of("poll 100", "live"), follow(task));
    assertTrue(task.live());
    assertFalse(table.reading());
    assertEquals(List.of(task), read);
  }

  @Test
  void readingGoesOnWhereTheStateEndsOrWhereTheTableBegins() {
    rowsTo.put(0, 5L);
    rowsTo.put(1, 4L);
    Task task = task();
    follow(task);
    found(9, 10, 4);
    assertEquals(List.of("from 9 and 4", "poll 100"), follow(task));
    assertFalse(task.live());
    next = records(Map.of(0, 10L));
    assertEquals(List.of("poll 100", "live"), follow(task));
  }

  @Test
  void aTableThatHasNothingNewIsReadWithoutWaiting() {
    Task task = task();
    follow(task);
    found(0, 0, 0);
    assertEquals(List.of("from 0 and 0", "poll 0", "live"), follow(task));
  }

  @Test
  void onceItIsReadATableIsPolledEveryTenthOfASecondAndAtOnceWhereThereAreRows() {
    Task task = task();
    follow(task);
    found(0, 0, 0);
    follow(task);
    assertEquals(List.of("poll 0"), follow(task));
    nowNanos += TimeUnit.MILLISECONDS.toNanos(99);
    assertEquals(List.of(), follow(task));
    nowNanos += TimeUnit.MILLISECONDS.toNanos(1);
    next = rows(Map.of(0, 1L), List.of(row(0, 0, bytes("a"), bytes("1"))));
    assertEquals(List.of("poll 0", "row 0@0"), follow(task));
    assertEquals(List.of("poll 0"), follow(task));
    assertEquals(List.of(), follow(task));
  }

  @Test
  void stateWithRowsThatTheTableHasLostIsRebuilt() {
    rowsTo.put(1, 4L);
    Task task = task();
    follow(task);
    found(0, 2, 3);
    StateLost lost = assertThrows(StateLost.class, () -> follow(task));
    assertEquals("data-0", lost.partition());
    assertEquals(
        "data-0: saved state has rows of customers-1 up to offset 4, and the table ends at 3",
        lost.getMessage());
  }

  @Test
  void anotherTaskOfThePartitionReadsAnew() {
    Task first = task();
    follow(first);
    found(0, 5, 0);
    follow(first);
    Task second = task();
    assertEquals(List.of(), follow(second));
    assertEquals(2, lookUps.size());
    rowsTo.put(0, 3L);
    found(0, 6, 0);
    next = records(Map.of(0, 5L));
    assertEquals(List.of("from 3 and 0", "poll 100"), follow(second));
    assertFalse(second.live());
  }

  @Test
  void withoutATaskNothingIsRead() {
    assertEquals(List.of(), follow(null));
    follow(task());
    found(0, 5, 0);
    assertEquals(List.of("stop"), follow(null));
    assertEquals(List.of(), follow(null));
    assertFalse(table.reading());
  }

  @Test
  void aRecordWithoutAKeyIsNoRow() {
    Task task = task();
    follow(task);
    found(0, 1, 0);
    next = rows(Map.of(0, 1L), List.of(row(0, 0, null, bytes("1"))));
    assertEquals(List.of("from 0 and 0", "poll 100", "live"), follow(task));
  }

  @Test
  void aLookUpThatFailsIsItsRemedy() {
    Task task = task();
    follow(task);
    Reconnect remedy = new Reconnect("no broker answers", new IllegalStateException());
    lookUps.get(0).completeExceptionally(remedy);
    assertSame(remedy, assertThrows(Reconnect.class, () -> follow(task)));
  }
}
