package dev.tally.it;

import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * For how long, and from which seed, tests make trouble at random: for seconds in every build, and
 * longer with {@code mvn -B verify -Dit.test='*ChaosTest' -Dtally.chaos.seconds=300}. The seed
 * ({@code -Dtally.chaos.seed=N}) decides what is done, but not what the program is doing at that
 * moment.
 */
final class Chaos {
  private static final @Nullable Integer SECONDS = Integer.getInteger("tally.chaos.seconds");

  private final long seed = Long.getLong("tally.chaos.seed", System.nanoTime() & 0xFFFF);
  private final Random random = new Random(seed);
  private final long endNanos;

  private Chaos(Duration length) {
    this.endNanos = System.nanoTime() + length.toNanos();
    System.out.printf("chaos for %d s, seed %d%n", length.toSeconds(), seed);
  }

  /**
   * Begins.
   *
   * @param seconds unless another length is asked for
   */
  static Chaos begin(int seconds) {
    return new Chaos(Duration.ofSeconds(SECONDS == null ? seconds : SECONDS));
  }

  /** Whether a length was asked for: then there is time for trouble that takes long. */
  static boolean isLong() {
    return SECONDS != null;
  }

  boolean goesOn() {
    return System.nanoTime() - endNanos < 0;
  }

  /** Gives what was done a random time to take effect. */
  void pause(int minMillis, int maxMillis) throws InterruptedException {
    Thread.sleep(random.nextInt(minMillis, maxMillis));
  }

  Random random() {
    return random;
  }
}
