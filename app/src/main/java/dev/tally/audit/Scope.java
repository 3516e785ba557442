package dev.tally.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * What is compared with what, as of one moment. List indices are partitions.
 *
 * @param groupHasCommitted false if the group has no committed offset for any partition
 */
public record Scope(
    List<InputRange> input,
    List<Range> answers,
    List<Range> deadLetters,
    boolean groupHasCommitted) {

  /** Offsets from begin, inclusive, to end, exclusive. */
  public record Range(long begin, long end) {
    /** How many offsets these ranges span together. */
    public static long length(List<Range> ranges) {
      return ranges.stream().mapToLong(range -> range.end - range.begin).sum();
    }
  }

  /**
   * Offsets of an input partition.
   *
   * @param begin the first row that is still there; if it is above 0, rows were deleted
   * @param start the first row that must have an answer
   * @param answeredTo the committed offset: rows from here on may or may not have an answer yet
   */
  public record InputRange(long begin, long start, long answeredTo, long end) {
    /** Whether this row must have its answer or dead letter by now. */
    public boolean due(long offset) {
      return start <= offset && passed(offset);
    }

    /** Whether the group's committed offset lies after this row. */
    public boolean passed(long offset) {
      return offset < answeredTo;
    }
  }

  /** All rows that there are, by partition. */
  public List<Range> rows() {
    return input.stream().map(range -> new Range(range.begin, range.end)).toList();
  }

  /** How many offsets there are to read: of rows, answers and dead letters. */
  public long length() {
    return Range.length(rows()) + Range.length(answers) + Range.length(deadLetters);
  }

  /** What a reader of the report must know about the scope, in sentences. */
  public List<String> notes(AuditSettings settings) {
    List<String> notes = new ArrayList<>();
    if (!groupHasCommitted) {
      notes.add(
          "the group %s has committed no offset of %s: it has answered nothing. Give the --group.id"
                  .formatted(settings.groupId(), settings.inputTopic())
              + " that the job runs with");
    }
    addDeleted(
        notes,
        settings.inputTopic(),
        rows(),
        "the answers to those rows, and all that depend on them,");
    addDeleted(notes, settings.outputTopic(), answers, "what was there");
    addDeleted(notes, settings.deadLetterTopic(), deadLetters, "what was there");
    return notes;
  }

  private static void addDeleted(
      List<String> notes, String topic, List<Range> ranges, String what) {
    for (int partition = 0; partition < ranges.size(); partition++) {
      long begin = ranges.get(partition).begin();
      if (begin > 0) {
        notes.add(
            "%s-%d is deleted up to offset %d: %s cannot be checked"
                .formatted(topic, partition, begin, what));
      }
    }
  }
}
