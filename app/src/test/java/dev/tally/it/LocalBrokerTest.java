package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.Stop;
import dev.tally.broker.LocalBroker;
import dev.tally.kafka.TransactionEnds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@StartsProcesses
final class LocalBrokerTest {
  private static final TopicPartition ROWS = new TopicPartition("rows", 2);

  @Test
  void recordsSurviveKillAndRestartAndAPauseOnlyDelays(@TempDir Path folder) throws Exception {
    Path spaced = folder.resolve("a folder");
    try (LocalBroker broker = new LocalBroker(spaced)) {
      broker.start();
      long first = broker.pid();
      broker.createTopic(ROWS.topic(), 3, Map.of());
      try (KafkaProducer<String, String> producer = producer(broker)) {
        producer.send(record("before")).get(20, SECONDS);

        broker.killHard();
        assertFalse(broker.alive());
        assertTrue(ProcessHandle.of(first).isEmpty());
        broker.restart();
        producer.send(record("after")).get(20, SECONDS);

        broker.pause();
        var waiting = producer.send(record("paused"));
        assertThrows(TimeoutException.class, () -> waiting.get(1, SECONDS));
        broker.resume();
        waiting.get(20, SECONDS);
      }
      assertEquals(List.of("before", "after", "paused"), values(broker, 3));

      broker.pause();
      broker.stop(); // also a paused broker
      assertFalse(broker.alive());
    }
  }

  @Test
  void aBrokerThatCannotStartSaysWhy(@TempDir Path folder) {
    Map<String, String> wrong = Map.of("log.retention.ms", "for ever");
    try (LocalBroker broker = new LocalBroker(folder, wrong, LocalBroker.HEAP_MEGABYTES)) {
      Stop stop = assertThrows(Stop.class, broker::start);
      assertEquals(Stop.Reason.KAFKA, stop.reason());
      String message = String.valueOf(stop.getMessage());
      assertTrue(message.contains("log.retention.ms"), message);
      assertFalse(broker.alive());
    }
  }

  @Test
  void theBrokerOfTheDemoDoesNotLoseEndsOfTransactions(@TempDir Path folder) throws Exception {
    try (LocalBroker broker = LocalBroker.bundled(folder)) {
      broker.start();
      assertEquals(Optional.empty(), risk(broker));
    }
  }

  @Test
  void oneOfTheNewestReleaseDoes(@TempDir Path folder) throws Exception {
    try (LocalBroker broker = new LocalBroker(folder)) {
      broker.start();
      assertTrue(risk(broker).orElseThrow().contains("'agg' has 1 replica"));
    }
  }

  private static Optional<String> risk(LocalBroker broker) throws Exception {
    broker.createTopic("agg", 1, Map.of());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return TransactionEnds.risk(admin, List.of("agg"));
    }
  }

  private static ProducerRecord<String, String> record(String value) {
    return new ProducerRecord<>(ROWS.topic(), ROWS.partition(), "key", value);
  }

  private static KafkaProducer<String, String> producer(LocalBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new StringSerializer(),
        new StringSerializer());
  }

  private static List<String> values(LocalBroker broker, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(ROWS));
      consumer.seekToBeginning(List.of(ROWS));
      List<String> values = new ArrayList<>();
      long deadlineNanos = System.nanoTime() + SECONDS.toNanos(20);
      while (values.size() < count && System.nanoTime() < deadlineNanos) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        records.forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
