package dev.tally.demo;

import static dev.tally.demo.Layout.format;

import dev.tally.demo.MinutesView.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Draws the users of the last minutes as bars. */
final class MinutesTable {
  private static final int TIME_END = "2016-07-11T13:39".length();
  private static final int TIME_BEGIN = "2016-07-11T".length();
  private static final int FIGURES_COLUMNS = 37;
  private static final int STATUS_COLUMNS = 34;
  private static final int BAR_COLUMNS_MIN = 8;

  private MinutesTable() {}

  static List<String> lines(MinutesView view, int columns, int rows, Ink ink) {
    Flow flow = view.flow();
    List<String> lines = new ArrayList<>();
    lines.addAll(
        Layout.filled(
            " ",
            columns,
            format("tally demo of unique-users, %d s.", flow.elapsed().toSeconds()),
            "Ctrl-C ends it and verifies every result."));
    lines.addAll(Layout.figures(flow, "frames", "results", columns));
    lines.addAll(flow.instances());
    lines.add("");
    lines.add(format("%-14s%11s%12s", "UTC", "users", "frames"));
    List<String> longer = view.longer().stream().map(MinutesTable::longer).toList();
    boolean estimated =
        Stream.concat(view.minutes().stream(), view.longer().stream()).anyMatch(w -> !w.exact());
    int room = rows - lines.size() - longer.size() - (estimated ? 1 : 0);
    int from = Math.max(0, view.minutes().size() - Math.max(1, room));
    lines.addAll(minutes(view.minutes().subList(from, view.minutes().size()), columns, ink));
    lines.addAll(longer);
    if (estimated) {
      lines.add("~ is an estimate; 95 of 100 are within 0.6 %.");
    }
    return Layout.fitted(lines, columns, rows);
  }

  private static List<String> minutes(List<Window> minutes, int columns, Ink ink) {
    long most = minutes.stream().mapToLong(Window::users).max().orElse(1);
    int barColumns = columns - FIGURES_COLUMNS - STATUS_COLUMNS - 4;
    List<String> lines = new ArrayList<>();
    for (Window minute : minutes) {
      String bar = "";
      if (barColumns >= BAR_COLUMNS_MIN) {
        bar = ink.bar((double) minute.users() / most, barColumns, minute.closed());
        bar += " ".repeat(barColumns - bar.length()) + "  ";
      }
      lines.add(figures(minute) + "  " + bar + status(minute));
    }
    return lines;
  }

  private static String longer(Window window) {
    return figures(window) + "  " + (window.closed() ? status(window) : "so far");
  }

  private static String figures(Window window) {
    return format("%-16s%9s%,12d", name(window), users(window), window.frames());
  }

  private static String users(Window window) {
    return (window.exact() ? "" : "~") + format("%,d", window.users());
  }

  private static String name(Window window) {
    String start = window.start();
    boolean clock = window.kind().equals("minute") || window.kind().equals("hour");
    String text =
        start.length() < TIME_END
            ? start
            : clock ? start.substring(TIME_BEGIN, TIME_END) : start.substring(0, TIME_BEGIN - 1);
    return window.kind().equals("minute") ? text : window.kind() + " " + text;
  }

  private static String status(Window window) {
    if (!window.closed()) {
      return "open";
    }
    String after =
        window.afterMillis().isPresent()
            ? format("final after %.1f s", window.afterMillis().getAsLong() / 1e3)
            : "final";
    return switch (window.corrections()) {
      case 0 -> after;
      case 1 -> after + ", 1 correction";
      default -> after + format(", %d corrections", window.corrections());
    };
  }

  /** One line with the last two minutes. */
  static String line(MinutesView view) {
    List<Window> minutes = view.minutes();
    StringBuilder line = new StringBuilder(Layout.line(view.flow(), "frames", "results"));
    for (Window minute : minutes.subList(Math.max(0, minutes.size() - 2), minutes.size())) {
      line.append(format(", %s %s users (%s)", name(minute), users(minute), status(minute)));
    }
    return line.append(", partitions ").append(view.flow().partitions()).toString();
  }
}
