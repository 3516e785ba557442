package dev.tally.cli;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of every command that talks to Kafka. */
final class KafkaOptions {
  static final String BOOTSTRAP_SERVERS = "--bootstrap.servers";

  @Option(
      names = BOOTSTRAP_SERVERS,
      required = true,
      paramLabel = "HOST:PORT[,..]",
      description = "Kafka brokers to start from. Required.")
  private String bootstrapServers = "";

  @Option(names = Arguments.CLIENT_SETTING, hidden = true)
  private Map<String, String> given = new LinkedHashMap<>();

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private ConfigOption config = new ConfigOption();

  // Here only so that --help lists them: Arguments gathers the flags that begin like this.
  @Option(
      names = {"--consumer.*", "--producer.*", "--admin.*"},
      paramLabel = "VALUE",
      description =
          "Settings of Kafka's consumers, producers or admin clients, under Kafka's names: for"
              + " example --consumer.client.rack=a.")
  @SuppressWarnings("UnusedVariable")
  private @Nullable String forOneKind;

  @Option(
      names = {"--security.*", "--ssl.*", "--sasl.*"},
      paramLabel = "VALUE",
      description =
          "Settings of all Kafka clients, under Kafka's names: for example"
              + " --security.protocol=SSL.")
  @SuppressWarnings("UnusedVariable")
  private @Nullable String forAll;

  /**
   * How clients reach the brokers.
   *
   * @throws Stop if no broker was given, in a command that can do without
   */
  ClientSettings settings() {
    if (bootstrapServers.isEmpty()) {
      throw Stop.usage("Missing required option: '%s=HOST:PORT[,..]'.", BOOTSTRAP_SERVERS);
    }
    return new ClientSettings(bootstrapServers, given);
  }
}
