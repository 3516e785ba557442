package dev.tally.daemon;

import dev.tally.engine.Counts;
import dev.tally.job.DeadLetterReason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a running instance reports about itself: a line each minute, and when it has caught up. It
 * is handed the time, as {@link System#nanoTime} gives it.
 */
final class Progress {
  static final Duration EVERY = Duration.ofMinutes(1);

  // The rows of one second are no backlog, nor are those of one poll.
  private static final long CAUGHT_UP_SECONDS = 1;
  private static final long CAUGHT_UP_ROWS = 1_000;
  // Far enough apart that ordinary ups and downs are not reported.
  private static final long LAGGING_FACTOR = 60;

  private Counts.Committed lastMinute = Counts.Committed.NOTHING;
  private Counts.Committed last = Counts.Committed.NOTHING;
  private long lastNanos;
  private long lineNanos;
  private boolean lagging = true;

  Progress(long nowNanos) {
    this.lastNanos = nowNanos;
    this.lineNanos = nowNanos;
  }

  /**
   * Reports once that the backlog is gone: at the start, and each time after it had grown long.
   *
   * @param lag rows that are not answered yet
   * @param partitions that this instance has
   */
  Optional<String> caughtUp(Counts.Committed now, long lag, int partitions, long nowNanos) {
    double seconds = Math.max(seconds(nowNanos - lastNanos), 1);
    double perSecond = (now.rows() - last.rows()) / seconds;
    last = now;
    lastNanos = nowNanos;
    long few = (long) Math.max(CAUGHT_UP_ROWS, perSecond * CAUGHT_UP_SECONDS);
    if (lagging && partitions > 0 && lag <= few) {
      lagging = false;
      return Optional.of(String.format(Locale.ROOT, "caught up: %s to go", counted(lag, "row")));
    }
    lagging |= lag > few * LAGGING_FACTOR;
    return Optional.empty();
  }

  /** Whether a minute has passed since the last line. */
  boolean lineDue(long nowNanos) {
    return nowNanos - lineNanos >= EVERY.toNanos();
  }

  /**
   * The line of this minute.
   *
   * @param lag rows that are not answered yet, if the brokers have told
   * @param partitions that this instance has
   * @param slowestNanos of the transactions of this minute
   */
  String line(
      Counts.Committed now, OptionalLong lag, int partitions, long slowestNanos, long nowNanos) {
    double seconds = Math.max(seconds(nowNanos - lineNanos), 1);
    long rows = now.rows() - lastMinute.rows();
    long transactions = now.transactions() - lastMinute.transactions();
    StringJoiner line = new StringJoiner(", ");
    line.add(String.format(Locale.ROOT, "%,.0f rows/s", rows / seconds));
    lag.ifPresent(it -> line.add("lag " + counted(it, "row")));
    if (transactions > 0) {
      long meanNanos = (now.nanos() - lastMinute.nanos()) / transactions;
      line.add(
          String.format(
              Locale.ROOT,
              "from poll to commit %s ms, at most %s ms",
              millis(meanNanos),
              millis(slowestNanos)));
    }
    String letters = deadLetters(now);
    line.add(letters.isEmpty() ? "no dead letters" : "dead letters: " + letters);
    line.add(counted(partitions, "partition"));
    lastMinute = now;
    lineNanos = nowNanos;
    return line.toString();
  }

  /**
   * The line of this minute for an instance without partitions.
   *
   * @param members of the group
   * @param inputPartitions of the input topic
   */
  String standby(int members, int inputPartitions, long nowNanos) {
    lineNanos = nowNanos;
    return "standby: "
        + counted(members, "member")
        + ", "
        + counted(inputPartitions, "partition")
        + "; others have them all";
  }

  private String deadLetters(Counts.Committed now) {
    Map<DeadLetterReason, Long> more = new EnumMap<>(DeadLetterReason.class);
    now.deadLetters()
        .forEach(
            (reason, count) -> {
              long before = lastMinute.deadLetters().getOrDefault(reason, 0L);
              if (count > before) {
                more.put(reason, count - before);
              }
            });
    return listed(more);
  }

  /** As in "12,000 future, 3 late". */
  static String listed(Map<DeadLetterReason, Long> deadLetters) {
    StringJoiner reasons = new StringJoiner(" and ");
    new TreeMap<>(deadLetters)
        .forEach(
            (reason, count) ->
                reasons.add(String.format(Locale.ROOT, "%,d %s", count, reason.text())));
    return reasons.toString();
  }

  static String counted(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,d", Math.round(nanos / 1e6));
  }
}
