package dev.tally.jobs.topindustries;

import java.time.Instant;
import java.time.LocalDate;
import java.time.chrono.IsoChronology;
import org.jspecify.annotations.Nullable;

/** Reads the ordinary times among those that {@link OrderReader} accepts, from their bytes. */
final class TimeText {
  private static final int[] DAYS_OF_MONTHS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final int NO_NUMBER = -1;
  private static final int NANO_DIGITS = 9;
  private static final int OFFSET_HOURS_MAX = 17; // 18 is the end, without minutes

  private TimeText() {}

  /** The time in [from, to), from 1970 on; null if there is no ordinary one. */
  static @Nullable Instant scan(byte[] bytes, int from, int to) {
    if (to - from < 19
        || bytes[from + 4] != '-'
        || bytes[from + 7] != '-'
        || bytes[from + 10] != 'T'
        || bytes[from + 13] != ':'
        || bytes[from + 16] != ':') {
      return null;
    }
    long day = epochDay(bytes, from);
    int hour = digits(bytes, from + 11, 2);
    int minute = digits(bytes, from + 14, 2);
    int second = digits(bytes, from + 17, 2);
    if (day < 0
        || hour < 0
        || minute < 0
        || second < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return null;
    }
    int at = from + 19;
    int nanos = 0;
    if (at < to && bytes[at] == '.') {
      int first = ++at;
      while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
        at++;
      }
      if (at == first || at - first > NANO_DIGITS) {
        return null;
      }
      nanos = digits(bytes, first, at - first);
      for (int i = at - first; i < NANO_DIGITS; i++) {
        nanos *= 10;
      }
    }
    int offset = offsetSeconds(bytes, at, to);
    long seconds = day * 86_400L + hour * 3_600L + minute * 60L + second - offset;
    return offset == Integer.MIN_VALUE || seconds < 0
        ? null
        : Instant.ofEpochSecond(seconds, nanos);
  }

  /** The days since 1970; negative if it is before that, or no date. */
  private static long epochDay(byte[] bytes, int from) {
    int year = digits(bytes, from, 4);
    int month = digits(bytes, from + 5, 2);
    int day = digits(bytes, from + 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1) {
      return NO_NUMBER;
    }
    boolean leapDay = month == 2 && IsoChronology.INSTANCE.isLeapYear(year);
    if (day > DAYS_OF_MONTHS[month - 1] + (leapDay ? 1 : 0)) {
      return NO_NUMBER;
    }
    return LocalDate.of(year, month, day).toEpochDay();
  }

  /** How far local time is ahead of UTC; the lowest int if [at, to) does not say it. */
  private static int offsetSeconds(byte[] bytes, int at, int to) {
    if (at == to || (to - at == 1 && bytes[at] == 'Z')) {
      return 0;
    }
    if (to - at != 6 || (bytes[at] != '+' && bytes[at] != '-') || bytes[at + 3] != ':') {
      return Integer.MIN_VALUE;
    }
    int hours = digits(bytes, at + 1, 2);
    int minutes = digits(bytes, at + 4, 2);
    if (hours < 0 || hours > OFFSET_HOURS_MAX || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3_600 + minutes * 60;
    return bytes[at] == '-' ? -seconds : seconds;
  }

  private static int digits(byte[] bytes, int from, int count) {
    int number = 0;
    for (int i = from; i < from + count; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return NO_NUMBER;
      }
      number = 10 * number + bytes[i] - '0';
    }
    return number;
  }
}
