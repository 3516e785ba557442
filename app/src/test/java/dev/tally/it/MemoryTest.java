package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Input that is small in the brokers and large in memory. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class MemoryTest {
  private static final List<String> SMALL_HEAP = List.of("-Xmx128m");
  private static final int ROW_BYTES = 6_000;
  // More than the heap of an instance, in one poll if only records were counted.
  private static final int ROWS = 25_000;
  private static final int LETTER_BYTES = 200_000;
  private static final int LETTERS = 700;

  private final Cluster kafka;
  private final Trial trial;

  MemoryTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.trial = Trial.create(kafka, folder, 1);
  }

  /** Sends compressed rows of this many bytes, most of which are one letter. */
  private void send(int rows, int bytes, String quantity) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "compression.type",
            "zstd",
            "linger.ms",
            50,
            "batch.size",
            500_000);
    String padding = "x".repeat(bytes);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int n = 0; n < rows; n++) {
        String row = Sales.value(n);
        if (!quantity.isEmpty()) {
          row = row.replaceFirst("\"Quantity\":[-\\d]+", "\"Quantity\":" + quantity);
        }
        String value = "{\"Description\":\"" + padding + "\"," + row.substring(1);
        var unused =
            producer.send(
                new ProducerRecord<>(
                    trial.input(), 0, Sales.code(n).getBytes(UTF_8), value.getBytes(UTF_8)));
      }
    }
  }

  @Test
  void rowsThatAreLargerThanTheHeapOnceTheyAreDecompressedAreAnswered() throws Exception {
    send(ROWS, ROW_BYTES, "");
    runUntilEnd();
    trial.assertExact(ROWS);
  }

  @Test
  void deadLettersThatTogetherAreLargerThanTheHeapAreSent() throws Exception {
    send(LETTERS, LETTER_BYTES, "null");
    runUntilEnd();
    trial.assertExact(LETTERS);
  }

  private void runUntilEnd() throws Exception {
    String output = trial.start(SMALL_HEAP, "--until.end").awaitEnd().done().output();
    assertFalse(output.contains("opening new clients"), output);
  }
}
