package dev.tally.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The limit: reads every record and sends one of 75 bytes for it, exactly once, one poll being one
 * transaction. Its client settings are those of the program that is measured against it.
 *
 * <p>Arguments: bootstrap.servers, input topic, output topic, group, and {@code gson} if each value
 * is to be parsed with gson's streaming reader first.
 */
public final class Copy {
  private static final byte[] ANSWER = new byte[75];

  private Copy() {}

  @SuppressWarnings("FutureReturnValueIgnored") // a send that fails makes the commit fail
  public static void main(String[] args) {
    boolean parsed = args.length > 4 && args[4].equals("gson");
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                consumerSettings(args[0], args[3]),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                producerSettings(args[0], args[3]),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      producer.initTransactions();
      consumer.subscribe(List.of(args[1]));
      while (true) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
        if (records.isEmpty()) {
          continue;
        }
        producer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (parsed) {
            parse(record.value());
          }
          producer.send(new ProducerRecord<>(args[2], record.partition(), record.key(), ANSWER));
        }
        producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
        producer.commitTransaction();
      }
    }
  }

  /** Returns something that depends on what was read, so that reading cannot be left out. */
  @CanIgnoreReturnValue
  private static double parse(byte[] value) {
    double read = 0;
    try (JsonReader reader =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(value), StandardCharsets.UTF_8))) {
      reader.setStrictness(Strictness.LENIENT); // for NaN
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "StockCode" -> read += reader.nextString().length();
          case "Price", "Quantity", "InvoiceDate" -> read += reader.nextDouble();
          default -> reader.skipValue();
        }
      }
      reader.endObject();
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> consumerSettings(String bootstrapServers, String group) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers,
        "group.id",
        group,
        "isolation.level",
        "read_committed",
        "auto.offset.reset",
        "earliest",
        "enable.auto.commit",
        false,
        "max.poll.records",
        50_000,
        "max.partition.fetch.bytes",
        8 << 20,
        "fetch.max.bytes",
        64 << 20);
  }

  private static Map<String, Object> producerSettings(String bootstrapServers, String group) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers,
        "transactional.id",
        group,
        "linger.ms",
        5,
        "batch.size",
        256 << 10,
        "buffer.memory",
        64L << 20);
  }
}
