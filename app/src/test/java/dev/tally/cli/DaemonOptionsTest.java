package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.daemon.Daemon;
import dev.tally.job.DeadLetterReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The flags of every job, taken by a job that the program does not have. */
final class DaemonOptionsTest {
  @Command(name = "other")
  private static final class Other {
    @Mixin
    private DaemonOptions daemon =
        new DaemonOptions(new TopicOptions("frames", "users", "tally-users"), 200);
  }

  @TempDir Path folder;

  private Daemon.Config config(DaemonOptions daemon, CommandLine parser, String... flags) {
    String[] all = new String[flags.length + 2];
    all[0] = "--bootstrap.servers=localhost:9092";
    all[1] = "--state.dir=" + folder;
    System.arraycopy(flags, 0, all, 2, flags.length);
    parser.parseArgs(all);
    return daemon.config(Set.of());
  }

  private Daemon.Config config(String... flags) {
    Other other = new Other();
    return config(other.daemon, Tally.withTypes(new CommandLine(other)), flags);
  }

  @Test
  void aJobHasItsOwnDefaultsUnlessTheFlagsAreGiven() {
    Other other = new Other();
    CommandLine parser = Tally.withTypes(new CommandLine(other));
    Daemon.Config config =
        config(other.daemon, parser, "--output.topic=mine", "--commit.interval.ms=7");
    assertEquals("frames", config.engine().inputTopic());
    assertEquals("mine", config.engine().outputs().get(0).name());
    assertEquals("frames-dead-letters", config.engine().deadLetterTopic());
    assertEquals("tally-users", config.engine().groupId());
    assertEquals(Duration.ofMillis(7), config.engine().commitInterval());
    config = config(other.daemon, parser, "--input.topic=more");
    assertEquals("more", config.engine().inputTopic());
    assertEquals(
        "users", config.engine().outputs().get(0).name(), "as if nothing had been parsed before");
    assertEquals("more-dead-letters", config.engine().deadLetterTopic());
    assertEquals(Duration.ofMillis(200), config.engine().commitInterval());
  }

  @Test
  void aNegativeCommitIntervalIsRefused() {
    Stop stop = assertThrows(Stop.class, () -> config("--commit.interval.ms=-1"));
    assertEquals(
        "--commit.interval.ms is -1; accepted: 0 to 60000.", String.valueOf(stop.getMessage()));
  }

  @Test
  void whatUsersDecideReachesTheEngine() {
    Daemon.Config config = config();
    assertFalse(config.engine().startFromGiven());
    assertFalse(config.engine().rebuildOnSettingsChange());
    assertFalse(config.engine().continueOnMissingHistory());
    assertEquals(Set.of(), config.engine().fatalReasons());
    config =
        config(
            "--start.from=earliest",
            "--on.settings.change=rebuild",
            "--on.missing.history=continue",
            "--on.bad.record=fail",
            "--until.end");
    assertTrue(config.engine().startFromGiven());
    assertTrue(config.engine().rebuildOnSettingsChange());
    assertTrue(config.engine().continueOnMissingHistory());
    assertEquals(Set.of(DeadLetterReason.UNREADABLE), config.engine().fatalReasons());
    assertTrue(config.untilEnd());
  }

  @Test
  void threadsShareTheMemoryForState() {
    Daemon.Config config = config("--threads=4", "--state.memory.mb=64");
    assertEquals(16 << 20, config.engine().stateMemoryBytesMax());
    assertEquals(64, config.stateMemoryMegabytes());
    Stop stop = assertThrows(Stop.class, () -> config("--threads=0"));
    assertEquals("--threads is 0; accepted: 1 to 256.", stop.getMessage());
  }

  @Test
  void theLogShowsDefaultsThatDependOnOtherThings() {
    Other other = new Other();
    CommandLine parser = Tally.withTypes(new CommandLine(other));
    Daemon.Config config =
        config(other.daemon, parser, "--state.memory.mb=64", "--instance.id=host-1");
    assertEquals(
        Map.of(
            "dead.letter.topic", "frames-dead-letters",
            "instance.id", "host-1",
            "state.dir", folder.toString(),
            "state.memory.mb", "64"),
        other.daemon.resolved(config));
  }
}
