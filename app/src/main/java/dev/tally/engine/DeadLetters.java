package dev.tally.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.Bytes;
import dev.tally.job.DeadLetterReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record without an answer into its dead letter: the original key, value and headers, and
 * further headers, as text, that say why, which group it belongs to and where it came from.
 */
public final class DeadLetters {
  /**
   * What the smallest dead letter may need: a quarter each for the record's key and headers, and
   * our own headers, whose message can quote a thousand characters of the record. The topic's and
   * the group's name, which is also a folder's, have at most 255 bytes each.
   */
  public static final int RECORD_BYTES_MIN = 8 * 1024;

  private static final String PREFIX = "tally.error.";
  private static final String REPLAYS = "tally.replays";
  // Generous: lengths and batch overhead around a record and around each of its headers.
  private static final int RECORD_OVERHEAD_BYTES = 200;
  private static final int HEADER_OVERHEAD_BYTES = 10;
  private static final int UTF8_BYTES_MAX = 3; // per char

  private final String groupId;
  private final String topic;
  private final boolean samePartitions;
  private final int recordBytesMax;

  /**
   * Dead letters for one topic.
   *
   * @param groupId tells them apart from those of other groups in the same topic
   * @param samePartitions whether the topic has the input's number of partitions
   * @param recordBytesMax what brokers take there in one batch, `max.message.bytes`
   */
  DeadLetters(String groupId, String topic, boolean samePartitions, int recordBytesMax) {
    this.groupId = groupId;
    this.topic = topic;
    this.samePartitions = samePartitions;
    this.recordBytesMax = recordBytesMax;
  }

  ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<ByteBuffer, ByteBuffer> source, DeadLetterReason reason, String message) {
    byte[] key = Bytes.copyOf(source.key());
    byte[] value = Bytes.copyOf(source.value());
    ProducerRecord<byte[], byte[]> whole = record(source, key, value, true, reason, message);
    return bytes(whole) <= recordBytesMax ? whole : truncated(source, key, value, reason, message);
  }

  /** As much as fits: brokers would always refuse the whole. The source offset leads back to it. */
  private ProducerRecord<byte[], byte[]> truncated(
      ConsumerRecord<ByteBuffer, ByteBuffer> source,
      byte @Nullable [] wholeKey,
      byte @Nullable [] wholeValue,
      DeadLetterReason reason,
      String message) {
    ProducerRecord<byte[], byte[]> bare =
        record(source, null, null, false, DeadLetterReason.OVERSIZED, "");
    int shareMax = Math.max(0, recordBytesMax - bytes(bare)) / 3;
    byte[] key = length(wholeKey) <= shareMax ? wholeKey : null;
    boolean withHeaders = bytes(source.headers()) <= shareMax;
    String oversized =
        String.format(
            "%s: too large with a value of %d bytes, which is truncated; %s",
            reason.text(), length(wholeValue), message);
    oversized = oversized.substring(0, Math.min(oversized.length(), shareMax / UTF8_BYTES_MAX));
    byte[] value = wholeValue;
    if (value != null) {
      ProducerRecord<byte[], byte[]> rest =
          record(source, key, null, withHeaders, DeadLetterReason.OVERSIZED, oversized);
      int room = Math.max(0, recordBytesMax - bytes(rest));
      value = Arrays.copyOf(value, Math.min(value.length, room));
    }
    return record(source, key, value, withHeaders, DeadLetterReason.OVERSIZED, oversized);
  }

  private ProducerRecord<byte[], byte[]> record(
      ConsumerRecord<ByteBuffer, ByteBuffer> source,
      byte @Nullable [] key,
      byte @Nullable [] value,
      boolean withHeaders,
      DeadLetterReason reason,
      String message) {
    Integer partition = samePartitions ? source.partition() : null;
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topic, partition, key, value);
    long replays = -1;
    for (Header header : source.headers()) {
      if (header.key().equals(REPLAYS)) {
        replays = Math.max(replays, number(header.value()));
      } else if (header.key().startsWith(PREFIX)) {
        replays = Math.max(replays, 0);
      } else if (withHeaders) {
        letter.headers().add(header);
      }
    }
    add(letter, PREFIX + "reason", reason.text());
    add(letter, PREFIX + "message", message);
    add(letter, PREFIX + "group", groupId);
    add(letter, PREFIX + "topic", source.topic());
    add(letter, PREFIX + "partition", Integer.toString(source.partition()));
    add(letter, PREFIX + "offset", Long.toString(source.offset()));
    add(letter, PREFIX + "timestamp", Long.toString(source.timestamp()));
    if (replays >= 0) {
      add(letter, REPLAYS, Long.toString(replays + 1));
    }
    return letter;
  }

  private static void add(ProducerRecord<byte[], byte[]> letter, String name, String text) {
    letter.headers().add(name, text.getBytes(UTF_8));
  }

  /** How often the record was sent back before; text that is no number counts as never. */
  private static long number(byte @Nullable [] text) {
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(new String(text, UTF_8)));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static int bytes(ProducerRecord<byte[], byte[]> record) {
    return RECORD_OVERHEAD_BYTES
        + length(record.key())
        + length(record.value())
        + bytes(record.headers());
  }

  private static int bytes(Headers headers) {
    int bytes = 0;
    for (Header header : headers) {
      bytes += header.key().getBytes(UTF_8).length + length(header.value()) + HEADER_OVERHEAD_BYTES;
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
