package dev.tally;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A failure and its causes in words, for messages. Exceptions that wrap another without saying more
 * are left out, and so are names of exceptions.
 */
public final class Causes {
  private static final int DEPTH_MAX = 20; // a chain can be a ring
  private static final Pattern CLASS_NAME =
      Pattern.compile("\\b(?:[a-z]\\w*\\.)+[A-Z][\\w$]*(?:Exception|Error|Throwable)(?:: |\\b)");
  private static final Pattern TWICE = Pattern.compile("^(\\S+: )\\1");
  private static final Pattern INNER_CAPITAL = Pattern.compile("(?<=[a-z])(?=[A-Z])");

  private Causes() {}

  /** From the outermost that says something to the innermost, separated by colons. */
  public static String of(Throwable failure) {
    List<String> said = new ArrayList<>();
    for (Throwable cause : chain(failure)) {
      String words = words(cause);
      if (!words.isEmpty() && said.stream().noneMatch(before -> before.contains(words))) {
        said.add(words);
      }
    }
    return String.join(": ", said);
  }

  /** The failure, its cause, the cause of that, and so on. */
  public static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && chain.size() < DEPTH_MAX;
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }

  /** Empty if it only repeats its cause. */
  private static String words(Throwable failure) {
    Throwable cause = failure.getCause();
    String message = failure.getMessage();
    if (cause != null && repeats(message, cause)) {
      return "";
    }
    if (message == null || message.isBlank()) {
      return named(failure);
    }
    if (failure instanceof UnknownHostException) {
      return "the host name " + message.replaceFirst(":.*", "") + " does not resolve";
    }
    if (failure instanceof NoSuchFileException) {
      return message + " does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    // The first line says what failed; below it libraries list the places where they looked.
    String line = message.strip().lines().findFirst().orElseThrow();
    String words = CLASS_NAME.matcher(line).replaceAll("").strip();
    words = TWICE.matcher(words).replaceFirst("$1");
    // Our own words follow.
    return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
  }

  private static boolean repeats(@Nullable String message, Throwable cause) {
    return message == null
        || message.equals(cause.toString())
        || message.equals(cause.getMessage());
  }

  /** The name of its class in words: an OutOfMemoryError is "out of memory". */
  private static String named(Throwable failure) {
    String name = failure.getClass().getSimpleName().replaceFirst("(Exception|Error)$", "");
    return INNER_CAPITAL.matcher(name).replaceAll(" ").toLowerCase(Locale.ROOT);
  }
}
