package dev.tally.bench;

import java.util.Locale;

/** Builds one picture. Its background is white, so that it can be read on a dark page as well. */
final class Svg {
  static final String INK = "#1f2328";
  static final String FAINT = "#59636e";
  static final String GRID = "#d9dee3";

  /** Where a text stands from its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder text = new StringBuilder();

  Svg(int width, int height) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"system-ui, sans-serif\">",
        width, height, width, height);
    rect(0, 0, width, height, "#ffffff", 1);
  }

  void rect(double x, double y, double width, double height, String fill, double opacity) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" opacity=\"%.2f\"/>",
        x, y, width, height, fill, opacity);
  }

  void line(double x1, double y1, double x2, double y2, String stroke, double width) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
            + " stroke-width=\"%.1f\"/>",
        x1, y1, x2, y2, stroke, width);
  }

  void dot(double x, double y, String fill) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>", x, y, fill);
  }

  void text(double x, double y, Anchor anchor, int size, String fill, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, anchor.name().toLowerCase(Locale.ROOT), size, fill, escaped(words));
  }

  /** The heading that all pictures have, 60 high. */
  void heading(String title, String subtitle) {
    text(16, 28, Anchor.START, 16, INK, title);
    text(16, 48, Anchor.START, 12, FAINT, subtitle);
  }

  String finish() {
    return text + "</svg>\n";
  }

  /** Three digits where they matter; thousands apart. */
  static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  /** One colour for each family, whatever else is in the picture. */
  static String colour(String contestant) {
    if (contestant.startsWith("tally")) {
      return "#0969da";
    }
    if (contestant.startsWith("Streams")) {
      return "#bc4c00";
    }
    return contestant.startsWith("Flink") ? "#8250df" : "#6e7781";
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;");
  }
}
