package dev.tally.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonReader;
import dev.tally.generate.frames.FrameMix;
import dev.tally.generate.frames.FrameRecords;
import dev.tally.generate.frames.FrameTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The frames that all count the users of: those of `tally generate --frames` at 1,000 per second of
 * event time, in order within each partition, and after them some hours later what closes every
 * window.
 *
 * @param frames how many, without those that close
 */
record FrameLoad(long frames, int partitions) {
  private static final String START = "2016-07-11T13:39:00Z";
  private static final String FRAMES_PER_SECOND = "1000";
  private static final long USERS = 100_000;
  private static final int MINUTE_SECONDS = 60;
  private static final int MINUTE_TEXT = "2016-07-11T13:39".length();

  /**
   * Of each partition. Who distrusts single frames that are far ahead needs dozens, and who spreads
   * users anew needs some for each of its partitions.
   */
  private static final int CLOSING = 128;

  private static final long CLOSING_AFTER_SECONDS = 3 * 3600;

  /** All that is in the topic. */
  long records() {
    return frames + (long) CLOSING * partitions;
  }

  /**
   * Sends all.
   *
   * @return the users of each minute, except of the closing ones, by {@link #minute}
   */
  Map<String, Long> send(String bootstrapServers, String topic) {
    FrameTime time = FrameTime.parse(START, FRAMES_PER_SECOND);
    FrameRecords records =
        new FrameRecords(
            new FrameMix(
                USERS,
                /* lateShare= */ 0,
                /* lateSecondsMax= */ 1,
                /* flipShare= */ 0,
                /* stringTsShare= */ 0.1,
                /* decoys= */ true,
                /* seed= */ 1),
            time,
            /* keyed= */ false);
    Map<String, Long> users = new HashMap<>();
    Set<String> uids = new HashSet<>();
    Load.Failure failure = new Load.Failure();
    try (KafkaProducer<byte[], byte[]> producer = Load.producer(bootstrapServers, 20, 512 << 10)) {
      for (long n = 0; n < frames; n++) {
        byte[] value = records.value(n, 0);
        String minute = minute(time.secondsOf(n, 0));
        if (!users.containsKey(minute)) {
          uids.clear(); // time only goes on
        }
        uids.add(uid(value));
        users.put(minute, (long) uids.size());
        send(producer, topic, (int) (n % partitions), value, failure);
      }
      long closing = time.secondsOf(frames, 0) + CLOSING_AFTER_SECONDS;
      for (int i = 0; i < CLOSING * partitions; i++) {
        String frame = "{\"uid\":\"closing-" + i + "\",\"ts\":" + closing + "}";
        send(producer, topic, i % partitions, frame.getBytes(US_ASCII), failure);
      }
    }
    failure.require();
    return users;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps what fails
  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int partition,
      byte[] value,
      Load.Failure failure) {
    producer.send(new ProducerRecord<>(topic, partition, null, value), failure::note);
  }

  /** The minute of a time, as 2016-07-11T13:39. */
  private static String minute(long seconds) {
    long start = seconds / MINUTE_SECONDS * MINUTE_SECONDS;
    return Instant.ofEpochSecond(start).toString().substring(0, MINUTE_TEXT);
  }

  private static String uid(byte[] frame) {
    try (JsonReader reader =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(frame), UTF_8))) {
      reader.beginObject();
      while (!reader.nextName().equals("uid")) {
        reader.skipValue();
      }
      return reader.nextString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
