package dev.tally.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.kafka.ClientSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ConfigurationTest {
  private static String describe(String... args) {
    CommandLine program = Tally.commandLine();
    List<String> line = new ArrayList<>(List.of("verify"));
    line.addAll(List.of(args));
    program.parseArgs(Arguments.expand(line.toArray(new String[0]), program));
    return Configuration.describe(
        requireNonNull(program.getSubcommands().get("verify")).getCommandSpec(),
        Map.of("instance.id", "host-1", "state.dir", "/state"));
  }

  @Test
  void everyFlagIsShownWithItsGivenOrDefaultValue() {
    String shown = describe("--bootstrap.servers", "b:1", "--window", "90s", "--ssl.protocol=TLS");
    for (String part :
        new String[] {
          " bootstrap.servers=b:1",
          " window=90s",
          " input.topic=data",
          " ssl.protocol=TLS",
          " future.max=1h",
          " instance.id=host-1",
          " state.dir=/state"
        }) {
      assertTrue(shown.contains(part), part + " in" + shown);
    }
    assertFalse(shown.contains("help="), shown);
    assertFalse(shown.contains("version="), shown);
    assertFalse(shown.contains("\n"), shown);
  }

  @Test
  void aLimitThatIsOffIsShownAsItWasGiven() {
    String shown = describe("--bootstrap.servers", "b:1", "--future.max=off");
    assertTrue(shown.contains(" future.max=off"), shown);
  }

  @Test
  void noSettingThatKafkaKeepsSecretIsShown() {
    List<String> secrets = new ArrayList<>();
    secrets.addAll(secretsOf("", AdminClientConfig.configDef()));
    secrets.addAll(secretsOf("consumer.", ConsumerConfig.configDef()));
    secrets.addAll(secretsOf("producer.", ProducerConfig.configDef()));
    secrets.addAll(secretsOf("admin.", AdminClientConfig.configDef()));
    secrets.removeIf(name -> !ClientSettings.passedOn(name));
    assertTrue(secrets.contains("sasl.jaas.config"));
    assertTrue(secrets.contains("ssl.keystore.key"));
    for (String name : secrets) {
      String shown = describe("--bootstrap.servers=b:1", "--" + name + "=hunter2");
      assertFalse(shown.contains("hunter2"), shown);
      assertTrue(shown.contains(" " + name + "=(hidden)"), shown);
    }
  }

  private static List<String> secretsOf(String prefix, ConfigDef definition) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, ConfigDef.ConfigKey> key : definition.configKeys().entrySet()) {
      if (key.getValue().type == ConfigDef.Type.PASSWORD) {
        names.add(prefix + key.getKey());
      }
    }
    return names;
  }
}
