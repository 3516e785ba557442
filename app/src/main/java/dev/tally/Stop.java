package dev.tally;

import com.google.errorprone.annotations.FormatMethod;
import org.jspecify.annotations.Nullable;

/**
 * Ends the program with one clear line and a documented exit code. The message names the value that
 * was found and the cure; it is all that a user sees, and needs no stack trace.
 */
public final class Stop extends RuntimeException {
  /** Why the program ends; the number is the process's exit code, documented in the README. */
  public enum Reason {
    /** A flag or a setting is wrong. */
    USAGE(2),
    /** No broker answers, a topic is missing, or the brokers refuse us. */
    KAFKA(3),
    /** Going on could lose, repeat or falsify an answer; the operator has to decide. */
    REFUSED(4),
    /** A folder is full, read-only or cannot be used: that of the state, or of native libraries. */
    DISK(5),
    /** Memory is used up; see {@link OutOfMemory}. */
    MEMORY(6);

    private final int exitCode;

    Reason(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private final Reason reason;

  private Stop(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /** Arguments are those of {@link String#format}. */
  @FormatMethod
  public static Stop usage(String message, @Nullable Object... values) {
    return new Stop(Reason.USAGE, String.format(message, values));
  }

  /** Arguments are those of {@link String#format}. */
  @FormatMethod
  public static Stop kafka(String message, @Nullable Object... values) {
    return new Stop(Reason.KAFKA, String.format(message, values));
  }

  /** Arguments are those of {@link String#format}. */
  @FormatMethod
  public static Stop refused(String message, @Nullable Object... values) {
    return new Stop(Reason.REFUSED, String.format(message, values));
  }

  /** Arguments are those of {@link String#format}. */
  @FormatMethod
  public static Stop disk(String message, @Nullable Object... values) {
    return new Stop(Reason.DISK, String.format(message, values));
  }
}
