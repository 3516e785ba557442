package dev.tally.engine;

import dev.tally.Stop;
import dev.tally.job.StateLost;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * How often a worker may try each remedy before it stops. Nothing is retried without end: a failure
 * that stays must reach the operator. A commit gives most of the budget back.
 */
final class RetryBudget {
  // Attempts at one batch. A failure that survives three is permanent.
  private static final int REWINDS_MAX = 3;
  // Attempts at one committed offset while other partitions commit in between.
  private static final int TRIES_MAX = 20;
  // Rewinds without a commit that no record is to blame for: a group that changes all the time.
  private static final int REWINDS_IN_A_ROW_MAX = 100;
  // New clients without a commit. With the pauses below and the clients' own waiting, this rides
  // out some minutes without brokers.
  private static final int RECONNECTS_MAX = 30;
  // New clients, whatever was committed in between: one partition may stand still while others go
  // on.
  private static final int RECONNECTS_WITHIN_MAX = 100;
  private static final long RECONNECTS_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long RECONNECT_PAUSE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RECONNECT_PAUSE_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);
  // A producer elsewhere that uses our name fences us each time we come back.
  private static final int FENCES_MAX = 5;
  private static final long FENCES_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private int rewinds;
  private int membershipRewinds;
  private int stateLosses;
  private int reconnects;
  // Failed attempts at the transaction that begins at each partition's committed offset.
  private final Map<TopicPartition, Tries> tries = new HashMap<>();
  private final Deque<Long> reconnectedNanos = new ArrayDeque<>();
  private final Deque<Long> fencedNanos = new ArrayDeque<>();

  /** Attempts at one committed offset; another offset starts a new count. */
  private record Tries(long answeredTo, int count) {
    Tries plus(Tries next) {
      return answeredTo == next.answeredTo ? new Tries(answeredTo, count + 1) : next;
    }
  }

  /** A transaction was committed: whatever failed before it has been overcome. */
  void committed() {
    rewinds = 0;
    membershipRewinds = 0;
    stateLosses = 0;
    reconnects = 0;
  }

  /**
   * Counts a rewind.
   *
   * @param stuckAt committed offsets of the partitions whose records could not be committed
   * @throws Stop if the same records have failed too often
   */
  void rewound(Rewind why, Map<TopicPartition, Long> stuckAt) {
    if (why.membership()) {
      if (++membershipRewinds == REWINDS_IN_A_ROW_MAX) {
        throw Stop.kafka(
            "the group changed %d times before anything could be committed: %s",
            REWINDS_IN_A_ROW_MAX, why.getMessage());
      }
      return;
    }
    rewinds++;
    stuckAt.forEach(
        (partition, answeredTo) -> {
          int count = tries.merge(partition, new Tries(answeredTo, 1), Tries::plus).count();
          if (rewinds == REWINDS_MAX || count == TRIES_MAX) {
            throw Stop.refused(
                "%d transactions with rows from %s offset %d on could not be committed: %s",
                count, partition, answeredTo, why.getMessage());
          }
        });
    if (rewinds == REWINDS_IN_A_ROW_MAX) {
      throw Stop.refused("%d transactions in a row failed: %s", rewinds, why.getMessage());
    }
  }

  /**
   * Counts a partition whose saved state turned out to be lost.
   *
   * @throws Stop if state is lost again and again
   */
  void lostState(StateLost why) {
    if (++stateLosses == REWINDS_MAX) {
      throw Stop.disk("saved state was lost %d times in a row: %s", REWINDS_MAX, why.getMessage());
    }
  }

  /** Counts a fence; says whether a second process must be using our name. */
  boolean fencedTooOften(long nowNanos) {
    fencedNanos.addLast(nowNanos);
    fencedNanos.removeIf(fenced -> nowNanos - fenced > FENCES_WITHIN_NANOS);
    return fencedNanos.size() >= FENCES_MAX;
  }

  /**
   * Counts a reconnect.
   *
   * @return how long to pause before the new clients are opened
   * @throws Stop if new clients do not help
   */
  long reconnectPauseNanos(RuntimeException why, long nowNanos) {
    // Records are not to blame for transactions that failed because the brokers were away.
    rewinds = 0;
    tries.clear();
    reconnectedNanos.addLast(nowNanos);
    reconnectedNanos.removeIf(reconnected -> nowNanos - reconnected > RECONNECTS_WITHIN_NANOS);
    if (reconnectedNanos.size() > RECONNECTS_WITHIN_MAX) {
      throw Stop.kafka(
          "opened new clients %d times within %d minutes: %s",
          reconnectedNanos.size(),
          TimeUnit.NANOSECONDS.toMinutes(RECONNECTS_WITHIN_NANOS),
          why.getMessage());
    }
    if (++reconnects > RECONNECTS_MAX) {
      throw Stop.kafka(
          "gave up after opening new clients %d times: %s", RECONNECTS_MAX, why.getMessage());
    }
    long pauseNanos = RECONNECT_PAUSE_MIN_NANOS << Math.min(reconnects - 1, 10);
    return Math.min(pauseNanos, RECONNECT_PAUSE_MAX_NANOS);
  }
}
