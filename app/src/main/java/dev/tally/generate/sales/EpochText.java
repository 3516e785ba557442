package dev.tally.generate.sales;

/**
 * Writes nanoseconds since 1970 as seconds in plain decimal, as Python writes a float: no exponent,
 * no trailing zeros, but at least one decimal ({@code 1795191575.595662}, {@code 1700000000.0}).
 * ASCII, without a String in between, because every row passes here.
 */
final class EpochText {
  private static final int DECIMALS_MAX = 9;

  private EpochText() {}

  /** How many bytes the text has. */
  static int length(long nanos) {
    int wholeDigits = 1;
    for (long rest = nanos / EventTime.SECOND_NANOS; rest >= 10; rest /= 10) {
      wholeDigits++;
    }
    return wholeDigits + 1 + decimals(nanos);
  }

  /**
   * Writes the text.
   *
   * @param length what {@link #length} says
   */
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
