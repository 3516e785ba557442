package dev.tally.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Mutates seeds at random. Each input is a function of the random seed and its number alone. The
 * inputs are tried on a separate thread, so that one which hangs can be named.
 */
final class SeededFuzz extends Thread {
  /** Far more than the slowest input takes on a machine that is busy with other work. */
  static final int INPUT_SECONDS_MAX = 30;

  /** A thousand times the longest input: more means that a length was trusted unchecked. */
  static final long INPUT_ALLOCATION_MAX = 1_000L * Mutator.INPUT_BYTES_MAX;

  private static final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzTarget target;
  private final List<byte[]> seeds;
  private final Mutator mutator;
  private final int seconds;
  private final long seed;

  private long accepted;
  private long largestAllocation;
  private volatile long tried;
  private volatile byte[] input = {};
  private volatile long begunNanos = System.nanoTime();
  private volatile @Nullable Throwable fault;

  private SeededFuzz(FuzzTarget target, int seconds) {
    super(target.getClass().getSimpleName());
    this.target = target;
    this.seeds = target.seeds();
    this.mutator = new Mutator(target);
    this.seconds = seconds;
    // Every build tries the same inputs, because it must not fail by chance when nothing changed.
    this.seed = Long.getLong("tally.fuzz.seed", seconds == 0 ? 1 : System.nanoTime());
    setDaemon(true);
  }

  /**
   * Tries the inputs of every build, or other inputs for some time.
   *
   * @param seconds how long; 0 for the inputs of every build
   */
  static void run(FuzzTarget target, int seconds) throws InterruptedException {
    SeededFuzz fuzz = new SeededFuzz(target, seconds);
    fuzz.start();
    long limitNanos = TimeUnit.SECONDS.toNanos(INPUT_SECONDS_MAX);
    while (fuzz.isAlive()) {
      fuzz.join(1_000);
      if (fuzz.isAlive() && System.nanoTime() - fuzz.begunNanos > limitNanos) {
        IllegalStateException where = new IllegalStateException("hangs here");
        where.setStackTrace(fuzz.getStackTrace());
        throw fuzz.failure(where);
      }
    }
    Throwable fault = fuzz.fault;
    if (fault != null) {
      throw fuzz.failure(fault);
    }
    fuzz.report();
  }

  @Override
  public void run() {
    try {
      tryAll();
    } catch (Throwable e) { // even OutOfMemoryError: the input has to be named
      fault = e;
    }
  }

  private void tryAll() throws Throwable {
    String given = System.getProperty("tally.fuzz.input");
    if (given != null) {
      take(HexFormat.of().parseHex(given));
      return;
    }
    for (byte[] sound : seeds) {
      take(sound);
    }
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (seconds == 0 ? tried < target.inputs() : System.nanoTime() - endNanos < 0) {
      take(mutator.input(new SplittableRandom(seed + tried * 0x9e3779b97f4a7c15L)));
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread counts
  private void take(byte[] next) throws Throwable {
    input = next;
    begunNanos = System.nanoTime();
    long before = threads.getThreadAllocatedBytes(getId());
    // Decodes a copy: if the decoder changes its input, the message still shows the original.
    accepted += target.accepts(next.clone()) ? 1 : 0;
    long allocated = threads.getThreadAllocatedBytes(getId()) - before;
    largestAllocation = Math.max(largestAllocation, allocated);
    if (allocated > INPUT_ALLOCATION_MAX) {
      throw new IllegalStateException(allocated + " bytes were allocated");
    }
    tried++;
  }

  private AssertionError failure(Throwable cause) {
    byte[] bytes = input;
    String shown = new String(Arrays.copyOf(bytes, Math.min(bytes.length, 400)), UTF_8);
    return new AssertionError(
        String.format(
            "%s, -Dtally.fuzz.seed=%d, input %d: %s%n%s%n-Dtally.fuzz.input=%s",
            getName(), seed, tried, cause, shown, HexFormat.of().formatHex(bytes)),
        cause);
  }

  private void report() {
    System.out.printf(
        Locale.ROOT,
        "%s: %,d inputs from %,d seeds by seed %d, %,d accepted, at most %,d KiB allocated%n",
        getName(),
        tried,
        seeds.size(),
        seed,
        accepted,
        largestAllocation >> 10);
    // Otherwise the mutations are too wild or too tame to exercise the decoder.
    boolean telling = accepted >= tried / 50 && tried - accepted >= tried / 50;
    if (!telling && System.getProperty("tally.fuzz.input") == null) {
      throw new AssertionError(getName() + ": " + accepted + " of " + tried + " were accepted");
    }
  }
}
