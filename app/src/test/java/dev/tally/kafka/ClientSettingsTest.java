package dev.tally.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientSettingsTest {
  private static ClientSettings given(String name, String value) {
    return new ClientSettings("b:1", Map.of(name, value));
  }

  private static String refusal(Runnable action) {
    Stop stop = assertThrows(Stop.class, action::run);
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void aSettingForOneKindOfClientReachesOnlyThatKindAndReplacesOurDefault() {
    ClientSettings settings = given("consumer.fetch.min.bytes", "5");
    Map<String, Integer> ours = Map.of("fetch.min.bytes", 1, "fetch.max.wait.ms", 9);
    assertEquals(
        Map.of("bootstrap.servers", "b:1", "fetch.min.bytes", "5", "fetch.max.wait.ms", 9),
        settings.consumer(ours, Map.of()));
    assertEquals(Map.of("bootstrap.servers", "b:1"), settings.producer(Map.of(), Map.of()));
    assertEquals(Map.of("bootstrap.servers", "b:1"), settings.admin(Map.of(), Map.of()));
  }

  @Test
  void aSecuritySettingReachesEveryClientUnlessOneKindHasItsOwn() {
    ClientSettings settings =
        new ClientSettings(
            "b:1", Map.of("ssl.protocol", "TLS", "consumer.ssl.protocol", "TLSv1.3"));
    assertEquals("TLSv1.3", settings.consumer(Map.of(), Map.of()).get("ssl.protocol"));
    assertEquals("TLS", settings.producer(Map.of(), Map.of()).get("ssl.protocol"));
    assertEquals("TLS", settings.admin(Map.of(), Map.of()).get("ssl.protocol"));
    // It wins whatever the order in which the two were given.
    settings =
        new ClientSettings(
            "b:1", Map.of("producer.ssl.protocol", "TLSv1.3", "ssl.protocol", "TLS"));
    assertEquals("TLSv1.3", settings.producer(Map.of(), Map.of()).get("ssl.protocol"));
  }

  @Test
  void aSettingThatTallyOwnsIsRefusedByName() {
    Map<String, String> owned = Map.of("enable.auto.commit", "false");
    ClientSettings settings = given("consumer.enable.auto.commit", "true");
    String said = refusal(() -> settings.consumer(Map.of(), owned));
    assertTrue(said.startsWith("--consumer.enable.auto.commit cannot be set"), said);
    assertTrue(
        refusal(() -> given("sasl.mechanism", "PLAIN").admin(Map.of(), Map.of("sasl.mechanism", 1)))
            .startsWith("--sasl.mechanism cannot be set"));
    assertEquals(
        "false",
        given("consumer.client.id", "x").consumer(Map.of(), owned).get("enable.auto.commit"));
  }

  @ParameterizedTest
  @CsvSource({
    "consumer.fetch.min.byte, fetch.min.byte",
    "producer.fetch.min.bytes, fetch.min.bytes",
    "admin.group.id, group.id",
    "consumer., ''",
    "ssl.nonsense, ssl.nonsense",
    "consumer.consumer.client.id, consumer.client.id"
  })
  void aSettingThatKafkaDoesNotKnowIsRefusedByName(String flag, String name) {
    assertEquals(
        "--" + flag + ": Kafka's clients have no setting " + name + ".",
        refusal(() -> given(flag, "1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "consumer.bootstrap.servers",
        "producer.bootstrap.servers",
        "admin.bootstrap.servers"
      })
  void brokersAreNamedOnceForAllClients(String flag) {
    assertTrue(refusal(() -> given(flag, "b:2")).contains("--bootstrap.servers once"));
  }

  @Test
  void onlyFlagsWithKafkasPrefixesArePassedOn() {
    assertTrue(ClientSettings.passedOn("consumer.x"));
    assertTrue(ClientSettings.passedOn("security.protocol"));
    assertFalse(ClientSettings.passedOn("consumer"));
    assertFalse(ClientSettings.passedOn("window"));
    assertFalse(ClientSettings.passedOn("bootstrap.servers"));
  }
}
