package dev.tally.jobs.topindustries;

import dev.tally.DurationBounds;
import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which three industries fluctuate most: the orders of the last 24 hours against the average of the
 * thirty days before, as of every whole hour. It runs in two stages, each a job of its own with a
 * topic before the second:
 *
 * <pre>
 *   orders ──▶ orders, on every partition ──▶ rank ──▶ rankings
 *                             customers, a table ─┘
 * </pre>
 *
 * @param grace how long an hour stays open after its end
 * @param lateMax how far an order may lie before all that is ranked and still be known by its
 *     order_id; one with the same order_id whose time is later by more than this is another order
 * @param futureMax how far an order's time may be ahead of its record timestamp; empty if record
 *     timestamps say nothing
 * @param rankBy what the three are chosen by
 * @param split whether the orders of a customer with several industries are divided evenly among
 *     them; otherwise they count in full for each
 * @param holesAccepted whether the ranking goes on where a range of orders is missing or repeated,
 *     because an operator has said so
 */
public record TopIndustries(
    Duration grace,
    Duration lateMax,
    Optional<Duration> futureMax,
    RankBy rankBy,
    boolean split,
    boolean holesAccepted) {
  /** Index of the output topic of both stages. */
  static final int OUTPUT = 0;

  /** Hours of a day, as slices of orders have them. */
  static final int DAY_HOURS = 24;

  /** The days that the last one is compared with. */
  static final int AVERAGE_DAYS = 30;

  /** How far before an hour the orders lie that it is ranked by. */
  static final int RANKED_HOURS = (AVERAGE_DAYS + 1) * DAY_HOURS;

  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "top-industries-(?:(orders)=1 future\\.max=(?:(\\d{1,9})s|off)"
              + "|rank=1 late\\.max=(\\d{1,9})s)");

  private static final Duration GRACE_MAX = Duration.ofHours(1);
  private static final Duration LATE_MAX = Duration.ofDays(30);
  private static final Duration FUTURE_MAX = Duration.ofDays(1);

  /** What the three industries are chosen by. */
  public enum RankBy {
    /** The largest difference from the average. */
    ABSOLUTE,
    /** The largest difference in proportion to the average; without an average comes first. */
    RELATIVE
  }

  /**
   * Checks the bounds.
   *
   * @throws Stop if a setting is out of bounds
   */
  public TopIndustries {
    DurationBounds.require("--grace", grace, Duration.ZERO, GRACE_MAX, "");
    DurationBounds.require("--late.max", lateMax, Duration.ZERO, LATE_MAX, "");
    futureMax.ifPresent(
        max ->
            DurationBounds.require(
                "--future.max", max, Duration.ofSeconds(1), FUTURE_MAX, ", or off"));
    DurationBounds.requireWholeSeconds("--grace", grace);
    DurationBounds.requireWholeSeconds("--late.max", lateMax);
    futureMax.ifPresent(max -> DurationBounds.requireWholeSeconds("--future.max", max));
  }

  /** Stage 1: what matters of each order, and what time it is in each partition. */
  public Job orders() {
    return new Orders(this);
  }

  /** Stage 2: the sums of all partitions by industry, and the rankings. */
  public Job rank() {
    return new Rank(this);
  }

  /** The stage that has this fingerprint; empty if none has. */
  public static Optional<Job> stageOf(String fingerprint) {
    Matcher matcher = FINGERPRINT.matcher(fingerprint);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      boolean orders = matcher.group(1) != null;
      Duration lateMax = orders ? Duration.ZERO : seconds(matcher.group(3));
      Optional<Duration> futureMax =
          Optional.ofNullable(matcher.group(2)).map(TopIndustries::seconds);
      TopIndustries settings =
          new TopIndustries(Duration.ZERO, lateMax, futureMax, RankBy.ABSOLUTE, false, false);
      return Optional.of(orders ? settings.orders() : settings.rank());
    } catch (Stop e) {
      return Optional.empty(); // no job can have had these settings
    }
  }

  /**
   * The industries that a stage has saved, by name; the first stage saves none. It changes nothing.
   *
   * @throws dev.tally.job.Damaged if what is saved makes no sense
   */
  public static List<SavedIndustry> saved(String fingerprint, KeyedState saved) {
    return stageOf(fingerprint).orElseThrow().readsTable()
        ? new IndustryHours(saved).summary()
        : List.of();
  }

  private static Duration seconds(String digits) {
    return Duration.ofSeconds(Long.parseLong(digits));
  }

  /** {@link #lateMax} in hours, of which the last may not be whole. */
  int lateHours() {
    return (int) lateMax.plusHours(1).minusNanos(1).toHours();
  }
}
