package dev.tally.engine;

import dev.tally.job.DeadLetterReason;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one worker has answered, for people. Only committed answers count: an aborted transaction is
 * computed again. The counts outlive the worker's clients. Only the worker's thread writes them;
 * any thread may read what is committed.
 */
public final class Counts {
  /** Everything committed so far. */
  public record Committed(
      long rows,
      long answers,
      Map<DeadLetterReason, Long> deadLetters,
      long transactions,
      long nanos) {
    public static final Committed NOTHING = new Committed(0, 0, Map.of(), 0, 0);

    /** Of all reasons. */
    public long allDeadLetters() {
      return deadLetters.values().stream().mapToLong(Long::longValue).sum();
    }

    Committed plus(Committed more) {
      Map<DeadLetterReason, Long> letters = deadLetters;
      if (!more.deadLetters.isEmpty()) { // rare, and this runs for every transaction
        Map<DeadLetterReason, Long> sum = new EnumMap<>(more.deadLetters);
        letters.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
        letters = sum;
      }
      return new Committed(
          rows + more.rows,
          answers + more.answers,
          letters,
          transactions + more.transactions,
          nanos + more.nanos);
    }
  }

  private final Set<DeadLetterReason> seen = EnumSet.noneOf(DeadLetterReason.class);
  // Of the open transaction.
  private final Map<DeadLetterReason, Long> deadLetters = new EnumMap<>(DeadLetterReason.class);
  private long rows;
  private long answers;
  private volatile Committed committed = Committed.NOTHING;
  private final AtomicLong slowestNanos = new AtomicLong();

  /** Counts records that were answered, whatever that gave. */
  void rows(long count) {
    rows += count;
  }

  void answered() {
    answers++;
  }

  /**
   * Counts a dead letter.
   *
   * @return whether it is the first for this reason
   */
  boolean deadLetter(DeadLetterReason reason) {
    deadLetters.merge(reason, 1L, Long::sum);
    return seen.add(reason);
  }

  /**
   * The open transaction is committed.
   *
   * @param nanos from the poll that brought its first records
   */
  public void committed(long nanos) {
    committed = committed.plus(new Committed(rows, answers, deadLetters, 1, nanos));
    slowestNanos.accumulateAndGet(nanos, Math::max);
    forget();
  }

  /** The open transaction failed, or its outcome is unknown. */
  void forget() {
    rows = 0;
    answers = 0;
    deadLetters.clear();
  }

  public Committed committed() {
    return committed;
  }

  /** What these workers have committed together. */
  public static Committed committed(List<Worker> workers) {
    return workers.stream()
        .map(worker -> worker.counts().committed())
        .reduce(Committed.NOTHING, Committed::plus);
  }

  /** The longest time of a transaction committed since the last call. */
  public long takeSlowestNanos() {
    return slowestNanos.getAndSet(0);
  }
}
