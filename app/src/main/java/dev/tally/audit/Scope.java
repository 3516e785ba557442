package dev.tally.audit;

import java.util.List;

/**
 * What is compared with what, as of one moment; list indices are partitions.
 *
 * @param groupHasCommitted false if the group has no committed offset for any partition
 */
public record Scope(
    List<InputRange> input,
    List<Range> answers,
    List<Range> deadLetters,
    boolean groupHasCommitted) {

  /** Offsets from begin to before end. */
  public record Range(long begin, long end) {}

  /**
   * Offsets of an input partition.
   *
   * @param begin the first row that is still there; above 0 rows were deleted
   * @param start the first row that must have an answer
   * @param answeredTo rows from here on may or may not have one yet
   */
  public record InputRange(long begin, long start, long answeredTo, long end) {
    public boolean settled(long offset) {
      return start <= offset && passed(offset);
    }

    public boolean passed(long offset) {
      return offset < answeredTo;
    }
  }

  /** Whether an answer stands in the partition number of its row. */
  public boolean samePartitions() {
    return input.size() == answers.size();
  }
}
