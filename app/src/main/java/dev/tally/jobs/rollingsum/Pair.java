package dev.tally.jobs.rollingsum;

/** Two ints in a long. Stateless: any thread may use it. */
final class Pair {
  private Pair() {}

  static long of(int high, int low) {
    return ((long) high << Integer.SIZE) | (low & 0xffffffffL);
  }

  static int high(long pair) {
    return (int) (pair >> Integer.SIZE);
  }

  static int low(long pair) {
    return (int) pair;
  }
}
