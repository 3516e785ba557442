package dev.tally.generate;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The clocks that a generator reads; a test has its own. */
interface Time {
  Time SYSTEM =
      new Time() {
        @Override
        public long wallNanos() {
          Instant now = Instant.now();
          return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        }

        @Override
        public long monotonicNanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) {
          LockSupport.parkNanos(nanos);
        }
      };

  /** Nanoseconds since 1970. */
  long wallNanos();

  /** Nanoseconds of any origin, never set back. */
  long monotonicNanos();

  /** May return early. */
  void sleep(long nanos);
}
