package dev.tally.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a command in order on SIGTERM or Ctrl-C: the command is asked to stop, and the process ends
 * with the exit code the command then returns, not with the signal's.
 */
final class Termination {
  // Longer than a command may take to stop by itself; then the process must not hang.
  private static final long STOP_MAX_SECONDS = 40;
  private static final int EXIT_KILLED = 143; // 128 + SIGTERM

  private static final CompletableFuture<Integer> code = new CompletableFuture<>();

  private Termination() {}

  /** Registers what a signal asks the running command to do. */
  static void onSignal(Runnable stop) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndHalt(stop), "termination"));
  }

  private static void stopAndHalt(Runnable stop) {
    if (code.isDone()) {
      return; // the command ended by itself; this is the JVM going down after it
    }
    stop.run();
    int exitCode = EXIT_KILLED;
    try {
      exitCode = code.get(STOP_MAX_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      System.err.println("tally: did not stop within " + STOP_MAX_SECONDS + " s; ending anyway.");
    }
    Runtime.getRuntime().halt(exitCode);
  }

  /** Notes that the command has ended with this exit code, and returns it. */
  static int ended(int exitCode) {
    code.complete(exitCode);
    return exitCode;
  }
}
