package dev.tally.bench.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the four fields of a sales row in its bytes and builds nothing else. It refuses a row that
 * it cannot read exactly; the workload has none such.
 */
final class SaleReader {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final int MICROS_SCALE = 6;
  private static final int NANOS_SCALE = 9;
  private static final int DIGITS_MAX = 18; // of a long
  private static final long[] POWERS_OF_TEN = {
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private final Sale sale = new Sale();
  private byte[] bytes = {};
  private int at;
  private int decimals;

  /** The row as an object that holds until the next call. */
  Sale read(byte[] value) {
    bytes = value;
    at = 0;
    try {
      readMembers();
      return sale;
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("no sales row: " + new String(value, UTF_8), e);
    }
  }

  private void readMembers() {
    boolean hasCode = false;
    boolean hasEpoch = false;
    long price = 0;
    int priceDecimals = -1;
    long quantity = 0;
    int quantityDecimals = -1;
    expect('{');
    do {
      skipBlanks();
      int from = at + 1;
      skipString();
      int to = at - 1;
      expect(':');
      skipBlanks();
      if (is("StockCode", from, to)) {
        readCode();
        hasCode = true;
      } else if (is("Price", from, to)) {
        price = decimal();
        priceDecimals = decimals;
      } else if (is("Quantity", from, to)) {
        quantity = decimal();
        quantityDecimals = decimals;
      } else if (is("InvoiceDate", from, to)) {
        int epochFrom = at;
        sale.epochNanos = scaled(decimal(), decimals, NANOS_SCALE);
        sale.epochText = Arrays.copyOfRange(bytes, epochFrom, at);
        hasEpoch = true;
      } else {
        skipValue();
      }
      skipBlanks();
    } while (bytes[at++] == ',');
    if (bytes[at - 1] != '}'
        || !hasCode
        || !hasEpoch
        || priceDecimals < 0
        || quantityDecimals < 0) {
      throw new ArithmeticException("a needed field is missing");
    }
    sale.micros =
        scaled(Math.multiplyExact(price, quantity), priceDecimals + quantityDecimals, MICROS_SCALE);
  }

  private static long scaled(long unscaled, int decimals, int scale) {
    if (decimals > scale) {
      throw new ArithmeticException("more than " + scale + " decimals");
    }
    return Math.multiplyExact(unscaled, POWERS_OF_TEN[scale - decimals]);
  }

  private void readCode() {
    int from = at + 1;
    skipString();
    for (int i = from; i < at - 1; i++) {
      if (bytes[i] == '\\') {
        throw new ArithmeticException("an escape in a StockCode");
      }
    }
    sale.code = new String(bytes, from, at - 1 - from, UTF_8);
  }

  private boolean is(String name, int from, int to) {
    if (to - from != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (bytes[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads a plain number as its digits and {@link #decimals}. */
  private long decimal() {
    boolean negative = bytes[at] == '-';
    at += negative ? 1 : 0;
    int from = at;
    int point = -1;
    long unscaled = 0;
    for (; ; at++) {
      byte b = bytes[at];
      if (b >= '0' && b <= '9') {
        unscaled = 10 * unscaled + b - '0';
      } else if (b == '.' && point < 0) {
        point = at;
      } else {
        break;
      }
    }
    int digits = at - from - (point < 0 ? 0 : 1);
    if (digits == 0 || digits > DIGITS_MAX || (bytes[at] | 0x20) == 'e') {
      throw new ArithmeticException("a number that is not plain");
    }
    decimals = point < 0 ? 0 : at - point - 1;
    return negative ? -unscaled : unscaled;
  }

  private void skipValue() {
    if (bytes[at] == '"') {
      skipString();
      return;
    }
    // A number or a literal, also a bare NaN.
    while (bytes[at] != ',' && bytes[at] != '}') {
      if (bytes[at] == '{' || bytes[at] == '[') {
        throw new ArithmeticException("a nested value");
      }
      at++;
    }
  }

  private void skipString() {
    expect('"');
    while (true) {
      at = quoteOrBackslash(at);
      if (bytes[at] == '"') {
        at++;
        return;
      }
      at += 2;
    }
  }

  /** Index of the next quote or backslash, eight bytes at a time. */
  private int quoteOrBackslash(int from) {
    int i = from;
    while (i + Long.BYTES <= bytes.length) {
      long word = (long) WORD.get(bytes, i);
      long quote = word ^ (EACH * '"');
      long backslash = word ^ (EACH * '\\');
      long found = (((quote - EACH) & ~quote) | ((backslash - EACH) & ~backslash)) & HIGH_BITS;
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
      i += Long.BYTES;
    }
    while (bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  private void expect(char expected) {
    skipBlanks();
    if (bytes[at] != expected) {
      throw new ArithmeticException(expected + " is missing at byte " + at);
    }
    at++;
  }

  private void skipBlanks() {
    while (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t') {
      at++;
    }
  }
}
