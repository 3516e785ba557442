package dev.tally.generate.sales;

/**
 * Nanoseconds since 1970 as seconds in plain decimal, ASCII: no exponent, no zeros behind the last
 * digit but at least one decimal, as Python writes a float ({@code 1795191575.595662}, {@code
 * 1700000000.0}). Written without a String, because every row passes here.
 */
final class EpochText {
  private static final int DECIMALS_MAX = 9;

  private EpochText() {}

  /** How many bytes {@link #write} needs. */
  static int length(long nanos) {
    int wholeDigits = 1;
    for (long rest = nanos / EventTime.SECOND_NANOS; rest >= 10; rest /= 10) {
      wholeDigits++;
    }
    return wholeDigits + 1 + decimals(nanos);
  }

  static void write(long nanos, byte[] to, int from, int length) {
    int decimals = decimals(nanos);
    int at = from + length;
    long rest = nanos % EventTime.SECOND_NANOS;
    for (int drop = DECIMALS_MAX - decimals; drop > 0; drop--) {
      rest /= 10;
    }
    for (int i = 0; i < decimals; i++) {
      to[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    to[--at] = '.';
    for (rest = nanos / EventTime.SECOND_NANOS; at > from; rest /= 10) {
      to[--at] = (byte) ('0' + rest % 10);
    }
  }

  private static int decimals(long nanos) {
    int decimals = DECIMALS_MAX;
    for (long rest = nanos; decimals > 1 && rest % 10 == 0; rest /= 10) {
      decimals--;
    }
    return decimals;
  }
}
