package dev.tally.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions, never for a time. */
final class Await {
  /** Generous: it only has to be longer than anything that goes well takes on a busy machine. */
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private static final long PAUSE_NANOS = 20_000_000;

  private Await() {}

  /** Returns once it holds, or fails with what there is to see then. */
  static void until(String what, Supplier<String> evidence, Callable<Boolean> holds)
      throws Exception {
    long endNanos = System.nanoTime() + LONGEST.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() - endNanos > 0) {
        fail("waited " + LONGEST.toSeconds() + " s in vain: " + what + "\n" + evidence.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
