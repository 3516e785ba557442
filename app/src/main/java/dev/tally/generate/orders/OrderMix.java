package dev.tally.generate.orders;

import dev.tally.Stop;

/**
 * What the orders are like, apart from their times.
 *
 * @param customers how many customers there are; customer i of them, from 1, sends about 1 /
 *     sqrt(i) as many orders as the first
 * @param repeatShare of all orders, 0 to 1: those that come again, byte for byte
 * @param conflictShare of all orders, 0 to 1: those with the order_id of another and other lines
 * @param shuffled whether the orders of the history come in another order than their timestamps
 * @param seed equal mixes with equal seeds and histories give equal orders, byte for byte
 */
public record OrderMix(
    long customers, double repeatShare, double conflictShare, boolean shuffled, long seed) {
  /** As many as the job is made for, ten times. */
  static final long CUSTOMERS_MAX = 10_000_000;

  /**
   * Checks the bounds.
   *
   * @throws Stop if a part is out of bounds
   */
  public OrderMix {
    if (customers < 1 || customers > CUSTOMERS_MAX) {
      throw Stop.usage("--customers %d: give 1 to %d.", customers, CUSTOMERS_MAX);
    }
    requireShare("--repeats", repeatShare);
    requireShare("--conflicts", conflictShare);
    if (repeatShare + conflictShare > 1) {
      throw Stop.usage(
          "--repeats %s and --conflicts %s are more than 1 together; lower one.",
          repeatShare, conflictShare);
    }
  }

  private static void requireShare(String flag, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw Stop.usage("%s %s: give 0 to 1, as in 0.01.", flag, share);
    }
  }
}
