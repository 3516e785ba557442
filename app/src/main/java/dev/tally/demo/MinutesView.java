package dev.tally.demo;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is shown of unique-users.
 *
 * @param minutes the last ones, ascending
 * @param longer the last window of each longer kind that has a result, shortest kind first
 */
record MinutesView(Flow flow, List<Window> minutes, List<Window> longer) implements View {

  /**
   * What the results of a window tell so far.
   *
   * @param kind minute, hour, ...
   * @param start as in the result: 2016-07-11T13:39:00Z
   * @param users of the newest result
   * @param exact whether users is a count or an estimate
   * @param frames of the newest result
   * @param closed whether a result was final
   * @param afterMillis from the window's end to the reading of its first final result
   * @param corrections results after the first final one
   */
  record Window(
      String kind,
      String start,
      long users,
      boolean exact,
      long frames,
      boolean closed,
      OptionalLong afterMillis,
      int corrections) {}

  @Override
  public List<String> lines(int columns, int rows) {
    return MinutesTable.lines(this, columns, rows, Ink.ofStandardOutput());
  }

  @Override
  public String line() {
    return MinutesTable.line(this);
  }
}
