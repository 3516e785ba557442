package dev.tally.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.Stop;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What names are accepted. A name is refused here, where its flag is known. Later it is a part of
 * other names (folders, transactional ids), and a message would be about those.
 */
final class Names {
  /** Kafka's own rule. */
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private static final String TOPIC_ACCEPTED =
      "1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', and neither '.' nor '..'";

  /** The limit of file systems for the name of one file or folder. */
  private static final int BYTES_MAX = 255;

  private static final String DEAD_LETTERS = "-dead-letters";

  private Names() {}

  /**
   * Checks a topic's name.
   *
   * @throws Stop if Kafka does not accept it
   */
  static void requireTopic(String flag, String name) {
    if (!TOPIC.matcher(name).matches()) {
      throw refused(flag, name, TOPIC_ACCEPTED);
    }
  }

  /**
   * The topic for the dead letters of an input topic, unless another is named.
   *
   * @throws Stop if its name would be too long
   */
  static String deadLetterTopic(String inputTopic) {
    String name = inputTopic + DEAD_LETTERS;
    if (!TOPIC.matcher(name).matches()) {
      throw Stop.usage(
          "--input.topic '%s' is too long for the default of --dead.letter.topic, which is its name"
              + " and '%s'; a topic's name has at most 249 characters. Give --dead.letter.topic.",
          inputTopic, DEAD_LETTERS);
    }
    return name;
  }

  /**
   * Checks a consumer group's name. Kafka accepts any, but saved state lies in a folder of this
   * name.
   *
   * @throws Stop if it cannot be a folder's name
   */
  static void requireGroup(String groupId) {
    requireText("--group.id", groupId);
    if (groupId.contains("/") || groupId.startsWith(".")) {
      throw refused(
          "--group.id",
          groupId,
          "a name that a folder can have, without '/' and without a '.' in front");
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
   * Checks the name by which brokers know a state folder.
   *
   * @throws Stop if it cannot stand in one line of a log
   */
  static void requireInstance(String instanceId) {
    requireText("--instance.id", instanceId);
  }

  private static void requireText(String flag, String name) {
    int bytes = name.getBytes(UTF_8).length;
    // Java reads U+FFFD where the bytes of an argument are no characters in this locale.
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
