package dev.tally.cli;

import dev.tally.kafka.ClientSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags that every command which talks to Kafka has. */
final class KafkaOptions {
  @Option(
      names = "--bootstrap.servers",
      required = true,
      paramLabel = "HOST:PORT[,..]",
      description = "Kafka brokers to start from.")
  private String bootstrapServers = "";

  @Option(names = Arguments.CLIENT_SETTING, hidden = true)
  private Map<String, String> given = new LinkedHashMap<>();

  // Only here to be listed by --help: Arguments puts the file's content in its place.
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with the same names as the flags; flags win.")
  @SuppressWarnings("UnusedVariable")
  private String config = "";

  ClientSettings settings() {
    return new ClientSettings(bootstrapServers, given);
  }
}
