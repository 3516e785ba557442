package dev.tally.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class HelpTextTest {
  private static final CommandLine PROGRAM = Tally.commandLine();

  private static Collection<CommandLine> all() {
    List<CommandLine> all = new ArrayList<>(PROGRAM.getSubcommands().values());
    all.add(PROGRAM);
    return all;
  }

  private static String help(CommandLine command, int columns) {
    command.setUsageHelpAutoWidth(false).setUsageHelpWidth(columns);
    return command.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static Set<String> words(String text) {
    return new HashSet<>(Arrays.asList(text.split("\\s+", -1)));
  }

  @Test
  void noWordIsBrokenAndNoLineReachesTheEdge() {
    for (CommandLine command : all()) {
      String help = help(command, 80);
      Set<String> words = words(help);
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (!option.hidden()) {
          String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
          for (String name : (String.join(", ", option.names()) + value).split(" ", -1)) {
            assertTrue(words.contains(name), name + " in\n" + help);
          }
          Set<String> missing = words(String.join(" ", option.description()));
          missing.removeAll(words);
          assertEquals(Set.of(), missing, help);
        }
      }
      help.lines().forEach(line -> assertTrue(line.length() < 80, line));
    }
  }

  @Test
  void everyCommandTellsItsExitCodesAndWhereOptionsOfTheJvmGo() {
    for (CommandLine command : all()) {
      String help = help(command, 80);
      for (Stop.Reason reason : Stop.Reason.values()) {
        assertTrue(help.contains("\n  " + reason.exitCode() + "  "), help);
      }
      assertTrue(help.contains("\n  " + Tally.EXIT_BUG + "  "), help);
      assertTrue(help.contains("TALLY_OPTS"), help);
    }
  }

  @Test
  void everyCommandThatTalksToKafkaTellsHowItsClientsAreSet() {
    for (String name : List.of("rolling-sum", "verify", "generate")) {
      Set<String> words = words(help(requireNonNull(PROGRAM.getSubcommands().get(name)), 80));
      for (String kind : List.of("consumer", "producer", "admin", "security", "ssl", "sasl")) {
        assertTrue(
            words.stream().anyMatch(word -> word.startsWith("--" + kind + ".*")), name + kind);
      }
    }
  }

  /** Where it means something else, a flag is described on its own. */
  private static final Set<String> DIFFERENT =
      Set.of("--start.from", "--group.id", "--output.topic", "--dead.letter.topic", "--rate");

  @Test
  void theSameFlagIsWordedTheSameInEveryCommand() {
    Map<String, String> wordings = new HashMap<>();
    for (CommandLine command : all()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        String wording = option.paramLabel() + " " + String.join(" ", option.description());
        String name = option.longestName();
        String other = wordings.putIfAbsent(name, wording);
        assertTrue(
            other == null || other.equals(wording) || DIFFERENT.contains(name),
            name + ": " + other + " / " + wording);
      }
    }
  }

  @Test
  void everyDefaultAndEveryValueIsToldInOneWay() {
    for (CommandLine command : all()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        String told = String.join(" ", option.description());
        if (option.defaultValue() != null) {
          assertTrue(told.endsWith("Default: " + option.defaultValue() + "."), option + told);
        }
        assertFalse(told.contains("(default"), told);
        if (option.type().isEnum()) {
          List<String> values =
              Arrays.stream(option.type().getEnumConstants())
                  .map(value -> Choice.spelled((Enum<?>) value))
                  .toList();
          assertEquals(
              new HashSet<>(values),
              new HashSet<>(Arrays.asList(option.paramLabel().split("\\|", -1))),
              option.longestName());
        }
        if (option.type() == Duration.class) {
          assertEquals("DURATION", option.paramLabel(), option.longestName());
        }
        if (option.type() == FutureMax.class) {
          assertEquals("DURATION|off", option.paramLabel(), option.longestName());
        }
      }
    }
  }
}
