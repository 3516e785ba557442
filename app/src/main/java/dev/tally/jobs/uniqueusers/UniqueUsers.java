package dev.tally.jobs.uniqueusers;

import dev.tally.DurationBounds;
import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How many distinct users there were in each minute, hour, day, week, month and year. It runs in
 * three stages, each a job of its own with a topic before the next one:
 *
 * <pre>
 *   frames ──▶ parts, on every partition ──▶ minutes ──▶ calendar
 *                                              └─ results ─┴─ results
 * </pre>
 *
 * @param grace how long a window stays open after its end
 * @param lateMax how far a frame of a history may lie behind the middle of those around it
 * @param futureMax how far a frame's time may differ from its record timestamp and be believed
 *     without a look at the frames around it; empty if record timestamps say nothing
 * @param early whether minutes that are still open have results, too
 * @param holesAccepted whether the minutes go on where a range of frames is missing or repeated,
 *     because an operator has said so
 */
public record UniqueUsers(
    Duration grace,
    Duration lateMax,
    Optional<Duration> futureMax,
    boolean early,
    boolean holesAccepted) {
  /** Index of the output topic for results, in the stages that have them. */
  static final int RESULTS = 0;

  /** Index of the output topic for the next stage. */
  static final int PARTS = 0;

  static final int HOURS = 1;

  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "unique-users-(parts|minutes|calendar)=1 late\\.max=(\\d{1,9})s"
              + " future\\.max=(?:(\\d{1,9})s|off)");

  private static final Duration GRACE_MAX = Duration.ofHours(1);
  private static final Duration BELIEF_MAX = Duration.ofDays(1);

  /** What a window may still get after its end, where record timestamps are not looked at. */
  private static final Duration ASIDE = Duration.ofHours(1);

  /**
   * Checks the bounds.
   *
   * @throws dev.tally.Stop if a setting is out of bounds
   */
  public UniqueUsers {
    DurationBounds.require("--grace", grace, Duration.ZERO, GRACE_MAX, "");
    DurationBounds.require("--late.max", lateMax, Duration.ZERO, BELIEF_MAX, "");
    futureMax.ifPresent(
        max ->
            DurationBounds.require(
                "--future.max", max, Duration.ofSeconds(1), BELIEF_MAX, ", or off"));
    DurationBounds.requireWholeSeconds("--grace", grace);
    DurationBounds.requireWholeSeconds("--late.max", lateMax);
    futureMax.ifPresent(max -> DurationBounds.requireWholeSeconds("--future.max", max));
  }

  /** Stage 1: which frames count, and the users among them. */
  public Job parts() {
    return new Parts(this);
  }

  /** Stage 2: the minutes and hours of all partitions together. */
  public Job minutes() {
    return new Minutes(this);
  }

  /** Stage 3: days, weeks, months and years. */
  public Job calendar() {
    return new Calendar(this);
  }

  /** The stage that has this fingerprint; empty if none has. */
  public static Optional<Job> stageOf(String fingerprint) {
    Matcher matcher = FINGERPRINT.matcher(fingerprint);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      Duration lateMax = Duration.ofSeconds(Long.parseLong(matcher.group(2)));
      Optional<Duration> futureMax =
          Optional.ofNullable(matcher.group(3)).map(Long::parseLong).map(Duration::ofSeconds);
      UniqueUsers settings = new UniqueUsers(Duration.ZERO, lateMax, futureMax, false, false);
      return Optional.of(
          switch (matcher.group(1)) {
            case "parts" -> settings.parts();
            case "minutes" -> settings.minutes();
            default -> settings.calendar();
          });
    } catch (Stop | NumberFormatException e) {
      return Optional.empty(); // no job can have had these settings
    }
  }

  /**
   * The windows that a stage has saved. It changes nothing.
   *
   * @param fingerprint of the stage
   * @throws dev.tally.job.Damaged if what is saved makes no sense
   */
  public static List<SavedCounts> saved(String fingerprint, KeyedState saved) {
    Shard shard = stageOf(fingerprint).orElseThrow().open(saved, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
    Stream<Window> windows =
        shard instanceof MinutesShard minutes
            ? minutes.windows()
            : shard instanceof CalendarShard calendar ? calendar.windows() : Stream.of();
    return windows.map(Window::counts).toList();
  }

  /** How far before the open windows a frame that counts can lie, in seconds. */
  long keptSeconds() {
    return lateMax.toSeconds() + futureMax.orElse(ASIDE).toSeconds();
  }

  /** What shapes verdicts, and so all state. */
  String rules() {
    return "late.max="
        + lateMax.toSeconds()
        + "s future.max="
        + futureMax.map(max -> max.toSeconds() + "s").orElse("off");
  }
}
