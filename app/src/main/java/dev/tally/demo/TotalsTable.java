package dev.tally.demo;

import static dev.tally.demo.Layout.format;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Lays the totals of rolling-sum out as lines of text. */
final class TotalsTable {
  private static final int CODE_COLUMNS_MAX = 24;

  private TotalsTable() {}

  static List<String> lines(TotalsView view, int columns, int rows) {
    Flow flow = view.flow();
    List<String> lines = new ArrayList<>();
    lines.addAll(
        Layout.filled(
            " ",
            columns,
            format("tally demo, %d s.", flow.elapsed().toSeconds()),
            "Ctrl-C ends it and verifies every answer."));
    lines.addAll(Layout.figures(flow, "rows", "answers", columns));
    lines.addAll(
        Layout.filled(
            " ", columns, "latency, row made to answer read, last second:", latency(view)));
    lines.addAll(flow.instances());
    lines.add("");
    lines.add(format("%-24s %10s %20s", "StockCode", "answers", view.sumName()));
    for (TotalsView.Total total : view.busiest()) {
      lines.add(
          format(
              "%-24s %,10d %20s",
              Layout.cut(Layout.printable(total.stockCode()), CODE_COLUMNS_MAX),
              total.answers(),
              total.sum()));
    }
    return Layout.fitted(lines, columns, rows);
  }

  /** One line with everything except the StockCodes. */
  static String line(TotalsView view) {
    return format(
        "%s, latency %s, partitions %s",
        Layout.line(view.flow(), "rows", "answers"), latency(view), view.flow().partitions());
  }

  private static String latency(TotalsView view) {
    return "p50 " + millis(view.p50Millis()) + ", p99 " + millis(view.p99Millis());
  }

  private static String millis(OptionalLong millis) {
    return millis.isPresent() ? format("%,d ms", millis.getAsLong()) : "-";
  }
}
