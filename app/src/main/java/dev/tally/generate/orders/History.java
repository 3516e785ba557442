package dev.tally.generate.orders;

import dev.tally.Stop;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * When orders were placed: a number of days with 100 to 200 orders each, up to an end, and what
 * follows as a stream.
 */
public final class History {
  static final int DAY_ORDERS_MIN = 100;
  static final int DAY_ORDERS_MAX = 200;

  private static final String NOW = "now";
  private static final int DAYS_MAX = 3_650;
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** Of a stream whose time is not that of sending: as dense as the history is on average. */
  private static final long STREAM_STEP_MILLIS = 2 * DAY_MILLIS / (DAY_ORDERS_MIN + DAY_ORDERS_MAX);

  /** Timestamps have years of four digits, also some centuries of streaming later. */
  private static final Instant END_MAX = Instant.parse("9000-01-01T00:00:00Z");

  private final boolean now;
  private final long endMillis;

  /** The number of the first order of each day, and of the first one after the history. */
  private final long[] firstOfDay;

  private History(boolean now, long endMillis, int days, long seed) {
    this.now = now;
    this.endMillis = endMillis;
    this.firstOfDay = new long[days + 1];
    SplittableRandom random = new SplittableRandom(seed);
    for (int day = 0; day < days; day++) {
      firstOfDay[day + 1] = firstOfDay[day] + random.nextInt(DAY_ORDERS_MIN, DAY_ORDERS_MAX + 1);
    }
  }

  /**
   * Reads the end of a history.
   *
   * @param days of 24 hours, up to the end
   * @param end {@code now}, after which the stream has the time of sending, or an ISO instant in
   *     whole seconds, after which it goes on evenly
   * @param nowMillis since 1970
   * @throws Stop if one of them is out of bounds
   */
  public static History parse(int days, String end, long nowMillis, long seed) {
    if (days < 0 || days > DAYS_MAX) {
      throw Stop.usage("--days %d: give 0 to %d.", days, DAYS_MAX);
    }
    boolean now = end.equals(NOW);
    Instant instant = now ? Instant.ofEpochSecond(nowMillis / 1000) : instant(end);
    if (!instant.truncatedTo(ChronoUnit.SECONDS).equals(instant)
        || instant.toEpochMilli() < days * DAY_MILLIS
        || instant.isAfter(END_MAX)) {
      throw Stop.usage(
          "--history.end '%s' is neither now nor a time in whole seconds such as"
              + " 2023-04-01T00:00:00Z, with --days %d after 1970 and before the year 9000.",
          end, days);
    }
    return new History(now, instant.toEpochMilli(), days, seed);
  }

  private static Instant instant(String text) {
    try {
      Instant instant = Instant.parse(text);
      return instant.isAfter(END_MAX) ? END_MAX.plusSeconds(1) : instant;
    } catch (DateTimeException e) {
      return END_MAX.plusSeconds(1); // out of bounds
    }
  }

  /** How many orders it has; the stream begins with the order of this number. */
  public long count() {
    return firstOfDay[firstOfDay.length - 1];
  }

  long endMillis() {
    return endMillis;
  }

  /**
   * When order n was placed, in milliseconds since 1970; times never go back.
   *
   * @param n from 0
   * @param wallNanos the time of sending in nanoseconds since 1970
   * @param within the order's share of its turn, 0 to 1
   */
  long millisOf(long n, long wallNanos, double within) {
    if (n >= count()) {
      return now ? wallNanos / 1_000_000 : endMillis + (n - count()) * STREAM_STEP_MILLIS;
    }
    int found = Arrays.binarySearch(firstOfDay, n);
    int day = found >= 0 ? found : -found - 2;
    double turn = (double) DAY_MILLIS / (firstOfDay[day + 1] - firstOfDay[day]);
    long beginMillis = endMillis - (firstOfDay.length - 1 - day) * DAY_MILLIS;
    return beginMillis + (long) ((n - firstOfDay[day] + within) * turn);
  }
}
