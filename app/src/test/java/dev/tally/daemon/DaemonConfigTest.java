package dev.tally.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.engine.kafka.StartFrom;
import dev.tally.kafka.ClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DaemonConfigTest {
  private static Daemon.Config config(int threads, long megabytes) {
    EngineConfig engine =
        new EngineConfig(
            "group",
            "data",
            Optional.empty(),
            List.of(OutputTopic.answers("agg")),
            "letters",
            Set.of(),
            false,
            false,
            false,
            Duration.ZERO,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            (megabytes << 20) / Math.max(1, threads));
    return new Daemon.Config(
        new ClientSettings("localhost:9092", Map.of()),
        engine,
        "host-1",
        GroupProtocol.CLASSIC,
        StartFrom.parse("earliest"),
        threads,
        threads,
        1 << 20,
        false);
  }

  private static String refusal(int threads, long megabytes) {
    Stop stop = assertThrows(Stop.class, () -> config(threads, megabytes));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    return String.valueOf(stop.getMessage());
  }

  @Test
  void aNumberOfThreadsOutOfBoundsIsNamedWithItsFlagAndWhatIsAccepted() {
    assertEquals(1, config(1, 64).threads());
    assertEquals(256, config(256, 64).threads());
    assertEquals("--threads is 0; accepted: 1 to 256.", refusal(0, 64));
    assertEquals("--threads is -1; accepted: 1 to 256.", refusal(-1, 64));
    assertEquals("--threads is 257; accepted: 1 to 256.", refusal(257, 64));
  }

  @Test
  void memoryOutOfBoundsIsNamedAsItWasGivenHoweverManyThreadsShareIt() {
    for (int threads = 1; threads <= 256; threads++) {
      assertEquals(1, config(threads, 1).stateMemoryMegabytes());
      assertEquals(1_048_576, config(threads, 1_048_576).stateMemoryMegabytes());
      for (long megabytes : new long[] {Integer.MIN_VALUE, -5, 0, 1_048_577, Integer.MAX_VALUE}) {
        assertEquals(
            "--state.memory.mb is " + megabytes + "; accepted: 1 to 1048576.",
            refusal(threads, megabytes));
      }
    }
  }
}
