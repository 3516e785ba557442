package dev.tally.sim;

import java.util.Random;

/** Choices among a few values. */
final class Chance {
  private Chance() {}

  /** One of them, each with the same probability; a value can be named twice. */
  static long oneOf(Random random, long... values) {
    return values[random.nextInt(values.length)];
  }
}
