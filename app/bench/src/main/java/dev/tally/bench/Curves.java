package dev.tally.bench;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One line for each name over a few steps, on a logarithmic scale, with its name at its end. */
final class Curves {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 460;
  private static final int LEFT = 70;
  private static final int RIGHT = 240;
  private static final int TOP = 70;
  private static final int BOTTOM = 60;
  private static final int LINE_HEIGHT = 16;

  private Curves() {}

  /**
   * Draws the lines.
   *
   * @param x what the steps are of
   * @param steps equally far from each other
   * @param lines values by name, by the index of their step
   */
  static String of(
      String title,
      String subtitle,
      String x,
      List<String> steps,
      Map<String, NavigableMap<Integer, Double>> lines) {
    Svg svg = new Svg(WIDTH, HEIGHT);
    svg.heading(title, subtitle);
    List<Double> values =
        lines.values().stream().map(Map::values).flatMap(Collection::stream).toList();
    LogScale scale = LogScale.of(values, HEIGHT - BOTTOM, TOP);
    for (double decade : scale.decades()) {
      double y = scale.at(decade);
      svg.line(LEFT, y, WIDTH - RIGHT, y, Svg.GRID, 1);
      svg.text(LEFT - 8, y + 4, Svg.Anchor.END, 11, Svg.FAINT, LogScale.label(decade));
    }
    for (int i = 0; i < steps.size(); i++) {
      svg.text(x(i, steps), HEIGHT - BOTTOM + 20, Svg.Anchor.MIDDLE, 12, Svg.INK, steps.get(i));
    }
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, Svg.Anchor.MIDDLE, 12, Svg.FAINT, x);
    lines.forEach((name, line) -> line(svg, scale, steps, Svg.colour(name), line));
    names(svg, scale, steps, lines);
    return svg.finish();
  }

  private static double x(int step, List<String> steps) {
    return LEFT + (WIDTH - RIGHT - LEFT) * (step + 0.5) / steps.size();
  }

  private static void line(
      Svg svg,
      LogScale scale,
      List<String> steps,
      String colour,
      NavigableMap<Integer, Double> line) {
    Map.Entry<Integer, Double> before = null;
    for (Map.Entry<Integer, Double> point : line.entrySet()) {
      double x = x(point.getKey(), steps);
      double y = scale.at(point.getValue());
      if (before != null) {
        svg.line(x(before.getKey(), steps), scale.at(before.getValue()), x, y, colour, 2);
      }
      svg.dot(x, y, colour);
      before = point;
    }
  }

  /** Each as near to the end of its line as those above it leave room. */
  private static void names(
      Svg svg,
      LogScale scale,
      List<String> steps,
      Map<String, NavigableMap<Integer, Double>> lines) {
    NavigableMap<Double, String> wanted = new TreeMap<>();
    lines.forEach(
        (name, line) -> {
          double y = scale.at(line.lastEntry().getValue());
          while (wanted.containsKey(y)) {
            y += 0.1;
          }
          wanted.put(y, name);
        });
    double free = TOP;
    for (Map.Entry<Double, String> each : wanted.entrySet()) {
      String name = each.getValue();
      double y = Math.max(free, each.getKey() + 4);
      double x = x(steps.size() - 1, steps) + 12;
      svg.text(x, y, Svg.Anchor.START, 12, Svg.colour(name), name);
      free = y + LINE_HEIGHT;
    }
  }
}
