package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.Fetched;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Sales as text, so that two can be compared and a difference is easy to read. */
final class SaleText {
  private SaleText() {}

  /** The sale that the reader makes of a value, or its message if it refuses it. */
  static String read(byte @Nullable [] value) {
    Sale sale = new Sale();
    try {
      SaleReader.read(value, sale);
    } catch (Unreadable e) {
      return "unreadable: " + e.what();
    }
    return of(sale);
  }

  /** The sale that the scanner makes of a value; null if it leaves it to the reader. */
  static @Nullable String scan(byte[] value) {
    Sale sale = new Sale();
    return new SaleScanner().scan(Fetched.view(value), sale) ? of(sale) : null;
  }

  static BigDecimal amount(byte[] value) {
    Sale sale = new Sale();
    try {
      SaleReader.read(value, sale);
    } catch (Unreadable e) {
      throw new AssertionError(new String(value, UTF_8), e);
    }
    return amount(sale);
  }

  private static BigDecimal amount(Sale sale) {
    BigDecimal wide = sale.wide();
    return wide == null ? BigDecimal.valueOf(sale.micros(), Sum.PLAIN_SCALE) : wide;
  }

  /** Everything that later code sees of a sale, including its internal form. */
  static String of(Sale sale) {
    return describe(
        sale.code().toString(),
        new String(sale.epochText(), 0, sale.epochLength(), UTF_8),
        sale.epochNanos(),
        sale.micros(),
        sale.wide());
  }

  /** The sale with these fields, computed with BigDecimal alone. */
  static String of(String code, String epoch, String amount) {
    BigDecimal exact = new BigDecimal(amount).stripTrailingZeros();
    long micros = 0;
    BigDecimal wide = null;
    try {
      micros = exact.movePointRight(Sum.PLAIN_SCALE).longValueExact();
    } catch (ArithmeticException e) {
      wide = exact;
    }
    long nanos = new BigDecimal(epoch).movePointRight(9).longValueExact();
    return describe(code, epoch, nanos, micros, wide);
  }

  private static String describe(
      String code, String epoch, long nanos, long micros, @Nullable BigDecimal wide) {
    return String.format(
        "code=%s epoch=%s (%d ns) micros=%d wide=%s", code, epoch, nanos, micros, wide);
  }
}
