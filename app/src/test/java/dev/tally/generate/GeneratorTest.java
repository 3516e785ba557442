package dev.tally.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.generate.sales.EventTime;
import dev.tally.generate.sales.Missing;
import dev.tally.generate.sales.Row;
import dev.tally.generate.sales.RowKey;
import dev.tally.generate.sales.Rows;
import dev.tally.kafka.ClientSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class GeneratorTest {
  private static final ClientSettings SETTINGS = new ClientSettings("nowhere:1", Map.of());
  private static final int BUNDLED = 57_363;

  private final FakeTime time = new FakeTime();

  @Test
  void allRowsGoOutOnceInTheFilesOrderKeyedAndWithoutARecordTimestamp() {
    FakeProducer producer = new FakeProducer(true);
    Generator.Outcome outcome =
        Generator.load(SETTINGS, Plan.bundledOnce("data"), time).run(producer);
    assertEquals(BUNDLED, outcome.acknowledged());
    List<Row> rows = Rows.bundled().list();
    List<ProducerRecord<byte[], byte[]>> sent = producer.history();
    assertEquals(BUNDLED, sent.size());
    for (int i = 0; i < BUNDLED; i++) {
      assertEquals("data", sent.get(i).topic());
      assertNull(sent.get(i).timestamp());
      assertArrayEquals(rows.get(i).stockCode().getBytes(UTF_8), sent.get(i).key());
      String value = new String(sent.get(i).value(), UTF_8);
      assertTrue(value.startsWith("{\"Invoice\":\"" + rows.get(i).invoice() + "\""), value);
    }
    assertTrue(producer.closed());
  }

  @Test
  void aLoopStartsOverUntilTheCountIsReachedAndItsEvenClockRunsOn() {
    FakeProducer producer = new FakeProducer(true);
    Plan plan = plan("1700000000+1000", Plan.UNPACED, OptionalLong.of(BUNDLED + 2), true);
    assertEquals(BUNDLED + 2, Generator.load(SETTINGS, plan, time).run(producer).acknowledged());
    String first = new String(producer.history().get(0).value(), UTF_8);
    String again = new String(producer.history().get(BUNDLED).value(), UTF_8);
    assertTrue(first.endsWith("\"InvoiceDate\":1700000000.0}"), first);
    assertEquals(first.replace("1700000000.0}", "1700000057.363}"), again);
  }

  @Test
  void pacedRowsLeaveEvenlyStampedWithTheTimeOfSending() {
    for (long rate : new long[] {2_000, 20_000}) {
      FakeProducer producer = new FakeProducer(true);
      Plan plan = plan("now", rate, OptionalLong.of(2 * rate), false);
      Generator.Outcome outcome = Generator.load(SETTINGS, plan, time).run(producer);
      assertEquals(2.0, outcome.elapsed().toNanos() / 1e9, 0.01);
      for (int n = 0; n < 2 * rate; n++) {
        long sentNanos = producer.sentNanos.get(n) - producer.sentNanos.get(0);
        assertEquals(n / (double) rate, sentNanos / 1e9, 0.0012, "row " + n);
      }
      String value = new String(producer.history().get(0).value(), UTF_8);
      assertTrue(value.contains("\"InvoiceDate\":16999999"), value);
    }
  }

  @Test
  void oneFailedRowEndsTheRunWithAnErrorThatCountsWhatArrived() {
    FakeProducer producer = new FakeProducer(false);
    producer.failing = 7;
    Generator generator = Generator.load(SETTINGS, Plan.bundledOnce("data"), time);
    Stop stop = assertThrows(Stop.class, () -> generator.run(producer));
    assertEquals(3, stop.reason().exitCode());
    assertTrue(stop.toString().contains("topic data: too large"), stop.toString());
    assertTrue(stop.toString().contains("of 7 rows handed over, 6 were"), stop.toString());
    assertEquals(7, producer.history().size());
    assertTrue(producer.closed());
  }

  @Test
  void stopEndsAnEndlessRunAndSaysHowManyRowsArrived() {
    FakeProducer producer = new FakeProducer(true);
    Generator generator =
        Generator.load(SETTINGS, plan("now", 1_000, OptionalLong.empty(), true), time);
    assertEquals(Long.MAX_VALUE, generator.rowsToSend());
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
  void aRowWithoutAnswerIsNeverCountedAsAcknowledged() {
    FakeProducer producer = new FakeProducer(false);
    producer.failing = Integer.MAX_VALUE;
    producer.unanswered = 3;
    Generator generator =
        Generator.load(SETTINGS, plan("now", Plan.UNPACED, OptionalLong.of(5), false), time);
    assertThrows(IllegalStateException.class, () -> generator.run(producer));
    assertEquals(4, generator.acknowledged());
  }

  @Test
  void moreRowsThanThereAreNeedALoop() {
    Plan plan = plan("now", Plan.UNPACED, OptionalLong.of(BUNDLED + 1), false);
    Stop stop = assertThrows(Stop.class, () -> Generator.load(SETTINGS, plan, time));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    assertTrue(stop.toString().contains("add --loop"), stop.toString());
  }

  @Test
  void aTransactionalIdIsRefused() {
    ClientSettings settings =
        new ClientSettings("nowhere:1", Map.of("producer.transactional.id", "x"));
    assertThrows(Stop.class, () -> Generator.load(settings, Plan.bundledOnce("data"), time));
  }

  private static Plan plan(String eventTime, long rate, OptionalLong count, boolean loop) {
    return new Plan(
        Rows.bundled(),
        "data",
        4,
        RowKey.STOCKCODE,
        Missing.NULL,
        EventTime.parse(eventTime),
        rate,
        count,
        loop);
  }

  private interface AfterSend {
    void sent(int n);
  }

  /** Answers at once, except where a test wants a fault; notes when each row came. */
  private final class FakeProducer extends MockProducer<byte[], byte[]> {
    private final List<Long> sentNanos = new ArrayList<>();
    private final boolean faultless;
    private int failing;
    private int unanswered;
    private AfterSend afterSend = n -> {};

    FakeProducer(boolean faultless) {
      super(faultless, null, new ByteArraySerializer(), new ByteArraySerializer());
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
