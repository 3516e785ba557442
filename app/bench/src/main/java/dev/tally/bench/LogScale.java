package dev.tally.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Whole decades on a stretch of pixels.
 *
 * @param first power of ten at pixel `from`
 * @param last power of ten at pixel `to`
 */
record LogScale(int first, int last, double from, double to) {

  /** The fewest decades that all values fit in; these are positive, and there is one at least. */
  static LogScale of(Collection<Double> values, double from, double to) {
    int first = (int) Math.floor(Math.log10(Collections.min(values)));
    int last = (int) Math.ceil(Math.log10(Collections.max(values)));
    return new LogScale(first, Math.max(last, first + 1), from, to);
  }

  double at(double value) {
    return from + (to - from) * (Math.log10(value) - first) / (last - first);
  }

  List<Double> decades() {
    List<Double> decades = new ArrayList<>();
    for (int power = first; power <= last; power++) {
      decades.add(Math.pow(10, power));
    }
    return decades;
  }

  static String label(double decade) {
    if (decade >= 1e6) {
      return String.format("%.0fM", decade / 1e6);
    }
    return decade >= 1e3
        ? String.format("%.0fk", decade / 1e3)
        : decade >= 1 ? String.format("%.0f", decade) : Double.toString(decade);
  }
}
