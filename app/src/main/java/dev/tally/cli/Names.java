package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a name may be. A name is refused here, where its flag is known: later it is a part of others
 * (folders, transactional ids), and a message would be about those.
 */
final class Names {
  /** As Kafka has it. */
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private static final String TOPIC_ACCEPTED =
      "1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', and neither '.' nor '..'";

  /** Of file systems, for the name of one file or folder. */
  private static final int BYTES_MAX = 255;

  private static final String DEAD_LETTERS = "-dead-letters";

  private Names() {}

  /**
   * Checks a topic's name.
   *
   * @throws Stop if Kafka takes no such name
   */
  static void requireTopic(String flag, String name) {
    if (!TOPIC.matcher(name).matches()) {
      throw refused(flag, name, TOPIC_ACCEPTED);
    }
  }

  /** The topic of dead letters that belongs to an input topic unless another is named. */
  static String deadLetterTopic(String inputTopic) {
    String name = inputTopic + DEAD_LETTERS;
    if (!TOPIC.matcher(name).matches()) {
      throw Stop.usage(
          "--input.topic '%s' is too long for the default of --dead.letter.topic, its name and"
              + " '%s'; a topic's name has at most 249 characters. Give --dead.letter.topic.",
          inputTopic, DEAD_LETTERS);
    }
    return name;
  }

  /**
   * Checks a consumer group's name. Kafka takes any; saved state lies in a folder of this name.
   *
   * @throws Stop if it cannot be a folder's name
   */
  static void requireGroup(String groupId) {
    requireText("--group.id", groupId);
    if (groupId.contains("/") || groupId.startsWith(".")) {
      throw refused(
          "--group.id", groupId, "a name that can be a folder's, without '/' and no '.' in front");
    }
    try {
      var unused = Path.of(groupId);
    } catch (InvalidPathException e) {
      throw Stop.usage(
          "--group.id '%s' cannot be a folder's name: %s. Set LC_ALL to a UTF-8 locale.",
          groupId, e.getReason());
    }
  }

  /**
   * Checks the name of a state folder towards the brokers.
   *
   * @throws Stop if it cannot be written in one line of a log
   */
  static void requireInstance(String instanceId) {
    requireText("--instance.id", instanceId);
  }

  private static void requireText(String flag, String name) {
    int bytes = name.getBytes(UTF_8).length;
    // U+FFFD is what Java reads where an argument's bytes are no characters of the locale.
    boolean readable = name.chars().noneMatch(c -> Character.isISOControl(c) || c == 0xFFFD);
    if (name.isBlank() || bytes > BYTES_MAX || !readable) {
      throw Stop.usage(
          "%s is '%s' (%d bytes in UTF-8); accepted: 1 to %d bytes without control characters.",
          flag, name.replaceAll("\\p{Cntrl}", "?"), bytes, BYTES_MAX);
    }
  }

  private static Stop refused(String flag, String name, String accepted) {
    return Stop.usage("%s is '%s'; accepted: %s.", flag, name, accepted);
  }
}
