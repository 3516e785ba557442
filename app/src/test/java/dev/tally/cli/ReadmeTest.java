package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Users read the README, so it must keep up with the flags and exit codes. */
final class ReadmeTest {
  private final String readme = read();

  @Test
  void everyFlagOfRollingSumIsInTheReadme() {
    for (OptionSpec option : new CommandLine(new RollingSumCommand()).getCommandSpec().options()) {
      boolean help = option.usageHelp() || option.versionHelp() || option.hidden();
      assertTrue(
          help || readme.contains("`" + option.longestName()),
          "describe " + option.longestName() + " in the README's table of flags");
    }
  }

  @Test
  void everyDefaultIsTheOneInTheReadme() {
    for (OptionSpec option : new CommandLine(new RollingSumCommand()).getCommandSpec().options()) {
      String value = HelpTextTest.defaultOf(option);
      boolean told =
          value == null
              || readme
                  .lines()
                  .filter(line -> line.startsWith("|") && line.contains("`" + option.longestName()))
                  .anyMatch(line -> line.contains("`" + value + "`") || line.contains(" " + value));
      assertTrue(told, "the README has another default than " + option + " " + value);
    }
  }

  @Test
  void everyWordThatAFlagAcceptsIsInItsRowOfTheReadme() {
    for (OptionSpec option : new CommandLine(new RollingSumCommand()).getCommandSpec().options()) {
      for (String word : option.paramLabel().split("\\|", -1)) {
        boolean literal = word.matches("[a-z-]+");
        assertTrue(
            !literal || row(option).contains("`" + word + "`"),
            "mention " + word + " in the README's row of " + option.longestName());
      }
    }
  }

  private String row(OptionSpec option) {
    return readme
        .lines()
        .filter(line -> line.startsWith("| `--"))
        .filter(line -> line.split("\\|", -1)[1].contains("`" + option.longestName()))
        .findFirst()
        .orElse("");
  }

  @Test
  void everyExitCodeIsInTheReadme() {
    for (Stop.Reason reason : Stop.Reason.values()) {
      assertTrue(
          readme.contains("| " + reason.exitCode() + " |"),
          "describe exit code " + reason.exitCode() + " in the README");
    }
  }

  private static String read() {
    // Tests run in app/.
    try {
      return Files.readString(Path.of("..", "README.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
