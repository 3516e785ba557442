package dev.tally.demo;

import java.util.List;
import java.util.OptionalLong;

/**
 * What is shown of rolling-sum.
 *
 * @param p50Millis median, over the answers since the last view, of the time from a row's event
 *     time, when it was made, to the reading of its answer
 * @param p99Millis the 99th percentile of the same
 * @param sumName as in the answers, such as 10minutesSum
 * @param busiest StockCodes, most answers first
 */
record TotalsView(
    Flow flow, OptionalLong p50Millis, OptionalLong p99Millis, String sumName, List<Total> busiest)
    implements View {

  /** How often a StockCode was answered and the rolling sum of its last answer. */
  record Total(String stockCode, long answers, String sum) {}

  @Override
  public List<String> lines(int columns, int rows) {
    return TotalsTable.lines(this, columns, rows);
  }

  @Override
  public String line() {
    return TotalsTable.line(this);
  }
}
