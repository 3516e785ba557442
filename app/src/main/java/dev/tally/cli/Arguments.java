package dev.tally.cli;

import dev.tally.Nearest;
import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Turns what a user types into what picocli parses. `--config FILE` is replaced by the flags in the
 * file, placed before the typed ones so that those win. Flags for the Kafka clients are gathered
 * under one hidden option, since their names are Kafka's and open-ended.
 *
 * <p>Blanks at either end of a value are removed here, for every flag and for every line of a file:
 * Kafka's clients remove them from some of their settings, and a group must have the same name
 * everywhere.
 */
final class Arguments {
  static final String CLIENT_SETTING = "--client-setting";

  private static final String CONFIG = "--config";

  private final CommandLine program;
  private final CommandLine command;
  private final List<String> fromFile = new ArrayList<>();
  private final List<String> flags = new ArrayList<>();

  private Arguments(CommandLine program, CommandLine command) {
    this.program = program;
    this.command = command;
  }

  /**
   * The arguments that picocli is given for a command line, the command first, as one argument.
   *
   * @param program the parser, with the commands as its subcommands
   * @throws Stop if there is no such command of two words, or the file of `--config` cannot be read
   *     or has a setting that no command knows
   */
  static String[] expand(String[] typed, CommandLine program) {
    String name = commandName(typed, program.getSubcommands().keySet());
    CommandLine command = program.getSubcommands().get(name);
    if (command == null) {
      return typed;
    }
    Arguments arguments = new Arguments(program, command);
    arguments.read(typed, name.split(" ", -1).length);
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(arguments.fromFile);
    all.addAll(arguments.flags);
    return all.toArray(new String[0]);
  }

  /** What the command line calls its command: one word, or two, as in `verify unique-users`. */
  private static String commandName(String[] typed, Set<String> names) {
    String first = typed.length == 0 ? "" : typed[0];
    String second = typed.length < 2 ? "" : typed[1].trim();
    String both = first + " " + second;
    boolean takesTwo = names.stream().anyMatch(name -> name.startsWith(first + " "));
    if (!takesTwo || second.isEmpty() || second.startsWith("-")) {
      return first;
    }
    if (!names.contains(both)) {
      throw Stop.usage("there is no command '%s'.%s", both, Nearest.hint(both, names));
    }
    return both;
  }

  private void read(String[] typed, int words) {
    for (int i = words; i < typed.length; i++) {
      String argument = typed[i].trim();
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String name = equals < 0 ? argument : argument.substring(0, equals);
      boolean config = name.equals(CONFIG) && takes(CONFIG);
      if (!config && !isClientSetting(name)) {
        flags.add(equals < 0 ? argument : name + "=" + argument.substring(equals + 1).trim());
        continue;
      }
      if (equals < 0 && i + 1 == typed.length) {
        throw Stop.usage("%s needs a value.", name);
      }
      String value = (equals < 0 ? typed[++i] : argument.substring(equals + 1)).trim();
      if (config) {
        PropertiesFile.read(value).forEach(entry -> readEntry(value, entry));
      } else {
        addClientSetting(flags, name, name.substring(2), value);
      }
    }
  }

  /** A file serves all commands, so settings that only another command knows are passed over. */
  private void readEntry(String file, PropertiesFile.Entry entry) {
    String name = entry.name();
    String where = CONFIG + " " + file + ", line " + entry.line();
    if (ClientSettings.passedOn(name)) {
      // Every command refuses a client setting that does not exist, even if it uses none.
      List<String> target = takes(CLIENT_SETTING) ? fromFile : new ArrayList<>();
      addClientSetting(target, where + ": " + name, name, entry.value().trim());
    } else if (name.equals(CONFIG.substring(2))) {
      throw Stop.usage("%s: a file cannot name another one.", where);
    } else if (names(List.of(command)).contains(name)) {
      fromFile.add("--" + name + "=" + entry.value().trim());
    } else {
      Set<String> known = names(program.getSubcommands().values());
      if (!known.contains(name)) {
        throw Stop.usage("%s: there is no setting '%s'.%s", where, name, Nearest.hint(name, known));
      }
    }
  }

  private static void addClientSetting(
      List<String> target, String shown, String name, String value) {
    String refusal = ClientSettings.refusal(name);
    if (refusal != null) {
      throw Stop.usage(
          "%s: %s%s", shown, refusal, Nearest.hint(name, ClientSettings.namesLike(name)));
    }
    target.add(CLIENT_SETTING);
    target.add(name + "=" + value);
  }

  private boolean isClientSetting(String flag) {
    return takes(CLIENT_SETTING)
        && flag.startsWith("--")
        && ClientSettings.passedOn(flag.substring(2));
  }

  private boolean takes(String flag) {
    return command.getCommandSpec().findOption(flag) != null;
  }

  /** What a file may set for these commands, without the dashes and without client settings. */
  private static Set<String> names(Collection<CommandLine> commands) {
    Set<String> names = new TreeSet<>();
    for (CommandLine each : commands) {
      for (OptionSpec option : each.getCommandSpec().options()) {
        String name = option.longestName().substring(2);
        boolean help = option.usageHelp() || option.versionHelp();
        if (!option.hidden() && !help && !ClientSettings.passedOn(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
