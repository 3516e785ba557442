package dev.tally.generate;

import dev.tally.Stop;
import dev.tally.kafka.TargetTopic;
import java.util.OptionalLong;

/**
 * Where records go, how fast, and how many.
 *
 * @param partitions of the topic if it has to be created
 * @param recordsPerSecond {@link #UNPACED} for as fast as the brokers take them
 * @param count records to send; if empty, all of them once, or without end if they loop
 * @param loop whether the records start over at their end
 */
public record Plan(
    String topic, int partitions, long recordsPerSecond, OptionalLong count, boolean loop) {
  public static final long UNPACED = 0;

  /** Pacing finer than a nanosecond has no meaning, and no sender comes near it. */
  static final long RECORDS_PER_SECOND_MAX = 1_000_000_000;

  /**
   * Checks the bounds.
   *
   * @throws Stop if a part is out of bounds
   */
  public Plan {
    if (recordsPerSecond < 0 || recordsPerSecond > RECORDS_PER_SECOND_MAX) {
      throw Stop.usage(
          "--rate %d: give 1 to %d records per second, or max.",
          recordsPerSecond, RECORDS_PER_SECOND_MAX);
    }
    TargetTopic.requirePartitions(partitions);
    if (count.isPresent() && count.getAsLong() < 1) {
      throw Stop.usage("--count %d: give 1 or more.", count.getAsLong());
    }
  }

  boolean isPaced() {
    return recordsPerSecond != UNPACED;
  }

  /**
   * How many records to send; {@link Long#MAX_VALUE} for without end.
   *
   * @throws Stop if more are asked for than there are without looping
   */
  long recordsToSend(Records records) {
    if (!loop && count.orElse(0) > records.size()) {
      throw Stop.usage(
          "--count %d: there are only %d records in %s; add --loop to start over at their end.",
          count.getAsLong(), records.size(), records.name());
    }
    return count.orElse(loop ? Long.MAX_VALUE : records.size());
  }
}
