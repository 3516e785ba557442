package dev.tally.demo;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Lays a snapshot out as lines of text. */
final class Table {
  private static final int CODE_COLUMNS_MAX = 24;

  private Table() {}

  /** Lines that fit into this many columns and rows. */
  static List<String> lines(Snapshot snapshot, int columns, int rows) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        filled(
            " ",
            columns,
            format("tally demo, %d s.", snapshot.elapsed().toSeconds()),
            "Ctrl-C ends it and verifies every answer."));
    lines.addAll(
        filled(
            "   ",
            columns,
            format("rows in %,d (%,d/s)", snapshot.rows(), snapshot.rowsPerSecond()),
            format("answers out %,d (%,d/s)", snapshot.answers(), snapshot.answersPerSecond()),
            format("dead letters %,d", snapshot.deadLetters()),
            format("lag %,d", snapshot.lag())));
    lines.addAll(
        filled(" ", columns, "latency, row made to answer read, last second:", latency(snapshot)));
    for (Snapshot.Member member : snapshot.members()) {
      lines.add("instance " + member.name() + ": partitions " + partitions(member));
    }
    lines.add("");
    lines.add(format("%-24s %10s %20s", "StockCode", "answers", snapshot.sumName()));
    for (Snapshot.Total total : snapshot.busiest()) {
      lines.add(
          format(
              "%-24s %,10d %20s",
              cut(printable(total.stockCode()), CODE_COLUMNS_MAX), total.answers(), total.sum()));
    }
    return lines.stream().limit(Math.max(1, rows)).map(line -> cut(line, columns)).toList();
  }

  /** The parts side by side, on as many lines as they need. */
  private static List<String> filled(String gap, int columns, String... parts) {
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

  /** One line with everything except the StockCodes. */
  static String line(Snapshot snapshot) {
    return format(
        "%d s: rows in %,d (%,d/s), answers out %,d (%,d/s), dead letters %,d, lag %,d, latency %s,"
            + " partitions %s",
        snapshot.elapsed().toSeconds(),
        snapshot.rows(),
        snapshot.rowsPerSecond(),
        snapshot.answers(),
        snapshot.answersPerSecond(),
        snapshot.deadLetters(),
        snapshot.lag(),
        latency(snapshot),
        snapshot.members().stream().map(Table::partitions).collect(Collectors.joining(" | ")));
  }

  private static String latency(Snapshot snapshot) {
    return "p50 " + millis(snapshot.p50Millis()) + ", p99 " + millis(snapshot.p99Millis());
  }

  private static String millis(OptionalLong millis) {
    return millis.isPresent() ? format("%,d ms", millis.getAsLong()) : "-";
  }

  private static String partitions(Snapshot.Member member) {
    return member.partitions().isEmpty()
        ? "-"
        : member.partitions().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** A control character in a StockCode must not reach the terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static String cut(String text, int columns) {
    return text.length() <= columns ? text : text.substring(0, Math.max(0, columns));
  }

  @FormatMethod
  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
