package dev.tally.engine.kafka;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.engine.kafka.TopicRules.Role;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules for the settings of each of a job's topics. */
final class TopicRulesTest {
  private static final int ANSWER_BYTES_MAX = 10_000;
  private static final Duration HISTORY = Duration.ofMinutes(11);

  /** Settings as a broker gives them by default, with these changed. */
  private static Config settings(String... changed) {
    Map<String, String> settings = new HashMap<>();
    settings.put("cleanup.policy", "delete");
    settings.put("max.message.bytes", "1048588");
    settings.put("min.insync.replicas", "1");
    settings.put("retention.ms", "604800000");
    settings.put("message.timestamp.type", "LogAppendTime");
    for (int i = 0; i < changed.length; i += 2) {
      settings.put(changed[i], changed[i + 1]);
    }
    return new Config(
        settings.entrySet().stream()
            .map(entry -> new ConfigEntry(entry.getKey(), entry.getValue()))
            .toList());
  }

  private static void assertRefused(Role role, String named, Config settings) {
    Stop stop =
        assertThrows(Stop.class, () -> TopicRules.require(role, "t", settings, ANSWER_BYTES_MAX));
    assertEquals(Stop.Reason.REFUSED, stop.reason());
    String message = String.valueOf(stop.getMessage());
    assertTrue(message.contains(named) && message.contains(role.text() + " 't'"), message);
    assertTrue(message.contains("Set it to"), message);
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UPSERTS", "TABLE"})
  void noTopicMayBeCompactedOfWhichEveryRecordCounts(Role role) {
    assertDoesNotThrow(() -> TopicRules.require(role, "t", settings(), ANSWER_BYTES_MAX));
    for (String policy : List.of("compact", "compact,delete", "delete,compact")) {
      assertRefused(role, "cleanup.policy=" + policy, settings("cleanup.policy", policy));
    }
  }

  @Test
  void upsertsMayBeCompacted() {
    for (String policy : List.of("compact", "delete", "compact,delete")) {
      Config settings = settings("cleanup.policy", policy);
      assertDoesNotThrow(() -> TopicRules.require(Role.UPSERTS, "t", settings, ANSWER_BYTES_MAX));
    }
  }

  @Test
  void aTableMustBeCompactedAndNotLoseRowsByTheirAge() {
    Config compacted = settings("cleanup.policy", "compact", "max.message.bytes", "1");
    assertDoesNotThrow(() -> TopicRules.require(Role.TABLE, "t", compacted, ANSWER_BYTES_MAX));
    for (String policy : List.of("delete", "compact,delete", "delete,compact")) {
      assertRefused(Role.TABLE, "cleanup.policy=" + policy, settings("cleanup.policy", policy));
    }
  }

  @ParameterizedTest
  @CsvSource({"86400000, 1", "604799999, 1", "604800000, 0"})
  void aTableThatSoonForgetsDeletionsIsWarnedOf(String millis, int warnings) {
    Config table =
        settings("cleanup.policy", "compact", "delete.retention.ms", millis, "retention.ms", "1");
    List<String> said = TopicRules.warnings(Role.TABLE, "t", table, HISTORY);
    assertEquals(warnings, said.size(), said::toString);
    said.forEach(each -> assertTrue(each.contains("'t' has delete.retention.ms=" + millis), each));
  }

  @ParameterizedTest
  @CsvSource({"ANSWERS, 9999, 10000", "DEAD_LETTERS, 8191, 8192"})
  void anOutputMustTakeTheLargestRecordWrittenToIt(Role role, String little, String enough) {
    assertRefused(role, "max.message.bytes=" + little, settings("max.message.bytes", little));
    assertDoesNotThrow(
        () ->
            TopicRules.require(role, "t", settings("max.message.bytes", enough), ANSWER_BYTES_MAX));
    assertDoesNotThrow(
        () ->
            TopicRules.require(
                Role.INPUT, "t", settings("max.message.bytes", little), ANSWER_BYTES_MAX));
  }

  @Test
  void requiringMoreReplicasInSyncThanThereAreIsRefused() {
    Config two = settings("min.insync.replicas", "2");
    Stop stop =
        assertThrows(Stop.class, () -> TopicRules.requireWritable(Role.ANSWERS, "agg", two, 1));
    assertTrue(String.valueOf(stop.getMessage()).contains("min.insync.replicas=2"));
    assertDoesNotThrow(() -> TopicRules.requireWritable(Role.ANSWERS, "agg", two, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "INPUT, 659999, 1",
    "INPUT, 660000, 0",
    "INPUT, -1, 0",
    "ANSWERS, 59999, 1",
    "ANSWERS, 60000, 0",
    "ANSWERS, -1, 0",
    "DEAD_LETTERS, 59999, 1",
  })
  void retentionThatIsTooShortIsWarnedOf(Role role, String millis, int warnings) {
    List<String> said = TopicRules.warnings(role, "t", settings("retention.ms", millis), HISTORY);
    assertEquals(warnings, said.size(), said::toString);
    said.forEach(each -> assertTrue(each.contains("'t' has retention.ms=" + millis), each));
  }

  @Test
  void unboundedRecordTimestampsAreWarnedOf() {
    String unbounded = Long.toString(Long.MAX_VALUE);
    Config created =
        settings(
            "message.timestamp.type", "CreateTime", "message.timestamp.after.max.ms", unbounded);
    assertEquals(1, TopicRules.warnings(Role.INPUT, "t", created, HISTORY).size());
    Config bounded =
        settings(
            "message.timestamp.type", "CreateTime", "message.timestamp.after.max.ms", "3600000");
    assertEquals(List.of(), TopicRules.warnings(Role.INPUT, "t", bounded, HISTORY));
  }
}
