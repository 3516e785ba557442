package dev.tally.generate.orders;

import java.util.SplittableRandom;
import java.util.UUID;

/** UUIDs by number, of version 4 by their form: those of one kind are all different. */
final class Ids {
  /** By which SplittableRandom advances from one number to the next. */
  static final long DRAW = 0x9e3779b97f4a7c15L;

  private static final long VERSION = 0xf000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT = 0xc000_0000_0000_0000L;
  private static final long VARIANT_IETF = 0x8000_0000_0000_0000L;

  private final long origin;

  /**
   * The ids of one kind.
   *
   * @param seed another one gives other ids
   */
  Ids(long seed) {
    this.origin = new SplittableRandom(seed).nextLong();
  }

  String of(long number) {
    SplittableRandom draws = new SplittableRandom(origin + 2 * number * DRAW);
    return new UUID(
            (draws.nextLong() & ~VERSION) | VERSION_4, (draws.nextLong() & ~VARIANT) | VARIANT_IETF)
        .toString();
  }
}
