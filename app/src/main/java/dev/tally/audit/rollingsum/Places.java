package dev.tally.audit.rollingsum;

import dev.tally.audit.Scope;
import java.util.stream.IntStream;

/**
 * Which partitions of the output topic may hold the answers to a partition of rows: the one of the
 * same number if both topics have the same number of partitions, any otherwise.
 */
record Places(int rowPartitions, int answerPartitions) {
  /** Stands for any partition. */
  private static final int ANY = -1;

  static Places of(Scope scope) {
    return new Places(scope.input().size(), scope.answers().size());
  }

  /** Whether an answer is in the partition of the same number as its row's. */
  boolean same() {
    return rowPartitions == answerPartitions;
  }

  /** Equal for a row and an answer, each in its own partition, if one may belong to the other. */
  int of(int partition) {
    return same() ? partition : ANY;
  }

  /** The partitions that may hold answers to rows of this one. */
  IntStream answersOf(int rowPartition) {
    return same() ? IntStream.of(rowPartition) : IntStream.range(0, answerPartitions);
  }

  /** The partitions that may hold rows of answers in this one. */
  IntStream rowsOf(int answerPartition) {
    return same() ? IntStream.of(answerPartition) : IntStream.range(0, rowPartitions);
  }
}
