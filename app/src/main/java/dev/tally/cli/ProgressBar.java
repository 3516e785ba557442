package dev.tally.cli;

import dev.tally.audit.Progress;
import dev.tally.demo.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A line on a terminal that shows how far a count has come, rewritten twice a second. */
final class ProgressBar implements AutoCloseable {
  /** A total that is unknown. */
  static final long ENDLESS = Long.MAX_VALUE;

  private static final long REDRAW_MILLIS = 500;
  private static final int BAR_CHARS = 20;
  private static final double SECOND_NANOS = 1e9;

  /** Rates are those of the last few seconds, so that a change shows. */
  private static final int SAMPLES = 10;

  private final PrintWriter terminal;
  private final String noun;
  private final LongSupplier done;
  private final LongSupplier total;
  private final long[] sampleCounts = new long[SAMPLES];
  private final long[] sampleNanos = new long[SAMPLES];
  private final Thread thread = new Thread(this::redraw, "progress");

  private ProgressBar(PrintWriter terminal, String noun, LongSupplier done, LongSupplier total) {
    this.terminal = terminal;
    this.noun = noun;
    this.done = done;
    this.total = total;
    thread.setDaemon(true);
  }

  /** Starts drawing how far rows have come, if stderr is a terminal, until it is closed. */
  static ProgressBar start(PrintWriter err, LongSupplier done, LongSupplier total) {
    return start(err, "rows", done, total);
  }

  /**
   * The same for anything.
   *
   * @param noun what is counted, in the plural
   */
  static ProgressBar start(PrintWriter err, String noun, LongSupplier done, LongSupplier total) {
    ProgressBar bar = new ProgressBar(err, noun, done, total);
    if (stderrIsTerminal()) {
      bar.thread.start();
    }
    return bar;
  }

  /** Shows how far an audit has come while it runs, and returns what it found. */
  static <T> T during(PrintWriter err, Function<Progress, T> audit) {
    AtomicLong passed = new AtomicLong();
    AtomicLong toPass = new AtomicLong(ENDLESS);
    try (ProgressBar bar = start(err, passed::get, toPass::get)) {
      return audit.apply(
          (done, total) -> {
            toPass.set(total);
            passed.set(done);
          });
    }
  }

  /** Asks the shell's own test, since System.console() looks only at stdin and stdout. */
  private static boolean stderrIsTerminal() {
    try {
      return new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // without this program there is no terminal that we can draw on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Wipes the line. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void redraw() {
    try {
      for (int i = 0; true; ) {
        long count = done.getAsLong();
        long nanos = System.nanoTime();
        int oldest = i < SAMPLES ? 0 : i % SAMPLES;
        double rate =
            i == 0
                ? 0
                : (count - sampleCounts[oldest]) * SECOND_NANOS / (nanos - sampleNanos[oldest]);
        sampleCounts[i % SAMPLES] = count;
        sampleNanos[i % SAMPLES] = nanos;
        overwrite(line(noun, count, total.getAsLong(), rate, Terminal.ask().columns()));
        i = count == 0 ? 0 : i + 1; // the time before the first one says nothing about rates
        Thread.sleep(REDRAW_MILLIS);
      }
    } catch (InterruptedException e) {
      overwrite("");
    }
  }

  private void overwrite(String line) {
    terminal.print("\r\u001B[K" + line); // ESC [ K wipes the rest of a longer line
    terminal.flush();
  }

  /**
   * The line, shorter than the terminal is wide: one that reaches the last column would continue in
   * the next line, where it could not be overwritten. What does not fit is left out, the bar first.
   */
  static String line(String noun, long count, long total, double perSecond, int columns) {
    String line = line(noun, count, total, perSecond);
    if (line.length() >= columns && line.startsWith("[")) {
      line = line.substring(line.indexOf(']') + 1).strip();
    }
    return line.substring(0, Math.min(line.length(), Math.max(0, columns - 1)));
  }

  private static String line(String noun, long count, long total, double perSecond) {
    if (total == ENDLESS) {
      return String.format(Locale.ROOT, "%,d %s  %,.0f %s/s", count, noun, perSecond, noun);
    }
    double share = total == 0 ? 1 : (double) count / total;
    int filled = (int) (share * BAR_CHARS);
    String bar = "#".repeat(filled) + ".".repeat(BAR_CHARS - filled);
    String eta = perSecond < 1e-3 ? "-" : duration((total - count) / perSecond);
    return String.format(
        Locale.ROOT,
        "[%s] %3d%%  %,d %s  %,.0f %s/s  ETA %s",
        bar,
        (int) (share * 100),
        count,
        noun,
        perSecond,
        noun,
        eta);
  }

  private static String duration(double seconds) {
    long whole = (long) Math.ceil(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
