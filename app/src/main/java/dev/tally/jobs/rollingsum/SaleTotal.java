package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;

/**
 * Writes answers such as {@code
 * {"StockCode":"21491","Epoch":1674744306.978004,"10minutesSum":312.75}}. The epoch keeps the
 * characters it came with; the sum is a plain decimal without trailing zeros.
 *
 * <p>Confined to the thread of its shard.
 */
final class SaleTotal {
  private static final byte[] STOCK_CODE = "{\"StockCode\":\"".getBytes(US_ASCII);
  private static final byte[] EPOCH = "\",\"Epoch\":".getBytes(US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
  private static final long MICROS = 1_000_000;
  // An escaped byte of a code takes at most six bytes, a plain sum at most 21.
  private static final int ESCAPED_BYTES_MAX = 6;
  private static final int PLAIN_SUM_BYTES_MAX = 21;
  // Of the whole units in a long of millionths.
  private static final int LONG_DIGITS_MAX = 13;

  private final byte[] sumName;
  private byte[] buffer = new byte[256];
  private int end;

  SaleTotal(Duration window) {
    sumName = (",\"" + nameOf(window) + "\":").getBytes(US_ASCII);
  }

  /** The name of the sum, in the largest unit that divides the window, such as 10minutesSum. */
  static String nameOf(Duration window) {
    long millis = window.toMillis();
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "minutesSum";
    }
    return millis % 1000 == 0 ? millis / 1000 + "secondsSum" : millis + "millisecondsSum";
  }

  byte[] write(Sale sale, Sum sum) {
    StockCode code = sale.code();
    int epochLength = sale.epochLength();
    byte[] wide = sum.plain() ? new byte[0] : plainText(sum);
    int bytesMax =
        STOCK_CODE.length
            + ESCAPED_BYTES_MAX * code.length()
            + EPOCH.length
            + epochLength
            + sumName.length
            + Math.max(PLAIN_SUM_BYTES_MAX, wide.length)
            + 1;
    if (buffer.length < bytesMax) {
      buffer = new byte[2 * bytesMax];
    }
    end = 0;
    append(STOCK_CODE, STOCK_CODE.length);
    appendEscaped(code);
    append(EPOCH, EPOCH.length);
    append(sale.epochText(), epochLength);
    append(sumName, sumName.length);
    if (sum.plain()) {
      appendMicros(sum.micros());
    } else {
      append(wide, wide.length);
    }
    buffer[end++] = '}';
    return Arrays.copyOf(buffer, end);
  }

  private static byte[] plainText(Sum sum) {
    return sum.exact().stripTrailingZeros().toPlainString().getBytes(UTF_8);
  }

  private void append(byte[] bytes, int length) {
    System.arraycopy(bytes, 0, buffer, end, length);
    end += length;
  }

  private void appendEscaped(StockCode code) {
    byte[] bytes = code.bytes();
    for (int i = 0; i < code.length(); i++) {
      byte b = bytes[i];
      if (b == '"' || b == '\\') {
        buffer[end++] = '\\';
        buffer[end++] = b;
      } else if (b >= 0 && b < ' ') {
        appendControl(b);
      } else {
        buffer[end++] = b;
      }
    }
  }

  private void appendControl(byte b) {
    buffer[end++] = '\\';
    switch (b) {
      case '\b' -> buffer[end++] = 'b';
      case '\f' -> buffer[end++] = 'f';
      case '\n' -> buffer[end++] = 'n';
      case '\r' -> buffer[end++] = 'r';
      case '\t' -> buffer[end++] = 't';
      default -> {
        buffer[end++] = 'u';
        buffer[end++] = '0';
        buffer[end++] = '0';
        buffer[end++] = HEX[b >> 4];
        buffer[end++] = HEX[b & 0xf];
      }
    }
  }

  private void appendMicros(long micros) {
    if (micros < 0) {
      buffer[end++] = '-';
    }
    // Computed on the negative side, because the lowest long has no positive counterpart.
    long negative = micros < 0 ? micros : -micros;
    long whole = negative / MICROS;
    appendDigits(whole, digits(whole));
    int fraction = (int) (negative - whole * MICROS);
    if (fraction != 0) {
      buffer[end++] = '.';
      appendDigits(fraction, Sum.PLAIN_SCALE);
      while (buffer[end - 1] == '0') {
        end--;
      }
    }
  }

  /** Number of digits of a number that is zero or negative. */
  private static int digits(long negative) {
    int digits = 1;
    for (long limit = -10; negative <= limit && digits < LONG_DIGITS_MAX; limit *= 10) {
      digits++;
    }
    return digits;
  }

  /** Appends the last `digits` digits of a number that is zero or negative. */
  private void appendDigits(long negative, int digits) {
    int at = end + digits;
    while (negative < Integer.MIN_VALUE) {
      buffer[--at] = (byte) ('0' - negative % 10);
      negative /= 10;
    }
    int rest = (int) negative; // an int divides faster
    while (at > end) {
      buffer[--at] = (byte) ('0' - rest % 10);
      rest /= 10;
    }
    end += digits;
  }
}
