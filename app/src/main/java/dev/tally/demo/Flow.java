package dev.tally.demo;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What goes through a job, whichever it is; measured once a second.
 *
 * @param elapsed since the start
 * @param records in the input topic
 * @param recordsPerSecond since the last measurement
 * @param results read from the output topic
 * @param resultsPerSecond since the last measurement
 * @param deadLetters read from their topic
 * @param lag records in the input topic that the group has not committed yet
 * @param members of the group, that is the instances
 */
record Flow(
    Duration elapsed,
    long records,
    long recordsPerSecond,
    long results,
    long resultsPerSecond,
    long deadLetters,
    long lag,
    List<Member> members) {

  /** An instance's consumer and its input partitions, ascending. */
  record Member(String name, List<Integer> partitions) {
    private String owned() {
      return partitions.isEmpty()
          ? "-"
          : partitions.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
  }

  /** The partitions of each member; a dash if there is none. */
  String partitions() {
    return members.isEmpty()
        ? "-"
        : members.stream().map(Member::owned).collect(Collectors.joining(" | "));
  }

  /** A line for each member. */
  List<String> instances() {
    return members.stream()
        .map(member -> "instance " + member.name() + ": partitions " + member.owned())
        .toList();
  }
}
