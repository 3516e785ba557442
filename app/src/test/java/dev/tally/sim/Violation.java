package dev.tally.sim;

import com.google.errorprone.annotations.FormatMethod;
import org.jspecify.annotations.Nullable;

/** Something happened that never may. An Error, so that no remedy is tried on it. */
final class Violation extends Error {
  private Violation(String message) {
    super(message);
  }

  @FormatMethod
  static Violation of(String message, @Nullable Object... values) {
    return new Violation(String.format(message, values));
  }
}
