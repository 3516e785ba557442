package dev.tally.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How a worker reads the time and waits.
 *
 * @param nanos as {@link System#nanoTime}
 * @param parkNanos as {@link LockSupport#parkNanos(long)}
 * @param recordsPerLook most records computed between two looks at clock and memory
 */
public record WorkerClock(LongSupplier nanos, LongConsumer parkNanos, int recordsPerLook) {
  // Looking at clock and memory for every record would cost more than computing its answer.
  public static final WorkerClock REAL =
      new WorkerClock(System::nanoTime, LockSupport::parkNanos, 1024);
}
