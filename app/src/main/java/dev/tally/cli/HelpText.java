package dev.tally.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Lays `--help` out. picocli breaks lines wherever Unicode allows it, which splits
 * `--dead.letter.topic` and `read_committed`; here a line ends only between words.
 */
final class HelpText {
  private static final int NAME_COLUMNS_MAX = 26;

  /** What picocli puts in front of the synopsis. */
  private static final String HEADING = "Usage: ";

  /** The README's table, abridged. */
  private static final Map<String, String> EXIT_CODES = new LinkedHashMap<>();

  static {
    EXIT_CODES.put("0", "done, or ended by SIGTERM or Ctrl-C with everything saved");
    EXIT_CODES.put("1", "verify or demo: not all answers agree");
    EXIT_CODES.put("2", "a flag or setting is wrong, or there is no command");
    EXIT_CODES.put(
        "3", "no host name resolves, no broker answers, a topic is missing, or the brokers refuse");
    EXIT_CODES.put(
        "4", "going on could lose, repeat or falsify an answer; the message says what to decide");
    EXIT_CODES.put(
        "5", "the state folder, standard output or a native library cannot be written or used");
    EXIT_CODES.put("6", "memory is used up; nothing is lost, and a new start goes on");
    EXIT_CODES.put("70", "a bug");
    EXIT_CODES.put("141", "the reader of standard output closed it early, as head does");
    EXIT_CODES.put("143", "SIGTERM before the service had started");
  }

  private static final Comparator<OptionSpec> REQUIRED_FIRST =
      Comparator.comparing(option -> !option.required());

  private static final String ENVIRONMENT =
      "JVM options such as -Xmx4g go into the environment variable TALLY_OPTS.";

  private HelpText() {}

  /** Gives a command this layout, and below its flags the texts that all commands share. */
  static void layOut(CommandLine command) {
    Map<String, IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(SECTION_KEY_SYNOPSIS, help -> synopsis(usage(help).width(), help.commandSpec()));
    sections.put(
        SECTION_KEY_DESCRIPTION,
        help -> paragraphs(usage(help).width(), List.of(usage(help).description())) + "\n");
    sections.put(
        SECTION_KEY_OPTION_LIST, help -> columns(usage(help).width(), flags(help.commandSpec())));
    sections.put(SECTION_KEY_PARAMETER_LIST, help -> ""); // they are among the flags
    sections.put(SECTION_KEY_COMMAND_LIST, help -> columns(usage(help).width(), commands(help)));
    sections.put(SECTION_KEY_EXIT_CODE_LIST, help -> columns(usage(help).width(), EXIT_CODES));
    sections.put(SECTION_KEY_FOOTER, HelpText::footer);
    command.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    command.getCommandSpec().usageMessage().exitCodeList(EXIT_CODES);
  }

  private static UsageMessageSpec usage(Help help) {
    return help.commandSpec().usageMessage();
  }

  private static String synopsis(int width, CommandSpec spec) {
    StringBuilder required = new StringBuilder();
    for (OptionSpec option : spec.options()) {
      if (option.required()) {
        required.append(' ').append(option.longestName()).append('=').append(option.paramLabel());
      }
    }
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      required.append(' ').append(argument.paramLabel()).append("...");
    }
    String more = spec.subcommands().isEmpty() ? " [FLAG]..." : " COMMAND [FLAG]...";
    String indent = " ".repeat(HEADING.length());
    List<String> lines = lines(width - HEADING.length(), spec.qualifiedName() + required + more);
    return String.join("\n" + indent, lines) + "\n\n";
  }

  private static Map<String, String> flags(CommandSpec spec) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      flags.put(argument.paramLabel() + "...", String.join(" ", argument.description()));
    }
    // The sort is stable: after the required flags, all stand in the order of the command.
    for (OptionSpec option : spec.options().stream().sorted(REQUIRED_FIRST).toList()) {
      if (!option.hidden()) {
        String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
        flags.put(
            String.join(", ", option.names()) + value, String.join(" ", option.description()));
      }
    }
    return flags;
  }

  private static Map<String, String> commands(Help help) {
    Map<String, String> commands = new LinkedHashMap<>();
    help.commandSpec()
        .subcommands()
        .forEach(
            (name, command) -> {
              CommandSpec spec = command.getCommandSpec();
              if (name.equals(spec.name())) { // and not another name of the same
                commands.put(name, spec.usageMessage().description()[0]);
              }
            });
    return commands;
  }

  private static String footer(Help help) {
    List<String> footer = new ArrayList<>(List.of(usage(help).footer()));
    footer.add(ENVIRONMENT);
    return "\n" + paragraphs(usage(help).width(), footer);
  }

  /** Names on the left, texts with a hanging indent on the right, or below a long name. */
  private static String columns(int width, Map<String, String> rows) {
    int longest = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    int nameColumns = Math.min(longest + 4, NAME_COLUMNS_MAX);
    String indent = " ".repeat(nameColumns);
    StringBuilder text = new StringBuilder();
    rows.forEach(
        (name, description) -> {
          StringBuilder head = new StringBuilder("  ").append(name);
          if (head.length() + 2 > nameColumns) {
            text.append(head).append('\n');
            head.setLength(0);
          }
          head.append(" ".repeat(nameColumns - head.length()));
          String wrapped = String.join("\n" + indent, lines(width - nameColumns, description));
          text.append(head).append(wrapped).append('\n');
        });
    return text.toString();
  }

  private static String paragraphs(int width, List<String> texts) {
    StringBuilder wrapped = new StringBuilder();
    texts.forEach(text -> lines(width, text).forEach(line -> wrapped.append(line).append('\n')));
    return wrapped.toString();
  }

  /** Breaks a text between words into lines shorter than this; a longer word gets its own line. */
  private static List<String> lines(int width, String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() >= width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
