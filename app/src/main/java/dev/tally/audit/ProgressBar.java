package dev.tally.audit;

import java.io.Console;
import java.io.PrintStream;

/** A bar in one line of a terminal. */
public final class ProgressBar implements Progress {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 200_000_000;

  private final PrintStream out;
  private final long startNanos;
  private long drawnAtNanos;
  private boolean drawn;

  /**
   * @param out a terminal
   */
  public ProgressBar(PrintStream out) {
    this.out = out;
    this.startNanos = System.nanoTime();
    this.drawnAtNanos = startNanos;
  }

  /** Whether a person watches: standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // Null up to JDK 21; later ones are asked below.
  public static boolean watched() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  @Override
  public void at(long done, long total) {
    long nowNanos = System.nanoTime();
    if (nowNanos - drawnAtNanos < REDRAW_NANOS || total == 0) {
      return;
    }
    drawnAtNanos = nowNanos;
    drawn = true;
    int filled = (int) (WIDTH * done / total);
    double seconds = (nowNanos - startNanos) / 1e9;
    out.printf(
        "\r[%s%s] %3d %%  %,d of %,d records  %,.0f/s  %.0f s left ",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        100 * done / total,
        done,
        total,
        done / seconds,
        done == 0 ? 0 : seconds * (total - done) / done);
    out.flush();
  }

  /** Takes the bar away. */
  public void clear() {
    if (drawn) {
      out.print("\r" + " ".repeat(WIDTH + 70) + "\r");
      out.flush();
    }
  }
}
