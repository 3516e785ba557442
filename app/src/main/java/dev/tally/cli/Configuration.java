package dev.tally.cli;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The whole configuration of a command as one line for the log, without secrets. */
final class Configuration {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(password|secret|jaas|token|credential|private|keystore\\.key|certificate).*");

  private Configuration() {}

  /**
   * Every flag with its value, given or default, and the client settings that were given.
   *
   * @param resolved values of the flags whose defaults depend on other flags or on the machine
   */
  static String describe(CommandSpec spec, Map<String, String> resolved) {
    Map<String, String> values = new TreeMap<>();
    for (OptionSpec option : spec.options()) {
      Object value = option.getValue();
      boolean help =
          option.usageHelp() || option.versionHelp() || option.longestName().equals("--config");
      if (value instanceof Map<?, ?> given) {
        given.forEach((name, setting) -> values.put(name.toString(), hidden(name, setting)));
      } else if (value != null && !help) {
        values.put(option.longestName().substring(2), spelled(value));
      }
    }
    values.putAll(resolved);
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    return text.toString();
  }

  private static String spelled(Object value) {
    if (value instanceof Enum<?> choice) {
      return Choice.spelled(choice);
    }
    return value instanceof Duration duration ? Durations.spelled(duration) : value.toString();
  }

  private static String hidden(Object name, Object value) {
    return SECRET.matcher(name.toString()).matches() ? "(hidden)" : value.toString();
  }
}
