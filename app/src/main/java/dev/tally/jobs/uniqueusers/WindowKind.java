package dev.tally.jobs.uniqueusers;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The windows that users are counted in, in UTC; a window is the half-open [start, end). */
enum WindowKind {
  MINUTE(0),
  HOUR(1),
  DAY(2),
  /** As ISO 8601 has it: from Monday on. */
  WEEK(3),
  MONTH(4),
  YEAR(5);

  static final long MINUTE_SECONDS = TimeUnit.MINUTES.toSeconds(1);
  static final long HOUR_SECONDS = TimeUnit.HOURS.toSeconds(1);
  static final long DAY_SECONDS = TimeUnit.DAYS.toSeconds(1);

  private final byte code;

  WindowKind(int code) {
    this.code = (byte) code;
  }

  /** By which saved state knows it. */
  byte code() {
    return code;
  }

  /** Start of the window that a time lies in, both in seconds since 1970. */
  long start(long seconds) {
    return switch (this) {
      case MINUTE -> floor(seconds, MINUTE_SECONDS);
      case HOUR -> floor(seconds, HOUR_SECONDS);
      case DAY -> floor(seconds, DAY_SECONDS);
      case WEEK -> seconds(day(seconds).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
      case MONTH -> seconds(day(seconds).withDayOfMonth(1));
      case YEAR -> seconds(day(seconds).withDayOfYear(1));
    };
  }

  /** End of the window with this start, which is the start of the next one. */
  long end(long start) {
    return switch (this) {
      case MINUTE -> start + MINUTE_SECONDS;
      case HOUR -> start + HOUR_SECONDS;
      case DAY -> start + DAY_SECONDS;
      case WEEK -> seconds(day(start).plusWeeks(1));
      case MONTH -> seconds(day(start).plusMonths(1));
      case YEAR -> seconds(day(start).plusYears(1));
    };
  }

  /** As results name it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static long floor(long seconds, long unit) {
    return Math.floorDiv(seconds, unit) * unit;
  }

  private static LocalDate day(long seconds) {
    return LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY_SECONDS));
  }

  private static long seconds(LocalDate day) {
    return day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
  }
}
