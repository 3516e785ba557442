package dev.tally.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of the terminal that the program was started from. */
public record Terminal(int rows, int columns) {
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})");
  private static final Terminal USUAL = new Terminal(24, 80);

  /** Asks the system, since Java 17 cannot tell; 80 columns and 24 rows without an answer. */
  public static Terminal ask() throws InterruptedException {
    try {
      Process stty =
          new ProcessBuilder("/bin/sh", "-c", "stty size < /dev/tty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      stty.waitFor();
      Matcher size = SIZE.matcher(answer);
      if (size.find()) {
        return new Terminal(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
      }
    } catch (IOException e) {
      // No shell to ask, so there is no answer.
    }
    return USUAL;
  }
}
