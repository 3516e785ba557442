package dev.tally.engine;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * A topic that a job writes to. A record goes to the partition with its source's number if both
 * topics have the same number of partitions; otherwise Kafka chooses it by the record's key.
 *
 * @param kind what is true of its records
 * @param partitions that it is created with if it is missing; if empty, those of the input
 * @param retention that it is created with; zero leaves it to the brokers' default
 */
public record OutputTopic(String name, Kind kind, OptionalInt partitions, Duration retention) {
  /** Longer than any retention in milliseconds. */
  public static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  /** What the records of an output topic are. */
  public enum Kind {
    /** Every record counts. */
    ANSWERS,
    /** The newest record of each key counts. */
    UPSERTS,
    /** Every record is read by the next stage of the job, from a single partition. */
    STAGE
  }

  /** Every record of the input has its answer there. */
  public static OutputTopic answers(String name) {
    return new OutputTopic(name, Kind.ANSWERS, OptionalInt.empty(), Duration.ZERO);
  }

  /** The newest answer of each key holds. */
  public static OutputTopic upserts(String name) {
    return new OutputTopic(name, Kind.UPSERTS, OptionalInt.of(1), Duration.ZERO);
  }

  /** Stands between two stages of a job. */
  public static OutputTopic stage(String name, Duration retention) {
    return new OutputTopic(name, Kind.STAGE, OptionalInt.of(1), retention);
  }
}
