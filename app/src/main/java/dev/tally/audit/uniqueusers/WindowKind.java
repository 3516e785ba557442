package dev.tally.audit.uniqueusers;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of windows: UTC, from the start, inclusive, to the end, exclusive. */
enum WindowKind {
  MINUTE,
  HOUR,
  DAY,
  /** As ISO counts them, from Monday on. */
  WEEK,
  MONTH,
  YEAR;

  static final int MINUTE_SECONDS = 60;
  private static final int HOUR_SECONDS = 3_600;
  private static final int DAY_SECONDS = 86_400;

  /** The start of the window that this time is in. */
  long start(long seconds) {
    return switch (this) {
      case MINUTE -> Math.floorDiv(seconds, MINUTE_SECONDS) * MINUTE_SECONDS;
      case HOUR -> Math.floorDiv(seconds, HOUR_SECONDS) * HOUR_SECONDS;
      case DAY -> Math.floorDiv(seconds, DAY_SECONDS) * DAY_SECONDS;
      case WEEK -> of(day(seconds).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
      case MONTH -> of(day(seconds).withDayOfMonth(1));
      case YEAR -> of(day(seconds).withDayOfYear(1));
    };
  }

  /** The end of the window that starts there. */
  long end(long start) {
    return switch (this) {
      case MINUTE -> start + MINUTE_SECONDS;
      case HOUR -> start + HOUR_SECONDS;
      case DAY -> start + DAY_SECONDS;
      case WEEK -> of(day(start).plusWeeks(1));
      case MONTH -> of(day(start).plusMonths(1));
      case YEAR -> of(day(start).plusYears(1));
    };
  }

  /** The kind that a result names so; empty if there is none. */
  static Optional<WindowKind> named(String text) {
    return Arrays.stream(values()).filter(kind -> kind.toString().equals(text)).findFirst();
  }

  /** As in results: `minute`. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static LocalDate day(long seconds) {
    return LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY_SECONDS));
  }

  private static long of(LocalDate day) {
    return day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
  }
}
