package dev.tally.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a command in good order on SIGTERM or Ctrl-C: the command is asked to stop, and the process
 * ends with the exit code that the command then returns, not with that of the signal.
 */
final class Termination {
  private static final int EXIT_KILLED = 143; // 128 + SIGTERM

  private static final CompletableFuture<Integer> code = new CompletableFuture<>();

  private Termination() {}

  /**
   * Registers what a signal asks the running command to do.
   *
   * @param atMost how long that may take; then the process ends anyway
   */
  static void onSignal(Runnable stop, Duration atMost) {
    Thread hook = new Thread(() -> stopAndHalt(stop, atMost), "termination");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static void stopAndHalt(Runnable stop, Duration atMost) {
    if (code.isDone()) {
      return; // the command has ended by itself, and now the JVM shuts down
    }
    stop.run();
    int exitCode = EXIT_KILLED;
    try {
      exitCode = code.get(atMost.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      System.err.println("tally: did not stop within " + atMost.toSeconds() + " s; ending anyway.");
    }
    Runtime.getRuntime().halt(exitCode);
  }

  /** Notes that the command has ended with this exit code, and returns it. */
  static int ended(int exitCode) {
    code.complete(exitCode);
    return exitCode;
  }
}
