package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Users read the README, so it must keep up with the flags and exit codes. */
final class ReadmeTest {
  private final String readme = read();

  private static List<OptionSpec> options() {
    List<OptionSpec> all = new ArrayList<>();
    for (Object command : List.of(new RollingSumCommand(), new GenerateCommand())) {
      all.addAll(Tally.withTypes(new CommandLine(command)).getCommandSpec().options());
    }
    return all;
  }

  @Test
  void everyFlagOfRollingSumAndOfGenerateIsInTheReadme() {
    for (OptionSpec option : options()) {
      boolean help = option.usageHelp() || option.versionHelp() || option.hidden();
      assertTrue(
          help || !row(option).isEmpty(),
          "describe " + option.longestName() + " in the README's table of flags");
    }
  }

  @Test
  void everyDefaultIsTheOneInTheReadme() {
    for (OptionSpec option : options()) {
      String value = HelpTextTest.defaultOf(option);
      boolean told =
          value == null
              || row(option).contains("`" + value + "`")
              || row(option).contains(" " + value);
      assertTrue(told, "the README has another default than " + option + " " + value);
    }
  }

  @Test
  void everyWordThatAFlagAcceptsIsInItsRowOfTheReadme() {
    for (OptionSpec option : options()) {
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
        .filter(line -> names(line.split("\\|", -1)[1]).contains(option.longestName()))
        .findFirst()
        .orElse("");
  }

  /** The flags in a table's first column, without the words for their values. */
  private static List<String> names(String column) {
    return Arrays.stream(column.split("[`, ]+", -1)).filter(name -> name.startsWith("--")).toList();
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
