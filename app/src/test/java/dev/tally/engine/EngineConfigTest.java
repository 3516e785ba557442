package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EngineConfigTest {
  private static EngineConfig config(
      String input, String output, String letters, Duration commitInterval) {
    return config(input, Optional.empty(), output, letters, commitInterval);
  }

  private static EngineConfig config(
      String input,
      Optional<String> table,
      String output,
      String letters,
      Duration commitInterval) {
    return new EngineConfig(
        "group",
        input,
        table.map(name -> new TableTopic(name, "--customers.topic", "load")),
        List.of(OutputTopic.answers(output)),
        letters,
        Set.of(),
        false,
        false,
        false,
        commitInterval,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        1 << 20);
  }

  private static String refusal(
      String input, String output, String letters, Duration commitInterval) {
    Stop stop = assertThrows(Stop.class, () -> config(input, output, letters, commitInterval));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void aCommitIntervalOutOfBoundsIsNamedWithItsFlagAndWhatIsAccepted() {
    assertDoesNotThrow(() -> config("a", "b", "c", Duration.ZERO));
    assertDoesNotThrow(() -> config("a", "b", "c", Duration.ofMinutes(1)));
    assertEquals(
        "--commit.interval.ms is -1; accepted: 0 to 60000.",
        refusal("a", "b", "c", Duration.ofMillis(-1)));
    assertEquals(
        "--commit.interval.ms is 60001; accepted: 0 to 60000.",
        refusal("a", "b", "c", Duration.ofMillis(60_001)));
  }

  @Test
  void aTableThatIsAnotherTopicIsNamedWithItsFlag() {
    assertDoesNotThrow(() -> config("a", Optional.of("t"), "b", "c", Duration.ZERO));
    for (String table : List.of("a", "b", "c")) {
      Stop stop =
          assertThrows(Stop.class, () -> config("a", Optional.of(table), "b", "c", Duration.ZERO));
      assertEquals(Stop.Reason.USAGE, stop.reason());
      assertEquals(
          "--customers.topic is '"
              + table
              + "', which is also the input topic, an output topic or the dead-letter topic;"
              + " accepted: a topic of its own.",
          stop.getMessage());
    }
  }

  @Test
  void twoTopicsOfOneNameAreNamedWithTheThird() {
    for (String[] topics :
        new String[][] {{"a", "a", "b"}, {"a", "b", "a"}, {"b", "a", "a"}, {"a", "a", "a"}}) {
      assertEquals(
          "--input.topic is '%s', --output.topic '%s' and --dead.letter.topic '%s'; accepted:"
                  .formatted((Object[]) topics)
              + " different topics.",
          refusal(topics[0], topics[1], topics[2], Duration.ZERO));
    }
  }
}
