package dev.tally.demo;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the demo shows, once a second.
 *
 * @param elapsed since the first row
 * @param rows in the input topic
 * @param rowsPerSecond since the last snapshot
 * @param answers read from the output topic
 * @param answersPerSecond since the last snapshot
 * @param deadLetters read from their topic
 * @param lag rows in the input topic that the group has not committed yet
 * @param p50Millis median, over the answers since the last snapshot, of the time from a row's event
 *     time, when it was made, to the reading of its answer
 * @param p99Millis the 99th percentile of the same
 * @param members of the group, that is the instances
 * @param sumName as in the answers, such as 10minutesSum
 * @param busiest StockCodes, most answers first
 */
record Snapshot(
    Duration elapsed,
    long rows,
    long rowsPerSecond,
    long answers,
    long answersPerSecond,
    long deadLetters,
    long lag,
    OptionalLong p50Millis,
    OptionalLong p99Millis,
    List<Member> members,
    String sumName,
    List<Total> busiest) {

  /** An instance's consumer and its input partitions, ascending. */
  record Member(String name, List<Integer> partitions) {}

  /** How often a StockCode was answered and the rolling sum of its last answer. */
  record Total(String stockCode, long answers, String sum) {}
}
