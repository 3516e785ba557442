package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EngineConfigTest {
  private static EngineConfig config(
      String input, String output, String letters, Duration commitInterval) {
    return new EngineConfig(
        "group",
        input,
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
