package dev.tally.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How a worker comes by the time and passes it.
 *
 * @param nanos as {@link System#nanoTime}
 * @param parkNanos as {@link LockSupport#parkNanos(long)}
 * @param recordsPerLook how many records are computed at most between two looks at clock and memory
 */
public record WorkerClock(LongSupplier nanos, LongConsumer parkNanos, int recordsPerLook) {
  // Looking at the clock and at memory for every record would cost more than the sum does.
  public static final WorkerClock REAL =
      new WorkerClock(System::nanoTime, LockSupport::parkNanos, 1024);
}
