package dev.tally.bench;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Horizontal bars on a logarithmic scale, with the value after each. */
final class Bars {
  private static final int WIDTH = 900;
  private static final int LEFT = 280;
  private static final int RIGHT = 120;
  private static final int TOP = 70;
  private static final int BOTTOM = 40;
  private static final int BAR = 18;
  private static final int GAP = 12;

  private Bars() {}

  /**
   * Draws a group of bars for each name.
   *
   * @param bars what the bars of a group are, such as p50 and p99; a group has as many values
   * @param groups values by name, in order
   */
  static String of(
      String title, String subtitle, List<String> bars, Map<String, List<Double>> groups) {
    int groupHeight = BAR * bars.size() + GAP;
    int bottom = TOP + groupHeight * groups.size();
    Svg svg = new Svg(WIDTH, bottom + BOTTOM);
    svg.heading(title, subtitle);
    LogScale scale =
        LogScale.of(
            groups.values().stream().flatMap(Collection::stream).toList(), LEFT, WIDTH - RIGHT);
    for (double decade : scale.decades()) {
      double x = scale.at(decade);
      svg.line(x, TOP, x, bottom, Svg.GRID, 1);
      svg.text(x, bottom + 18, Svg.Anchor.MIDDLE, 11, Svg.FAINT, LogScale.label(decade));
    }
    int y = TOP + GAP / 2;
    for (Map.Entry<String, List<Double>> group : groups.entrySet()) {
      double middle = y + BAR * bars.size() / 2.0 + 5;
      svg.text(LEFT - 12, middle, Svg.Anchor.END, 13, Svg.INK, group.getKey());
      for (int i = 0; i < bars.size(); i++) {
        bar(svg, scale, y + i * BAR, group.getKey(), bars.get(i), group.getValue().get(i), i);
      }
      y += groupHeight;
    }
    return svg.finish();
  }

  private static void bar(
      Svg svg, LogScale scale, int y, String name, String bar, double value, int shade) {
    // A bar at the lowest decade has no length but is there.
    double length = Math.max(2, scale.at(value) - LEFT);
    svg.rect(LEFT, y, length, BAR - 2, Svg.colour(name), 1 / (1.0 + shade));
    String label = Svg.number(value) + (bar.isEmpty() ? "" : " " + bar);
    svg.text(LEFT + length + 6, y + BAR - 6, Svg.Anchor.START, 12, Svg.INK, label);
  }
}
