package dev.tally.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** No input stops the job; each record becomes an answer or a dead letter. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class BadInputTest {
  /** The members of a row of a product of its own, one second of the rows around it. */
  private static final String CODE = "\"StockCode\":\"odd\"";

  private static final String QUANTITY = "\"Quantity\":2";
  private static final String PRICE = "\"Price\":1.5";
  private static final String DATE = "\"InvoiceDate\":" + Sales.FIRST_SECOND;

  /**
   * What is sent and what must become of it.
   *
   * @param reason of the dead letter; empty for an answer
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Odd(byte @Nullable [] value, Optional<String> reason) {
    static Odd answered(String... members) {
      return new Odd(object(members), Optional.empty());
    }

    static Odd dead(String... members) {
      return new Odd(object(members), Optional.of("unreadable"));
    }

    static Odd raw(String text) {
      return new Odd(text.getBytes(UTF_8), Optional.of("unreadable"));
    }

    private static byte[] object(String... members) {
      return ("{" + String.join(",", members) + "}").getBytes(UTF_8);
    }
  }

  private static List<Odd> odds() {
    String[] needed = {CODE, QUANTITY, PRICE, DATE};
    List<Odd> odds = new ArrayList<>();
    addBroken(odds, needed);
    addOutOfRange(odds);
    addAnswered(odds, needed);
    return odds;
  }

  private static void addBroken(List<Odd> odds, String[] needed) {
    odds.add(Odd.raw("no JSON"));
    odds.add(Odd.raw("{" + String.join(",", needed)));
    odds.add(Odd.raw("{" + String.join(",", needed) + "} and more"));
    odds.add(Odd.raw("[1]"));
    odds.add(Odd.raw("1.5"));
    odds.add(Odd.raw("null"));
    odds.add(Odd.raw(""));
    odds.add(new Odd(null, Optional.of("unreadable")));
    for (int i = 0; i < needed.length; i++) {
      String name = needed[i].substring(0, needed[i].indexOf(':') + 1);
      for (String value : List.of("", "NaN", "null", "true", "{}", "[1]", "\"\"")) {
        String[] members = needed.clone();
        members[i] = value.isEmpty() ? "\"other\":1" : name + value;
        odds.add(Odd.dead(members));
      }
    }
  }

  private static void addOutOfRange(List<Odd> odds) {
    odds.add(Odd.dead(CODE, QUANTITY, "\"Price\":1e400", DATE));
    odds.add(Odd.dead(CODE, QUANTITY, "\"Price\":0.0000000001", DATE));
    odds.add(Odd.dead(CODE, QUANTITY, "\"Price\":0." + "1".repeat(40), DATE));
    odds.add(Odd.dead(CODE, QUANTITY, "\"Price\":1000000000000000", DATE));
    odds.add(Odd.dead(CODE, QUANTITY, "\"Price\":\" 1\"", DATE));
    odds.add(Odd.dead(CODE, QUANTITY, PRICE, "\"InvoiceDate\":-1"));
    odds.add(Odd.dead(CODE, QUANTITY, PRICE, "\"InvoiceDate\":100000000000"));
    odds.add(Odd.dead(CODE, QUANTITY, PRICE, "\"InvoiceDate\":\"2023-11-14T22:13:20\""));
    odds.add(Odd.dead(CODE, QUANTITY, PRICE, DATE, "\"x\":" + "[".repeat(300) + "]".repeat(300)));
    odds.add(Odd.raw("[".repeat(100_000)));
    odds.add(Odd.raw("x".repeat(1_000_000)));
    odds.add(Odd.dead("\"StockCode\":\"" + "c".repeat(1_025) + "\"", QUANTITY, PRICE, DATE));
    odds.add(Odd.dead("\"StockCode\":\"\\ud800\"", QUANTITY, PRICE, DATE));
    odds.add(
        new Odd(
            ("{\"StockCode\":\"\u00ff\"," + QUANTITY + "," + PRICE + "," + DATE + "}")
                .getBytes(ISO_8859_1),
            Optional.of("unreadable")));
    odds.add(Odd.dead("\"x\":{" + CODE + "}", QUANTITY, PRICE, DATE));
    odds.add(new Odd(Odd.object(CODE, QUANTITY, PRICE, "\"InvoiceDate\":0"), Optional.of("late")));
    odds.add(
        new Odd(
            Odd.object(CODE, QUANTITY, PRICE, "\"InvoiceDate\":9223372036"),
            Optional.of("future")));
  }

  private static void addAnswered(List<Odd> odds, String[] needed) {
    odds.add(Odd.answered(needed));
    odds.add(Odd.answered(CODE, QUANTITY, PRICE, DATE, "\"Customer ID\":NaN", "\"x\":-Infinity"));
    odds.add(Odd.answered("\"StockCode\":12345", QUANTITY, PRICE, DATE));
    odds.add(
        Odd.answered(
            "\"StockCode\":\"\\u0041\\n\\\"\\\\ \\ud83d\\ude00 \"", QUANTITY, PRICE, DATE));
    odds.add(Odd.answered("\"StockCode\":\"" + "c".repeat(1_024) + "\"", QUANTITY, PRICE, DATE));
    odds.add(Odd.answered(CODE, "\"Quantity\":\"-2\"", "\"Price\":\"1e-9\"", DATE));
    odds.add(Odd.answered(CODE, QUANTITY, "\"Price\":1." + "0".repeat(40), DATE));
    odds.add(Odd.answered(CODE, QUANTITY, "\"Price\":999999999999999.999999999", DATE));
    odds.add(Odd.answered(CODE, QUANTITY, "\"Price\":7", PRICE, DATE));
    odds.add(
        Odd.answered(
            "\"x\":{\"StockCode\":\"decoy\",\"Price\":9,\"y\":[{\"InvoiceDate\":1}]}",
            CODE,
            QUANTITY,
            PRICE,
            DATE,
            "\"z\":[{\"StockCode\":\"decoy\"}]"));
    odds.add(
        Odd.answered(
            CODE, QUANTITY, PRICE, DATE, "\"Description\":\"" + "d".repeat(1_000_000) + "\""));
    odds.add(Odd.answered(CODE, QUANTITY, PRICE, "\"InvoiceDate\":17e8"));
  }

  private final Cluster kafka;
  private final Path folder;

  BadInputTest(Cluster kafka, @TempDir Path folder) {
    this.kafka = kafka;
    this.folder = folder;
  }

  @Test
  void everyRecordBecomesAnAnswerOrADeadLetterWithItsReason() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    List<Odd> odds = odds();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < odds.size(); i++) {
      byte[] key = i % 3 == 0 ? null : new byte[] {(byte) i, -1, 0};
      ProducerRecord<byte[], byte[]> odd =
          new ProducerRecord<>(trial.input(), key, odds.get(i).value());
      odd.headers().add("trace", ("trace " + i).getBytes(UTF_8)).add("trace", null);
      // All at one event time, so that only those are late that are meant to be.
      records.add(Sales.record(trial.input(), Sales.code(0), Sales.value(0)));
      records.add(odd);
    }
    kafka.send(records);
    trial.runUntilEnd().done();
    trial.assertExact(records.size());
    List<ConsumerRecord<byte[], byte[]>> rows = kafka.read(trial.input());
    List<ConsumerRecord<byte[], byte[]>> letters = kafka.read(trial.letters());
    int next = 0;
    for (int i = 0; i < odds.size(); i++) {
      Optional<String> reason = odds.get(i).reason();
      if (reason.isPresent()) {
        assertLetter(rows.get(2 * i + 1), reason.get(), letters.get(next++));
      }
    }
    assertEquals(letters.size(), next);
    assertEquals(records.size() - next, trial.answers(0).size());
  }

  private static void assertLetter(
      ConsumerRecord<byte[], byte[]> row, String reason, ConsumerRecord<byte[], byte[]> letter) {
    assertArrayEquals(row.key(), letter.key());
    assertArrayEquals(row.value(), letter.value());
    List<Header> headers = Arrays.asList(letter.headers().toArray());
    assertEquals(Arrays.asList(row.headers().toArray()), headers.subList(0, 2));
    assertEquals(
        List.of("reason", "message", "group", "topic", "partition", "offset", "timestamp"),
        headers.subList(2, headers.size()).stream()
            .map(header -> header.key().replaceFirst("^tally\\.error\\.", ""))
            .toList());
    assertEquals(reason, text(letter, "tally.error.reason"));
    assertFalse(text(letter, "tally.error.message").isEmpty());
    assertEquals(row.topic(), text(letter, "tally.error.topic"));
    assertEquals("" + row.partition(), text(letter, "tally.error.partition"));
    assertEquals("" + row.offset(), text(letter, "tally.error.offset"));
    assertEquals("" + row.timestamp(), text(letter, "tally.error.timestamp"));
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
    return new String(requireNonNull(record.headers().lastHeader(header), header).value(), UTF_8);
  }

  @Test
  void deadLettersThatAreSentBackCountHowOften() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    kafka.send(List.of(new ProducerRecord<>(trial.input(), "bad".getBytes(UTF_8))));
    for (int replays = 0; replays < 3; replays++) {
      trial.runUntilEnd().done();
      List<ConsumerRecord<byte[], byte[]>> letters = kafka.read(trial.letters());
      assertEquals(replays + 1, letters.size());
      ConsumerRecord<byte[], byte[]> letter = letters.get(replays);
      if (replays == 0) {
        assertNull(letter.headers().lastHeader("tally.replays"));
      } else {
        assertEquals("" + replays, text(letter, "tally.replays"));
      }
      assertEquals("" + replays, text(letter, "tally.error.offset"));
      assertEquals(replays == 0 ? 7 : 8, letter.headers().toArray().length);
      kafka.send(
          List.of(
              new ProducerRecord<>(
                  trial.input(), null, letter.key(), letter.value(), letter.headers())));
    }
  }

  @Test
  void deadLettersThatAreTooLargeAreTruncatedAndProgressGoesOn() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    kafka.createTopic(trial.letters(), 1, Map.of("max.message.bytes", "8192"));
    trial.send(0, 5);
    byte[] key = "key".getBytes(UTF_8);
    byte[] small = "small".getBytes(UTF_8);
    byte[] large = "x".repeat(50_000).getBytes(UTF_8);
    // The longest of our own messages, together with as much of key and headers as is kept.
    byte[] quarter = "y".repeat(2_000).getBytes(UTF_8);
    String longDate = "\"InvoiceDate\":1." + "0".repeat(1_000);
    byte[] late = Odd.object(CODE, QUANTITY, PRICE, longDate, "\"x\":\"" + "x".repeat(9_000) + '"');
    List<Header> none = List.of();
    kafka.send(
        List.of(
            new ProducerRecord<>(trial.input(), null, key, large, none),
            new ProducerRecord<>(trial.input(), null, large, small, none),
            new ProducerRecord<>(
                trial.input(), null, key, small, List.of(new RecordHeader("large", large))),
            new ProducerRecord<>(
                trial.input(), null, quarter, late, List.of(new RecordHeader("h", quarter)))));
    trial.send(5, 10);
    trial.runUntilEnd().done();
    trial.assertExact(14);
    List<ConsumerRecord<byte[], byte[]>> letters = kafka.read(trial.letters());
    assertEquals(4, letters.size());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertEquals("oversized", text(letter, "tally.error.reason"));
    }
    assertTrue(text(letters.get(0), "tally.error.message").contains("50000 bytes"));
    assertArrayEquals(key, letters.get(0).key());
    assertTrue(letters.get(0).value().length > 7_000);
    assertNull(letters.get(1).key());
    assertArrayEquals(small, letters.get(1).value());
    assertNull(letters.get(2).headers().lastHeader("large"));
    assertArrayEquals(small, letters.get(2).value());
    assertArrayEquals(quarter, letters.get(3).key());
    assertArrayEquals(quarter, requireNonNull(letters.get(3).headers().lastHeader("h")).value());
  }

  @Test
  void aDeadLetterTopicThatTakesNoLettersIsRefused() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    kafka.createTopic(trial.letters(), 1, Map.of("max.message.bytes", "100"));
    trial.runUntilEnd().stopped(Outcome.REFUSED, trial.letters(), "max.message.bytes=100");
  }

  @Test
  void withOnBadRecordFailABadRecordIsNamedAndNothingIsSkipped() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.send(0, 10);
    kafka.send(List.of(new ProducerRecord<>(trial.input(), "bad".getBytes(UTF_8))));
    trial.send(10, 20);
    trial
        .runUntilEnd("--on.bad.record=fail")
        .stopped(Outcome.REFUSED, trial.input() + "-0 offset 10", "unreadable", "--on.bad.record");
    assertEquals(0, kafka.read(trial.letters()).size());
    trial.runUntilEnd().done();
    trial.assertExact(21);
  }

  @Test
  void miskeyedRowsStopTheJobUnlessToldOtherwise() throws Exception {
    Trial failing = Trial.create(kafka, folder, 2);
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>(Sales.rows(failing.input(), 0, 20));
    rows.add(Sales.record(failing.input(), "another key", Sales.value(20)));
    rows.addAll(Sales.rows(failing.input(), 21, 40));
    rows.add(new ProducerRecord<>(failing.input(), 0, null, Sales.value(40).getBytes(UTF_8)));
    kafka.send(rows);
    failing
        .runUntilEnd()
        .stopped(Outcome.REFUSED, "miskeyed", "the record key is ", "'code 0'", "--on.miskeyed");

    Trial skipping = Trial.on(kafka, folder.resolve("skipping"), failing.input());
    skipping.runUntilEnd("--on.miskeyed=dead-letter").done();
    skipping.assertExact(41, rules(OnMiskeyed.DEAD_LETTER));
    assertEquals(
        List.of("miskeyed", "miskeyed"),
        kafka.read(skipping.letters()).stream()
            .map(letter -> text(letter, "tally.error.reason"))
            .toList());
  }

  @Test
  void oneConstantKeyIsAcceptedWhereItIsSaidToBeRight() throws Exception {
    Trial trial = Trial.create(kafka, folder, 4);
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = 0; n < 200; n++) {
      rows.add(Sales.record(trial.input(), "invoice", Sales.value(n)));
    }
    kafka.send(rows);
    trial.runUntilEnd("--on.miskeyed=accept").done();
    trial.assertExact(200, rules(OnMiskeyed.ACCEPT));
    List<String> answers = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      answers.addAll(trial.answers(partition));
      expected.addAll(trial.expected(partition));
    }
    assertEquals(expected, answers);
  }

  private static Rules rules(OnMiskeyed onMiskeyed) {
    return new Rules(
        Duration.ofMinutes(10),
        Duration.ofMinutes(1),
        Optional.of(Duration.ofHours(1)),
        onMiskeyed);
  }

  /** Record timestamps of 0, and in seconds where Kafka counts milliseconds. */
  @Test
  void rowsWhoseRecordTimestampsAreWrongAreAnsweredWithoutALimit() throws Exception {
    Trial limited = Trial.on(kafka, folder, "in-" + UUID.randomUUID());
    // Rows of 1970 are past any other retention.
    kafka.createTopic(limited.input(), 1, Map.of("retention.ms", "-1"));
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = 0; n < 200; n++) {
      rows.add(
          new ProducerRecord<>(
              limited.input(),
              null,
              n % 2 == 0 ? 0 : Sales.FIRST_SECOND,
              Sales.code(n).getBytes(UTF_8),
              Sales.value(n).getBytes(UTF_8)));
    }
    kafka.send(rows);
    limited.runUntilEnd().done();
    limited.assertExact(200);
    List<ConsumerRecord<byte[], byte[]>> letters = kafka.read(limited.letters());
    assertEquals(200, letters.size());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertEquals("future", text(letter, "tally.error.reason"));
      assertTrue(text(letter, "tally.error.message").contains("--future.max off"));
    }

    Trial off = Trial.on(kafka, folder.resolve("off"), limited.input());
    off.runUntilEnd("--future.max=off").done().says("WARN --future.max off: one row");
    off.assertExact(
        200,
        new Rules(Trial.RULES.window(), Trial.RULES.grace(), Optional.empty(), OnMiskeyed.FAIL));
    assertEquals(off.expected(0), off.answers(0));
    assertEquals(200, off.answers(0).size());
  }

  @Test
  void abortedRowsAreNotCountedAndMarkersDoNotHoldUpTheLag() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    try (KafkaProducer<byte[], byte[]> producer =
        kafka.producer(Map.of("transactional.id", trial.group()))) {
      producer.initTransactions();
      send(producer, Sales.rows(trial.input(), 0, 20), true);
      send(producer, Sales.rows(trial.input(), 0, 20), false);
      send(producer, Sales.rows(trial.input(), 20, 40), true);
      send(producer, Sales.rows(trial.input(), 0, 20), false);
      trial.runUntilEnd().done();
      assertEquals(0, kafka.lag(trial.group(), trial.input()));
      trial.assertExact(40);
      assertEquals(trial.expected(0), trial.answers(0));
      // Now there is nothing but an aborted row and markers.
      send(producer, Sales.rows(trial.input(), 0, 1), false);
      trial.runUntilEnd().done();
      assertEquals(0, kafka.lag(trial.group(), trial.input()));
      send(producer, Sales.rows(trial.input(), 40, 60), true);
      trial.deleteState();
      trial.runUntilEnd().done().says("replaying");
      trial.assertExact(60);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the commit or the abort tells
  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      List<ProducerRecord<byte[], byte[]>> rows,
      boolean commit) {
    producer.beginTransaction();
    rows.forEach(producer::send);
    producer.flush();
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }
}
