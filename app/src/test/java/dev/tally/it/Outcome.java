package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * How a run of the program ended.
 *
 * @param output everything that it printed, stdout and stderr
 */
record Outcome(int exitCode, String output) {
  static final int DONE = 0;
  static final int USAGE = 2;
  static final int KAFKA = 3;
  static final int REFUSED = 4;
  static final int DISK = 5;

  private static final int SIGKILL = 137; // as shells count: 128 plus the number of the signal

  /** It did what it was asked to. */
  Outcome done() {
    assertEquals(DONE, exitCode, output);
    return this;
  }

  /** It ended with this code, and with one line that says why and contains all these parts. */
  Outcome stopped(int expectedCode, String... parts) {
    assertEquals(expectedCode, exitCode, output);
    assertFalse(output.contains("\tat "), () -> "a stack trace:\n" + output);
    String line = said();
    for (String part : parts) {
      assertTrue(line.contains(part), () -> "'" + part + "' is missing in: " + line);
    }
    return this;
  }

  /** It ran until SIGKILL. */
  Outcome killed() {
    assertEquals(SIGKILL, exitCode, output);
    return this;
  }

  /** How many of its lines contain this. */
  long count(String part) {
    return output.lines().filter(line -> line.contains(part)).count();
  }

  Outcome says(String part) {
    assertTrue(output.contains(part), () -> "'" + part + "' is missing in:\n" + output);
    return this;
  }

  Outcome saysNot(String part) {
    assertFalse(output.contains(part), () -> "'" + part + "' is in:\n" + output);
    return this;
  }

  /**
   * The line that tells the user why it ended: the log's, or what was printed before there was a
   * log. Kafka's own errors name their client in brackets.
   */
  String said() {
    String[] lines =
        output
            .lines()
            .filter(line -> line.startsWith("tally: ") || line.matches(".* ERROR [^\\[].*"))
            .toArray(String[]::new);
    assertEquals(1, lines.length, output);
    return lines[0];
  }
}
