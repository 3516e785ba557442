package dev.tally.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One measured value, a line of a CSV file.
 *
 * @param command that measured it
 * @param series what was varied; empty if nothing was
 * @param at the value that it was varied to
 * @param measure what was measured, its unit last
 */
record Point(
    String command,
    String series,
    String at,
    String contestant,
    int round,
    String measure,
    double value) {
  private static final String HEADER =
      "\"command\",\"series\",\"at\",\"contestant\",\"round\",\"measure\",\"value\"";

  /** Points are appended here as they are measured. */
  record Sink(@Nullable Path file) {
    void add(Point point) throws IOException {
      if (file != null) {
        List<String> lines =
            Files.exists(file) ? List.of(point.line()) : List.of(HEADER, point.line());
        Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    }
  }

  static List<Point> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.equals(HEADER))
        .map(Point::parse)
        .toList();
  }

  /** Every field stands in quotes, since names hold commas; none holds a quote. */
  private String line() {
    return "\""
        + String.join(
            "\",\"",
            command,
            series,
            at,
            contestant,
            Integer.toString(round),
            measure,
            Double.toString(value))
        + "\"";
  }

  private static Point parse(String line) {
    String[] fields = line.substring(1, line.length() - 1).split("\",\"", -1);
    if (fields.length != 7) {
      throw new IllegalArgumentException("not a line of ours: " + line);
    }
    return new Point(
        fields[0],
        fields[1],
        fields[2],
        fields[3],
        Integer.parseInt(fields[4]),
        fields[5],
        Double.parseDouble(fields[6]));
  }
}
