package dev.tally.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GeneratorTest {
  private static final ClientSettings SETTINGS = new ClientSettings("nowhere:1", Map.of());
  private static final int SIZE = 50_000;
  private static final Plan ONCE = plan(Plan.UNPACED, OptionalLong.empty(), false);

  private static final int PARTITIONS = 4;
  private static final Cluster CLUSTER =
      new Cluster(
          "cluster",
          List.of(),
          IntStream.range(0, PARTITIONS)
              .mapToObj(n -> new PartitionInfo("data", n, null, new Node[0], new Node[0]))
              .toList(),
          Set.of(),
          Set.of());

  private final FakeTime time = new FakeTime();

  /** The value tells number and time; every third record has no key. */
  private static final class NumberedRecords implements Records {
    private final long size;
    private long nextKey;
    private long nextValue;

    NumberedRecords(long size) {
      this.size = size;
    }

    @Override
    public String name() {
      return "the numbers";
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public byte @Nullable [] key(long n) {
      assertEquals(nextKey++, n);
      return numberedKey(n);
    }

    @Override
    public byte[] value(long n, long wallNanos) {
      assertEquals(nextValue++, n);
      assertEquals(nextKey, nextValue);
      return (n + " at " + wallNanos).getBytes(UTF_8);
    }
  }

  private static byte @Nullable [] numberedKey(long n) {
    return n % 3 == 0 ? null : Long.toString(n).getBytes(UTF_8);
  }

  private static Plan plan(long rate, OptionalLong count, boolean loop) {
    return new Plan("data", PARTITIONS, rate, count, loop);
  }

  private Generator load(Plan plan) {
    return Generator.load(SETTINGS, plan, () -> new NumberedRecords(SIZE), time);
  }

  @Test
  void allRecordsAreSentOnceInOrderWithTheirKeysAndWithoutARecordTimestamp() {
    FakeProducer producer = new FakeProducer(true);
    Generator.Outcome outcome = load(ONCE).run(producer);
    assertEquals(SIZE, outcome.acknowledged());
    List<ProducerRecord<byte[], byte[]>> sent = producer.history();
    assertEquals(SIZE, sent.size());
    for (int n = 0; n < SIZE; n++) {
      assertEquals("data", sent.get(n).topic());
      assertNull(sent.get(n).timestamp());
      assertArrayEquals(numberedKey(n), sent.get(n).key());
      String value = new String(sent.get(n).value(), UTF_8);
      assertTrue(value.startsWith(n + " at "), value);
    }
    assertTrue(producer.closed());
  }

  /** As a key decides about a partition, only records without one are told theirs. */
  @Test
  void recordsWithoutAKeyGoToThePartitionsInTurn() {
    FakeProducer producer = new FakeProducer(true);
    load(ONCE).run(producer);
    for (int n = 0; n < SIZE; n++) {
      Integer partition = producer.history().get(n).partition();
      assertEquals(numberedKey(n) == null ? (Integer) (n % PARTITIONS) : null, partition);
    }
  }

  @Test
  void aLoopCountsOnPastTheSizeUntilTheCountIsReached() {
    FakeProducer producer = new FakeProducer(true);
    Plan plan = plan(Plan.UNPACED, OptionalLong.of(SIZE + 2), true);
    assertEquals(SIZE + 2, load(plan).run(producer).acknowledged());
    String last = new String(producer.history().get(SIZE + 1).value(), UTF_8);
    assertTrue(last.startsWith(SIZE + 1 + " at "), last);
  }

  @Test
  void pacedRecordsLeaveEvenlyAndAreToldTheTimeOfSending() {
    for (long rate : new long[] {2_000, 20_000}) {
      FakeProducer producer = new FakeProducer(true);
      Plan plan = plan(rate, OptionalLong.of(2 * rate), false);
      Generator.Outcome outcome = load(plan).run(producer);
      assertEquals(2.0, outcome.elapsed().toNanos() / 1e9, 0.01);
      for (int n = 0; n < 2 * rate; n++) {
        long sentNanos = producer.sentNanos.get(n);
        long sinceFirstNanos = sentNanos - producer.sentNanos.get(0);
        assertEquals(n / (double) rate, sinceFirstNanos / 1e9, 0.0012, "record " + n);
        String value = new String(producer.history().get(n).value(), UTF_8);
        assertEquals(n + " at " + (FakeTime.WALL_AT_ZERO_NANOS + sentNanos), value);
      }
    }
  }

  @Test
  void theFirstRecordsOfAHistoryAreNotPaced() {
    FakeProducer producer = new FakeProducer(true);
    Records history =
        new Records() {
          private final Records numbers = new NumberedRecords(SIZE);

          @Override
          public String name() {
            return numbers.name();
          }

          @Override
          public long size() {
            return 700;
          }

          @Override
          public long unpaced() {
            return 500;
          }

          @Override
          public byte @Nullable [] key(long n) {
            return numbers.key(n);
          }

          @Override
          public byte[] value(long n, long wallNanos) {
            return numbers.value(n, wallNanos);
          }
        };
    Plan plan = plan(100, OptionalLong.empty(), false);
    Generator.load(SETTINGS, plan, () -> history, time).run(producer);
    List<Long> sent = producer.sentNanos;
    assertEquals(sent.get(0), sent.get(499));
    assertEquals(2.0, (sent.get(699) - sent.get(499)) / 1e9, 0.02);
  }

  @Test
  void oneFailedRecordEndsTheRunWithAnErrorThatCountsWhatArrived() {
    FakeProducer producer = new FakeProducer(false);
    producer.failing = 7;
    Generator generator = load(ONCE);
    Stop stop = assertThrows(Stop.class, () -> generator.run(producer));
    assertEquals(3, stop.reason().exitCode());
    assertTrue(stop.toString().contains("topic data: too large"), stop.toString());
    assertTrue(stop.toString().contains("of 7 records handed over, 6 were"), stop.toString());
    assertEquals(7, producer.history().size());
    assertTrue(producer.closed());
  }

  @Test
  void stopEndsAnEndlessLoopAndSaysHowManyRecordsArrived() {
    assertStops(load(plan(1_000, OptionalLong.empty(), true)));
  }

  @Test
  void stopEndsRecordsWithoutEnd() {
    assertStops(
        Generator.load(
            SETTINGS,
            plan(1_000, OptionalLong.empty(), false),
            () -> new NumberedRecords(Long.MAX_VALUE),
            time));
  }

  private void assertStops(Generator generator) {
    FakeProducer producer = new FakeProducer(true);
    assertEquals(Long.MAX_VALUE, generator.recordsToSend());
    producer.afterSend =
        n -> {
          if (n == 100_000) {
            generator.stop();
          }
        };
    Generator.Outcome outcome = generator.run(producer);
    assertTrue(outcome.stopped());
    assertEquals(100_000, outcome.acknowledged());
  }

  @Test
  void aRecordWithoutAnAnswerIsNeverCountedAsAcknowledged() {
    FakeProducer producer = new FakeProducer(false);
    producer.failing = Integer.MAX_VALUE;
    producer.unanswered = 3;
    Generator generator = load(plan(Plan.UNPACED, OptionalLong.of(5), false));
    assertThrows(IllegalStateException.class, () -> generator.run(producer));
    assertEquals(4, generator.acknowledged());
  }

  @Test
  void moreRecordsThanThereAreNeedALoop() {
    Plan plan = plan(Plan.UNPACED, OptionalLong.of(SIZE + 1), false);
    Stop stop = assertThrows(Stop.class, () -> load(plan));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    assertTrue(
        stop.toString()
            .contains("--count 50001: there are only 50000 records in the numbers; add --loop"),
        stop.toString());
  }

  @Test
  void aTransactionalIdIsRefusedBeforeAnythingIsLoaded() {
    ClientSettings settings =
        new ClientSettings("nowhere:1", Map.of("producer.transactional.id", "x"));
    assertThrows(
        Stop.class,
        () ->
            Generator.load(
                settings,
                ONCE,
                () -> {
                  throw new AssertionError("loaded");
                },
                time));
  }

  private interface AfterSend {
    void sent(int n);
  }

  /** Answers at once, unless a test wants a fault; notes when each record came. */
  private final class FakeProducer extends MockProducer<byte[], byte[]> {
    private final List<Long> sentNanos = new ArrayList<>();
    private final boolean faultless;
    private int failing;
    private int unanswered;
    private AfterSend afterSend = n -> {};

    FakeProducer(boolean faultless) {
      super(CLUSTER, faultless, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.faultless = faultless;
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      Future<RecordMetadata> answer = super.send(record, callback);
      sentNanos.add(time.nanos);
      int n = sentNanos.size();
      if (!faultless && n == failing) {
        errorNext(new RecordTooLargeException("too large"));
      } else if (!faultless && n != unanswered) {
        completeNext();
      }
      afterSend.sent(n);
      return answer;
    }
  }
}
