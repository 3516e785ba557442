package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Kafka's own {@code kafka-consumer-groups}, run as an operator runs it, in a process of its own.
 */
final class ConsumerGroupsTool {
  private static final String MAIN = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
  private static final int END_SECONDS = 120;

  private ConsumerGroupsTool() {}

  /**
   * Resets the offsets of the trial's group and says what the tool printed.
   *
   * @param where {@code --to-earliest}, {@code --to-datetime}, ... with its value
   */
  static String resetOffsets(Trial trial, String... where) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--reset-offsets", "--execute"));
    arguments.addAll(List.of("--group", trial.group(), "--topic", trial.input()));
    arguments.addAll(List.of(where));
    return run(trial.kafka().bootstrapServers(), arguments);
  }

  private static String run(String bootstrapServers, List<String> arguments)
      throws IOException, InterruptedException {
    Path printed = Files.createTempFile("tally-tool-", ".log");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(Jvm.SHORT_LIVED);
    line.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"), MAIN));
    line.addAll(List.of("--bootstrap-server", bootstrapServers));
    line.addAll(arguments);
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    try {
      assertTrue(process.waitFor(END_SECONDS, SECONDS), "the tool does not end");
      String output = Files.readString(printed, UTF_8);
      assertEquals(0, process.exitValue(), output);
      return output;
    } finally {
      process.destroyForcibly();
      Files.delete(printed);
    }
  }
}
