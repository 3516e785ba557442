package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Users read the README, so it must keep up with the flags and exit codes. */
final class ReadmeTest {
  private final String readme = read();

  /** A flag of a command, and the row that describes it; empty if there is none. */
  private record Flag(String command, OptionSpec option, String row) {
    @Override
    public String toString() {
      return option.longestName() + " of " + command;
    }
  }

  /**
   * The flags of the services, and of the commands that send what they read. What a command has in
   * common with rolling-sum is described there, unless it has a row of its own.
   */
  private List<Flag> flags() {
    List<Flag> all = new ArrayList<>();
    for (Object command :
        List.of(
            new RollingSumCommand(),
            new UniqueUsersCommand(),
            new TopIndustriesCommand(),
            new GenerateCommand(),
            new LoadOrdersCommand(),
            new LoadCustomersCommand())) {
      CommandSpec spec = Tally.withTypes(new CommandLine(command)).getCommandSpec();
      for (OptionSpec option : spec.options()) {
        if (!option.usageHelp() && !option.versionHelp() && !option.hidden()) {
          String own = row(spec.name(), option);
          all.add(new Flag(spec.name(), option, own.isEmpty() ? row("rolling-sum", option) : own));
        }
      }
    }
    return all;
  }

  @Test
  void everyFlagIsInTheReadme() {
    for (Flag flag : flags()) {
      assertFalse(flag.row().isEmpty(), "describe " + flag + " in the README's table of flags");
    }
  }

  @Test
  void everyDefaultIsTheOneInTheReadme() {
    for (Flag flag : flags()) {
      String value = HelpTextTest.defaultOf(flag.option());
      boolean told =
          value == null
              || flag.row().contains("`" + value + "`")
              || flag.row().contains(" " + value + " ")
              || flag.row().contains(" " + value + ",");
      assertTrue(told, "the README has another default than " + value + " for " + flag);
    }
  }

  @Test
  void everyWordThatAFlagAcceptsIsInItsRowOfTheReadme() {
    for (Flag flag : flags()) {
      for (String word : flag.option().paramLabel().split("\\|", -1)) {
        boolean literal = word.matches("[a-z-]+");
        assertTrue(
            !literal || flag.row().contains("`" + word + "`"),
            "mention " + word + " in the README's row of " + flag);
      }
    }
  }

  /** The row in the table of a command's flags that begins with this one among others. */
  private String row(String command, OptionSpec option) {
    return readme
        .lines()
        .dropWhile(line -> !line.equals("### Flags of `" + command + "`"))
        .skip(1)
        .takeWhile(line -> !line.startsWith("#"))
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
