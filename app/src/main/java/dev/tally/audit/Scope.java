package dev.tally.audit;

import java.util.List;

/**
 * What is compared with what, as of one moment; list indices are partitions.
 *
 * @param groupHasCommitted false if the group has no committed offset for any partition
 */
record Scope(
    List<InputRange> input,
    List<Range> answers,
    List<Range> deadLetters,
    boolean groupHasCommitted) {

  /** Offsets from begin to before end. */
  record Range(long begin, long end) {}

  /**
   * Offsets of an input partition.
   *
   * @param begin the first row that is still there; above 0 rows were deleted
   * @param start the first row that must have an answer
   * @param answeredTo rows from here on may or may not have one yet
   */
  record InputRange(long begin, long start, long answeredTo, long end) {
    boolean settled(long offset) {
      return start <= offset && passed(offset);
    }

    boolean passed(long offset) {
      return offset < answeredTo;
    }
  }

  /** Whether an answer stands in the partition number of its row. */
  boolean samePartitions() {
    return input.size() == answers.size();
  }
}
