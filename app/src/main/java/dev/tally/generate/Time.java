package dev.tally.generate;

import dev.tally.generate.sales.EventTime;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** The clocks a generator looks at; a test has its own. */
interface Time {
  Time SYSTEM =
      new Time() {
        @Override
        public long wallNanos() {
          Instant now = Instant.now();
          return now.getEpochSecond() * EventTime.SECOND_NANOS + now.getNano();
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

  /** Since 1970. */
  long wallNanos();

  /** Of any origin, never set back. */
  long monotonicNanos();

  /** May return early. */
  void sleep(long nanos);
}
