package dev.tally.generate.sales;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * Reads a file's InvoiceDate: {@code 2009-12-01 07:45:00} in UTC (seconds and their fraction may be
 * absent, a T may replace the blank, a Z may follow) or seconds since 1970. Forms with slashes are
 * refused, since 1/12/2009 is in January or in December.
 */
final class InvoiceDate {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,10}(\\.\\d{1,9})?");

  private InvoiceDate() {}

  /**
   * Nanoseconds since 1970.
   *
   * @throws DateTimeException if the text is not such a date, or is before 1970 or after 2262
   */
  static long nanos(String text) {
    BigDecimal seconds;
    if (SECONDS.matcher(text).matches()) {
      seconds = new BigDecimal(text);
    } else {
      String utc = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
      Instant instant = LocalDateTime.parse(utc.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
      seconds =
          BigDecimal.valueOf(instant.getEpochSecond())
              .add(BigDecimal.valueOf(instant.getNano(), 9));
    }
    BigDecimal nanos = seconds.movePointRight(9);
    if (nanos.signum() < 0 || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new DateTimeException("outside 1970 to 2262");
    }
    return nanos.longValueExact();
  }
}
