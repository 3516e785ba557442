package dev.tally.demo;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What all that is shown has in common. */
final class Layout {
  private Layout() {}

  /** The figures of every job, on as many lines as they need. */
  static List<String> figures(Flow flow, String records, String results, int columns) {
    return filled("   ", columns, figures(flow, records, results));
  }

  /** The same in one line, after the time. */
  static String line(Flow flow, String records, String results) {
    return flow.elapsed().toSeconds() + " s: " + String.join(", ", figures(flow, records, results));
  }

  private static String[] figures(Flow flow, String records, String results) {
    return new String[] {
      format("%s in %,d (%,d/s)", records, flow.records(), flow.recordsPerSecond()),
      format("%s out %,d (%,d/s)", results, flow.results(), flow.resultsPerSecond()),
      format("dead letters %,d", flow.deadLetters()),
      format("lag %,d", flow.lag())
    };
  }

  /** The parts side by side, on as many lines as they need. */
  static List<String> filled(String gap, int columns, String... parts) {
    List<String> lines = new ArrayList<>();
    String line = parts[0];
    for (String part : List.of(parts).subList(1, parts.length)) {
      if (line.length() + gap.length() + part.length() > columns) {
        lines.add(line);
        line = part;
      } else {
        line += gap + part;
      }
    }
    lines.add(line);
    return lines;
  }

  /** As much of the lines as there is room for. */
  static List<String> fitted(List<String> lines, int columns, int rows) {
    return lines.stream().limit(Math.max(1, rows)).map(line -> cut(line, columns)).toList();
  }

  /** A control character in what was read must not reach the terminal. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  static String cut(String text, int columns) {
    return text.length() <= columns ? text : text.substring(0, Math.max(0, columns));
  }

  @FormatMethod
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
