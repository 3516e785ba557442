package dev.tally.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Fetched;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {
  private static final int LIMIT = 100_000;

  private final DeadLetters letters =
      new DeadLetters("our group", "data-dead-letters", true, LIMIT);

  private static ConsumerRecord<ByteBuffer, ByteBuffer> record(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return new ConsumerRecord<>(
        "data",
        3,
        41,
        1_674_744_306_978L,
        TimestampType.CREATE_TIME,
        0,
        0,
        Fetched.viewOrNull(key),
        Fetched.viewOrNull(value),
        headers,
        Optional.of(7));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Map<String, String> headersOf(ProducerRecord<byte[], byte[]> letter) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : letter.headers()) {
      byte[] value = header.value();
      String before =
          headers.put(header.key(), value == null ? "(null)" : new String(value, UTF_8));
      assertNull(before, header.key() + " twice");
    }
    return headers;
  }

  /** What brokers measure: the batch that holds this record alone. */
  private static int batchBytes(ProducerRecord<byte[], byte[]> letter) {
    return MemoryRecords.withRecords(
            Compression.NONE,
            new SimpleRecord(
                1_674_744_306_978L, letter.key(), letter.value(), letter.headers().toArray()))
        .sizeInBytes();
  }

  private ProducerRecord<byte[], byte[]> late(ConsumerRecord<ByteBuffer, ByteBuffer> source) {
    return letters.of(source, DeadLetterReason.LATE, "too old");
  }

  @Test
  void aDeadLetterIsTheOriginalWithHeadersThatSayWhyAndWhere() {
    Headers original = new RecordHeaders();
    original.add("trace", bytes("abc"));
    original.add("nothing", null);
    ProducerRecord<byte[], byte[]> letter = late(record(bytes("k"), bytes("v"), original));
    assertEquals("data-dead-letters", letter.topic());
    assertEquals(3, letter.partition());
    assertArrayEquals(bytes("k"), letter.key());
    assertArrayEquals(bytes("v"), letter.value());
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("trace", "abc");
    expected.put("nothing", "(null)");
    expected.put("tally.error.reason", "late");
    expected.put("tally.error.message", "too old");
    expected.put("tally.error.group", "our group");
    expected.put("tally.error.topic", "data");
    expected.put("tally.error.partition", "3");
    expected.put("tally.error.offset", "41");
    expected.put("tally.error.timestamp", "1674744306978");
    assertEquals(expected, headersOf(letter));
  }

  @Test
  void everyReasonHasItsOwnText() {
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      ProducerRecord<byte[], byte[]> letter =
          letters.of(record(null, null, new RecordHeaders()), reason, "m");
      assertEquals(
          reason.name().toLowerCase(Locale.ROOT), headersOf(letter).get("tally.error.reason"));
    }
  }

  @Test
  void aTombstoneWithoutAKeyStaysATombstone() {
    ProducerRecord<byte[], byte[]> letter = late(record(null, null, new RecordHeaders()));
    assertNull(letter.key());
    assertNull(letter.value());
  }

  @Test
  void withAnotherNumberOfPartitionsTheKeyDecides() {
    DeadLetters elsewhere = new DeadLetters("g", "d", false, LIMIT);
    assertNull(
        elsewhere
            .of(record(bytes("k"), null, new RecordHeaders()), DeadLetterReason.LATE, "m")
            .partition());
  }

  @Test
  void theTimesALetterWasSentBackAreCounted() {
    ConsumerRecord<ByteBuffer, ByteBuffer> source =
        record(bytes("k"), bytes("v"), new RecordHeaders());
    ProducerRecord<byte[], byte[]> letter = late(source);
    assertNull(headersOf(letter).get("tally.replays"), "it was never sent back");
    for (int times = 1; times <= 3; times++) {
      letter = late(record(letter.key(), letter.value(), letter.headers()));
      assertEquals(Integer.toString(times), headersOf(letter).get("tally.replays"));
      assertEquals(8, headersOf(letter).size(), "old error headers are replaced");
    }
  }

  @Test
  void aLetterSentBackThatFailsInAnotherGroupBelongsToThatGroup() {
    DeadLetters theirs = new DeadLetters("their group", "data-dead-letters", true, LIMIT);
    ProducerRecord<byte[], byte[]> letter =
        theirs.of(
            record(bytes("k"), bytes("v"), new RecordHeaders()), DeadLetterReason.LATE, "too old");
    assertEquals("their group", headersOf(letter).get("tally.error.group"));
    letter = late(record(letter.key(), letter.value(), letter.headers()));
    assertEquals("our group", headersOf(letter).get("tally.error.group"));
  }

  @Test
  void aReplayCountThatIsNoNumberCountsAsNever() {
    for (String count : new String[] {"x", "", "-5", "99999999999999999999"}) {
      Headers headers = new RecordHeaders();
      headers.add("tally.replays", bytes(count));
      assertEquals("1", headersOf(late(record(null, null, headers))).get("tally.replays"), count);
    }
    Headers headers = new RecordHeaders();
    headers.add("tally.replays", null);
    assertEquals("1", headersOf(late(record(null, null, headers))).get("tally.replays"));
    headers.add("tally.replays", bytes("4"));
    headers.add("tally.replays", bytes("2"));
    assertEquals("5", headersOf(late(record(null, null, headers))).get("tally.replays"));
  }

  @Test
  void aHugeValueIsTruncatedToTheBrokersLimit() {
    byte[] value = new byte[3 * LIMIT];
    new Random(1).nextBytes(value);
    ProducerRecord<byte[], byte[]> letter = late(record(bytes("k"), value, new RecordHeaders()));
    assertTrue(batchBytes(letter) <= LIMIT, batchBytes(letter) + " bytes");
    assertTrue(letter.value().length > LIMIT * 9 / 10, "as much as fits");
    assertArrayEquals(Arrays.copyOf(value, letter.value().length), letter.value());
    assertArrayEquals(bytes("k"), letter.key());
    assertEquals("oversized", headersOf(letter).get("tally.error.reason"));
    assertEquals(
        "late: too large with a value of 300000 bytes, which is truncated; too old",
        headersOf(letter).get("tally.error.message"));
    assertEquals("41", headersOf(letter).get("tally.error.offset"));
  }

  @Test
  void aHugeKeyOrHeadersAreLeftOut() {
    Headers huge = new RecordHeaders();
    huge.add("trace", new byte[LIMIT]);
    ProducerRecord<byte[], byte[]> letter = late(record(new byte[LIMIT], bytes("v"), huge));
    assertTrue(batchBytes(letter) <= LIMIT);
    assertNull(letter.key());
    assertNull(letter.headers().lastHeader("trace"));
    assertArrayEquals(bytes("v"), letter.value());
  }

  @Test
  void noDeadLetterExceedsTheLimitWhateverItsParts() {
    Random random = new Random(8);
    for (int i = 0; i < 2_000; i++) {
      int limit = 1_200 + random.nextInt(60_000);
      DeadLetters narrow = new DeadLetters("g".repeat(1 + random.nextInt(255)), "d", true, limit);
      Headers headers = new RecordHeaders();
      for (int count = random.nextInt(200); count > 0; count--) {
        String name = random.nextBoolean() ? "" : "header-é-".repeat(random.nextInt(30));
        headers.add(name, random.nextBoolean() ? null : new byte[random.nextInt(300)]);
      }
      byte[] key = random.nextInt(3) == 0 ? null : new byte[random.nextInt(40_000)];
      byte[] value = random.nextInt(3) == 0 ? null : new byte[random.nextInt(120_000)];
      String message = "é".repeat(random.nextInt(1_200));
      ProducerRecord<byte[], byte[]> letter =
          narrow.of(record(key, value, headers), DeadLetterReason.UNREADABLE, message);
      assertTrue(
          batchBytes(letter) <= limit, "round " + i + ": " + batchBytes(letter) + " > " + limit);
    }
  }

  @Test
  void aTombstoneThatIsTooLargeStaysATombstone() {
    ProducerRecord<byte[], byte[]> letter =
        late(record(new byte[LIMIT], null, new RecordHeaders()));
    assertNull(letter.value());
    assertEquals("oversized", headersOf(letter).get("tally.error.reason"));
  }

  @Test
  void aRecordJustWithinTheLimitIsNotTruncated() {
    int overhead = batchBytes(late(record(bytes("k"), new byte[0], new RecordHeaders())));
    byte[] value = new byte[LIMIT - overhead - 300];
    ProducerRecord<byte[], byte[]> letter = late(record(bytes("k"), value, new RecordHeaders()));
    assertEquals("late", headersOf(letter).get("tally.error.reason"));
    assertEquals(value.length, letter.value().length);
  }
}
