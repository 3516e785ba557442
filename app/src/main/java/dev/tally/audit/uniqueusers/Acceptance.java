package dev.tally.audit.uniqueusers;

import dev.tally.audit.Reason;
import java.util.Optional;

/** Decides which readable frames of one partition count, given in offset order. */
final class Acceptance {
  private static final long DAY_SECONDS = 86_400;
  // Where nanoseconds since 1970 no longer fit a long.
  private static final long CLOCK_END_SECONDS = 9_223_372_035L;

  private final Optional<Long> futureMaxMillis;
  private final long lateMaxSeconds;
  private final RecentTimes recent = new RecentTimes();

  /** Whether frames before the first one are deleted, whose times the job may have known. */
  private final boolean cut;

  /**
   * Begins with the first frame that is there.
   *
   * @param cut whether earlier ones are deleted
   */
  Acceptance(Rules rules, boolean cut) {
    this.futureMaxMillis = rules.futureMax().map(max -> max.toMillis());
    this.lateMaxSeconds = rules.lateMax().toSeconds();
    this.cut = cut;
  }

  /** Judges the next frame. */
  Verdict next(long seconds, long stampMillis) {
    if (seconds > CLOCK_END_SECONDS) {
      return Verdict.rejected(Reason.FUTURE, "ts %d is beyond April 2262".formatted(seconds));
    }
    long millis = seconds * 1000;
    if (futureMaxMillis.isPresent()) {
      long max = futureMaxMillis.get();
      if (millis > stampMillis + max) {
        return Verdict.rejected(
            Reason.FUTURE, "ts %d is after the record timestamp + future.max".formatted(seconds));
      }
      if (millis >= stampMillis - max) {
        recent.add(seconds);
        return Verdict.COUNTS;
      }
    }
    Verdict verdict = inHistory(seconds);
    recent.add(seconds);
    return verdict;
  }

  private Verdict inHistory(long seconds) {
    if (!recent.full()) {
      return cut ? Verdict.SEEMS_TO_COUNT : Verdict.COUNTS;
    }
    long median = recent.median();
    if (seconds < median - lateMaxSeconds) {
      return Verdict.rejected(
          Reason.LATE, "ts %d is before %d - late.max".formatted(seconds, median));
    }
    if (seconds > median + DAY_SECONDS) {
      return Verdict.rejected(
          Reason.FUTURE, "ts %d is more than a day after %d".formatted(seconds, median));
    }
    return Verdict.COUNTS;
  }
}
