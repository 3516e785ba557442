package dev.tally.cli;

import dev.tally.job.Stop;
import dev.tally.kafka.ClientSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Turns what a user types into what picocli parses: a `--config FILE` is replaced by the flags it
 * holds, in front of the typed ones so that those win, and flags meant for the Kafka clients are
 * gathered under one hidden option, since their names are Kafka's and open-ended.
 */
final class Arguments {
  static final String CLIENT_SETTING = "--client-setting";

  private Arguments() {}

  /**
   * The arguments of one command line, the command first.
   *
   * @throws Stop if the file of `--config` cannot be read
   */
  static String[] expand(String[] typed) {
    List<String> fromFile = new ArrayList<>();
    List<String> flags = new ArrayList<>();
    for (int i = 0; i < typed.length; i++) {
      String argument = typed[i];
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      boolean config = name.equals("--config");
      boolean passedOn = name.startsWith("--") && ClientSettings.passedOn(name.substring(2));
      if (!config && !passedOn) {
        flags.add(argument);
        continue;
      }
      if (equals < 0 && i + 1 == typed.length) {
        throw Stop.usage("%s needs a value.", name);
      }
      String value = equals < 0 ? typed[++i] : argument.substring(equals + 1);
      if (config) {
        fromFile.addAll(flagsOf(value));
      } else {
        flags.add(CLIENT_SETTING);
        flags.add(name.substring(2) + "=" + value);
      }
    }
    int command = flags.isEmpty() || flags.get(0).startsWith("-") ? 0 : 1;
    flags.addAll(command, fromFile);
    return flags.toArray(new String[0]);
  }

  private static List<String> flagsOf(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file))) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw Stop.usage("--config %s cannot be read: %s.", file, e);
    }
    List<String> flags = new ArrayList<>();
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.equals("config")) {
        throw Stop.usage("--config %s: a file cannot name another one.", file);
      }
      String value = properties.getProperty(name);
      if (ClientSettings.passedOn(name)) {
        flags.add(CLIENT_SETTING);
        flags.add(name + "=" + value);
      } else {
        flags.add("--" + name + "=" + value);
      }
    }
    return flags;
  }
}
