package dev.tally.bench;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** The middle of an odd number of values, the mean of the two middle ones of an even number. */
final class Median {
  private Median() {}

  /** NaN if there are no values. */
  static <T> double of(Collection<T> values, ToDoubleFunction<T> value) {
    double[] sorted = values.stream().mapToDouble(value).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
