package dev.tally.jobs.rollingsum;

import dev.tally.DurationBounds;
import dev.tally.Stop;
import dev.tally.job.Damaged;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers every sales row with the total of its StockCode in the window that ends at the row.
 * Immutable, and shared by all threads.
 *
 * @param window length of the closed interval that an answer sums over
 * @param grace how far behind the partition's clock a row may be and still get its exact answer
 * @param futureMax how far ahead of its record timestamp a row's event time is believed; empty if
 *     there is no limit
 * @param miskeyed what becomes of a row whose record key is not its StockCode, on a topic with
 *     several partitions
 */
public record RollingSum(
    Duration window, Duration grace, Optional<Duration> futureMax, Miskeyed miskeyed)
    implements Job {
  /**
   * Checks the bounds.
   *
   * @throws Stop if a duration is out of bounds
   */
  public RollingSum {
    DurationBounds.require("--window", window, Duration.ofMillis(1), "");
    DurationBounds.require("--grace", grace, Duration.ZERO, "");
    futureMax.ifPresent(
        max -> DurationBounds.require("--future.max", max, Duration.ZERO, ", or off"));
  }

  /** What becomes of a row whose total may be split across partitions. */
  public enum Miskeyed {
    /**
     * The job stops before it answers such a row. Rows that have been answered were accepted, so
     * they count in a replay: the state is that of {@link #ACCEPT}.
     */
    FAIL,
    DEAD_LETTER,
    ACCEPT
  }

  /** Changes whenever the same rows would give other answers. */
  private static final int SEMANTICS = 1;

  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "semantics=\\d+ window=(\\d{1,12})ms grace=(\\d{1,12})ms future.max=(?:(\\d{1,12})ms|off)"
              + " partitions=\\d+ miskeyed=(\\w+)");

  // Expired rows stay on disk for up to a tenth of the window, or of the grace if that is longer.
  // Reading a dropped window back takes about twenty look-ups at most, and the saved position has
  // about twenty entries at most, for any grace.
  private static final int SLICES = 10;

  // A StockCode of 1,024 bytes, once as the key and once with every byte escaped, an epoch of 1,023
  // characters and a sum.
  private static final int ANSWER_BYTES_MAX = 10_000;

  @Override
  public String fingerprint(int partitions) {
    return "semantics="
        + SEMANTICS
        + " window="
        + window.toMillis()
        + "ms grace="
        + grace.toMillis()
        + "ms future.max="
        + futureMax.map(max -> max.toMillis() + "ms").orElse("off")
        + " partitions="
        + partitions
        + " miskeyed="
        + (miskeyed == Miskeyed.DEAD_LETTER && partitions > 1 ? "skipped" : "counted");
  }

  @Override
  public long sliceNanos() {
    Duration longer = window.compareTo(grace) > 0 ? window : grace;
    return Math.max(1, longer.toNanos() / SLICES);
  }

  @Override
  public Duration history() {
    return window.plus(grace);
  }

  @Override
  public int answerBytesMax() {
    return ANSWER_BYTES_MAX;
  }

  @Override
  public String cure(DeadLetterReason reason) {
    return reason == DeadLetterReason.MISKEYED
        ? "Rows of one StockCode must share a partition: produce them keyed by StockCode, as 'tally"
            + " generate' does; or set --on.miskeyed dead-letter, or accept where something else"
            + " keeps them together."
        : Job.super.cure(reason);
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new RollingSumShard(this, saved, clockNanos, partitions, memoryBytesMax);
  }

  /**
   * The job whose state has this fingerprint: saved state can be inspected without being told the
   * settings.
   *
   * @throws IllegalArgumentException if this is not a fingerprint of a rolling sum
   */
  public static RollingSum ofFingerprint(String fingerprint) {
    Matcher matcher = FINGERPRINT.matcher(fingerprint);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no fingerprint of rolling-sum: " + fingerprint);
    }
    try {
      return new RollingSum(
          Duration.ofMillis(Long.parseLong(matcher.group(1))),
          Duration.ofMillis(Long.parseLong(matcher.group(2))),
          Optional.ofNullable(matcher.group(3)).map(Long::parseLong).map(Duration::ofMillis),
          matcher.group(4).equals("skipped") ? Miskeyed.DEAD_LETTER : Miskeyed.FAIL);
    } catch (Stop e) {
      // No job had these settings, so it is no flag of the reader's that is wrong.
      throw new IllegalArgumentException("no fingerprint of rolling-sum: " + fingerprint, e);
    }
  }

  /** The saved window of one StockCode, as an answer at its newest row would give it. */
  public record SavedWindow(String stockCode, int rows, BigDecimal newestSeconds, BigDecimal sum) {}

  /**
   * Counts the saved windows of a partition, for people to look at. It changes nothing.
   *
   * @param clockNanos the clock of that saved state; there must be one
   * @param largestMax how many of the windows with the most rows are listed one by one
   * @param memoryBytesMax limit of the memory in use; the state is read several times if need be
   * @throws Damaged if what is saved makes no sense
   */
  public SavedWindows windows(
      KeyedState saved, long clockNanos, int largestMax, long memoryBytesMax) {
    return new WindowCounter(this, saved, clockNanos, largestMax).count(memoryBytesMax);
  }
}
