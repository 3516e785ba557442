package dev.tally.cli;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

final class HelpTextTest {
  private static final CommandLine PROGRAM = Tally.commandLine();

  private static Collection<CommandLine> all() {
    List<CommandLine> all = new ArrayList<>(PROGRAM.getSubcommands().values());
    all.add(PROGRAM);
    return all;
  }

  /** What a flag has if it is not given: from its annotation, or from the command's constructor. */
  static @Nullable String defaultOf(OptionSpec option) {
    if (option.defaultValue() != null) {
      return option.defaultValue();
    }
    Object value = option.initialValue();
    boolean constructed = value instanceof Integer || value instanceof String;
    return constructed && !value.toString().isEmpty() ? value.toString() : null;
  }

  @Test
  void aDefaultIsFoundInAnAnnotationAndInAConstructor() {
    List<String> defaults = new ArrayList<>();
    for (String name :
        List.of("--window", "--output.topic", "--group.id", "--commit.interval.ms")) {
      defaults.add(defaultOf(rollingSum().findOption(name)));
    }
    assertEquals(List.of("10m", "agg", "tally-rolling-sum", "5"), defaults);
    assertNull(defaultOf(rollingSum().findOption("--state.dir")));
  }

  private static CommandSpec rollingSum() {
    return requireNonNull(PROGRAM.getSubcommands().get("rolling-sum")).getCommandSpec();
  }

  private static String help(CommandLine command, int columns) {
    command.setUsageHelpAutoWidth(false).setUsageHelpWidth(columns);
    return command.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static Set<String> words(String text) {
    return new HashSet<>(Arrays.asList(text.split("\\s+", -1)));
  }

  @Test
  void noWordIsSplitAndNoLineReachesTheEdge() {
    for (CommandLine command : all()) {
      String help = help(command, 80);
      Set<String> words = words(help);
      for (PositionalParamSpec argument : command.getCommandSpec().positionalParameters()) {
        String text = "\n  " + argument.paramLabel() + "... ";
        assertEquals(help.indexOf(text), help.lastIndexOf(text), help);
        assertTrue(help.contains(text), help);
      }
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
  void everyCommandListsItsExitCodesAndWhereJvmOptionsGo() {
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
  void everyCommandThatTalksToKafkaSaysHowItsClientsAreConfigured() {
    for (String name :
        List.of(
            "rolling-sum",
            "verify",
            "verify unique-users",
            "generate",
            "load-orders",
            "load-customers")) {
      Set<String> words = words(help(requireNonNull(PROGRAM.getSubcommands().get(name)), 80));
      for (String kind : List.of("consumer", "producer", "admin", "security", "ssl", "sasl")) {
        assertTrue(
            words.stream().anyMatch(word -> word.startsWith("--" + kind + ".*")), name + kind);
      }
    }
  }

  /** Flags that mean different things in different commands. */
  private static final Set<String> DIFFERENT =
      Set.of(
          "--start.from",
          "--rate",
          "--grace",
          "--late.max",
          "--future.max",
          "--file",
          "--customers.topic");

  @Test
  void theSameFlagIsWordedTheSameInEveryCommand() {
    Map<String, String> wordings = new HashMap<>();
    for (CommandLine command : all()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        // Defaults may differ from job to job.
        String told = String.join(" ", option.description()).replaceAll(" Default: .*$", "");
        String wording = option.paramLabel() + " " + told;
        String name = option.longestName();
        String other = wordings.putIfAbsent(name, wording);
        assertTrue(
            other == null || other.equals(wording) || DIFFERENT.contains(name),
            name + ": " + other + " / " + wording);
      }
    }
  }

  @Test
  void everyDefaultAndEveryAcceptedValueIsShownInTheSameWay() {
    for (CommandLine command : all()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        String told = String.join(" ", option.description());
        String byDefault = defaultOf(option);
        if (byDefault != null) {
          assertTrue(told.endsWith("Default: " + byDefault + "."), option + told);
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
        if (option.type() == DurationOrOff.class) {
          assertEquals("DURATION|off", option.paramLabel(), option.longestName());
        }
      }
    }
  }
}
