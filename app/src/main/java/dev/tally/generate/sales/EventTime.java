package dev.tally.generate.sales;

import dev.tally.Stop;
import java.math.BigDecimal;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which event time (InvoiceDate) the rows get. */
public sealed interface EventTime {
  long SECOND_NANOS = 1_000_000_000L;

  /** The wall clock when the row is sent. */
  record Now() implements EventTime {}

  /** The file's own InvoiceDate; each pass over the file is later than the one before. */
  record Csv() implements EventTime {
    /**
     * How much later a pass is than the one before: its span and a second more. So its earliest row
     * is later than the latest one before, and no row is late that was not late in the first pass.
     */
    static long passNanos(long[] csvNanos) {
      long first = Long.MAX_VALUE;
      long last = 0;
      for (long nanos : csvNanos) {
        first = Math.min(first, nanos);
        last = Math.max(last, nanos);
      }
      return last - first + SECOND_NANOS;
    }

    /** The most that a row is earlier than one before it; 0 if the file is in order. */
    static long disorderNanos(long[] csvNanos) {
      long latest = 0;
      long disorder = 0;
      for (long nanos : csvNanos) {
        latest = Math.max(latest, nanos);
        disorder = Math.max(disorder, latest - nanos);
      }
      return disorder;
    }
  }

  /**
   * An even clock, independent of when rows are sent.
   *
   * @param startNanos of the first row, since 1970
   * @param rowsPerSecond of event time
   */
  record Stepped(long startNanos, long rowsPerSecond) implements EventTime {
    private static final Pattern FORM =
        Pattern.compile("([0-8]?\\d{1,9}(?:\\.\\d{1,9})?)\\+([1-9]\\d{0,8})");

    /** Keeps whole seconds apart from the rest, so that no product overflows early. */
    private long nanosOf(long n) {
      long secondsNanos = Math.multiplyExact(n / rowsPerSecond, SECOND_NANOS);
      long restNanos = n % rowsPerSecond * SECOND_NANOS / rowsPerSecond;
      return Math.addExact(startNanos, Math.addExact(secondsNanos, restNanos));
    }
  }

  /**
   * Reads {@code now}, {@code csv} or {@code START+RATE}.
   *
   * @throws Stop if the text is none of these
   */
  static EventTime parse(String text) {
    if (text.equals("now")) {
      return new Now();
    }
    if (text.equals("csv")) {
      return new Csv();
    }
    Matcher matcher = Stepped.FORM.matcher(text);
    if (!matcher.matches()) {
      throw Stop.usage(
          "--event.time '%s' is not now, csv or START+RATE, as in 1700000000+1000, where START"
              + " is seconds since 1970 below 9000000000 with at most 9 decimals and RATE is rows"
              + " per second from 1 to 999999999.",
          text);
    }
    long startNanos = new BigDecimal(matcher.group(1)).movePointRight(9).longValueExact();
    return new Stepped(startNanos, Long.parseLong(matcher.group(2)));
  }

  /**
   * The event time of a row by its number, counted from 0, and by the time of sending. All times
   * are in nanoseconds since 1970.
   *
   * @param csvNanos event times of one pass, in its order; empty unless this is {@link Csv}
   */
  default LongBinaryOperator times(long[] csvNanos) {
    if (this instanceof Now) {
      // Digits finer than 100 ns are noise on every clock; the original producer has as many.
      return (n, wallNanos) -> wallNanos / 100 * 100;
    }
    if (this instanceof Stepped stepped) {
      return (n, wallNanos) -> inRange(n, stepped::nanosOf);
    }
    long passNanos = Csv.passNanos(csvNanos);
    int rows = csvNanos.length;
    LongUnaryOperator shifted =
        n -> Math.addExact(csvNanos[(int) (n % rows)], Math.multiplyExact(n / rows, passNanos));
    return (n, wallNanos) -> inRange(n, shifted);
  }

  private static long inRange(long n, LongUnaryOperator exact) {
    try {
      return exact.applyAsLong(n);
    } catch (ArithmeticException e) {
      throw Stop.usage(
          "--event.time: row %d would be after the year 2262, where nanoseconds end; start earlier"
              + " or send fewer rows.",
          n + 1);
    }
  }
}
