package dev.tally.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions, never for a time. */
final class Await {
  /** Generous: whatever works takes less, even on a busy machine. */
  private static final Duration LONGEST = Duration.ofSeconds(90);

  // Asking costs the brokers work: the longer it takes, the less often they are asked.
  private static final long PAUSE_MIN_NANOS = 10_000_000;
  private static final long PAUSE_MAX_NANOS = 200_000_000;
  private static final int PAUSE_SHARE = 20;

  private Await() {}

  /** Returns once the condition holds, or fails with the evidence at that moment. */
  static void until(String what, Supplier<String> evidence, Callable<Boolean> holds)
      throws Exception {
    long beganNanos = System.nanoTime();
    while (!holds.call()) {
      long waitedNanos = System.nanoTime() - beganNanos;
      if (waitedNanos > LONGEST.toNanos()) {
        fail("waited " + LONGEST.toSeconds() + " s for: " + what + "\n" + evidence.get());
      }
      LockSupport.parkNanos(
          Math.max(PAUSE_MIN_NANOS, Math.min(waitedNanos / PAUSE_SHARE, PAUSE_MAX_NANOS)));
    }
  }
}
