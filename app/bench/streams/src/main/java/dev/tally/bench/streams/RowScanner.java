package dev.tally.bench.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tally.bench.streams.Row.Span;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Finds the fields of an ordinary row in its bytes; leaves all others to gson. */
final class RowScanner {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final byte[] STOCK_CODE = "StockCode".getBytes(US_ASCII);
  private static final byte[] INVOICE_DATE = "InvoiceDate".getBytes(US_ASCII);
  private static final byte[] PRICE = "Price".getBytes(US_ASCII);
  private static final byte[] QUANTITY = "Quantity".getBytes(US_ASCII);
  private static final int UNUSUAL = -1;
  private static final int DIGITS_MAX = 18; // fit a long
  private static final int AMOUNT_DECIMALS = 6;
  private static final int NANO_DECIMALS = 9;
  private static final long[] POWERS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private final byte[] bytes;
  private @Nullable Span code;
  private @Nullable Span epoch;
  private long nanos;
  private boolean hasPrice;
  private boolean hasQuantity;
  private long price;
  private long quantity;
  private int amountDecimals;

  // What number() found.
  private long unscaled;
  private int decimals;

  private RowScanner(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The row, or null if it is unusual. */
  static @Nullable Row scan(byte[] bytes) {
    return new RowScanner(bytes).row();
  }

  private @Nullable Row row() {
    int at = blanks(0);
    if (byteAt(at) != '{') {
      return null;
    }
    do {
      at = member(blanks(at + 1));
      if (at == UNUSUAL) {
        return null;
      }
      at = blanks(at);
    } while (byteAt(at) == ',');
    boolean whole = byteAt(at) == '}' && blanks(at + 1) == bytes.length;
    if (!whole || code == null || epoch == null || !hasPrice || !hasQuantity) {
      return null;
    }
    if (amountDecimals > AMOUNT_DECIMALS) {
      return null;
    }
    long amount =
        Math.multiplyExact(
            Math.multiplyExact(price, quantity), POWERS[AMOUNT_DECIMALS - amountDecimals]);
    return new Row(code, epoch, nanos, amount);
  }

  /** Zero after the end. */
  private byte byteAt(int at) {
    return at < bytes.length ? bytes[at] : 0;
  }

  private int blanks(int from) {
    int at = from;
    while (byteAt(at) == ' ' || byteAt(at) == '\t' || byteAt(at) == '\n' || byteAt(at) == '\r') {
      at++;
    }
    return at;
  }

  /** The index after a name and its value. */
  private int member(int name) {
    int nameEnd = string(name);
    if (nameEnd == UNUSUAL) {
      return UNUSUAL;
    }
    int colon = blanks(nameEnd);
    if (byteAt(colon) != ':') {
      return UNUSUAL;
    }
    int from = blanks(colon + 1);
    if (is(STOCK_CODE, name, nameEnd)) {
      return stockCode(from);
    }
    if (is(INVOICE_DATE, name, nameEnd)) {
      return invoiceDate(from);
    }
    if (is(PRICE, name, nameEnd)) {
      return price(from);
    }
    return is(QUANTITY, name, nameEnd) ? quantity(from) : skip(from);
  }

  /** Whether this is what stands between the quotes. */
  private boolean is(byte[] field, int name, int nameEnd) {
    if (nameEnd - name - 2 != field.length) {
      return false;
    }
    for (int i = 0; i < field.length; i++) {
      if (bytes[name + 1 + i] != field[i]) {
        return false;
      }
    }
    return true;
  }

  private int stockCode(int from) {
    int to = string(from);
    code = new Span(bytes, from, to);
    return code.length() > 2 ? to : UNUSUAL;
  }

  private int invoiceDate(int from) {
    int to = number(from);
    if (to == UNUSUAL || decimals > NANO_DECIMALS) {
      return UNUSUAL;
    }
    epoch = new Span(bytes, from, to);
    nanos = Math.multiplyExact(unscaled, POWERS[NANO_DECIMALS - decimals]);
    return to;
  }

  /** A field that comes twice is unusual: the decimals of both would count. */
  private int price(int from) {
    int to = hasPrice ? UNUSUAL : number(from);
    hasPrice = true;
    price = unscaled;
    amountDecimals += decimals;
    return to;
  }

  private int quantity(int from) {
    int to = hasQuantity ? UNUSUAL : number(from);
    hasQuantity = true;
    quantity = unscaled;
    amountDecimals += decimals;
    return to;
  }

  /** The index after a number without exponent. */
  private int number(int from) {
    boolean negative = byteAt(from) == '-';
    int at = negative ? from + 1 : from;
    int first = at;
    int point = UNUSUAL;
    long number = 0;
    for (byte b = byteAt(at); (b >= '0' && b <= '9') || b == '.'; b = byteAt(++at)) {
      if (b != '.') {
        number = 10 * number + b - '0';
      } else if (point == UNUSUAL && at > first) {
        point = at;
      } else {
        return UNUSUAL;
      }
    }
    byte next = byteAt(at);
    boolean ends = next == ',' || next == '}' || next == ' ';
    if (!ends || at == first || point == at - 1 || at - first > DIGITS_MAX) {
      return UNUSUAL;
    }
    unscaled = negative ? -number : number;
    decimals = point == UNUSUAL ? 0 : at - point - 1;
    return at;
  }

  /** The index after a string without escapes. */
  private int string(int from) {
    if (byteAt(from) != '"') {
      return UNUSUAL;
    }
    int at = special(from + 1);
    return byteAt(at) == '"' ? at + 1 : UNUSUAL;
  }

  /** Index of the next quote or backslash, or the length; by eight bytes where there are eight. */
  private int special(int from) {
    int at = from;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      long word = (long) WORD.get(bytes, at);
      long quotes = word ^ (EACH * '"');
      long backslashes = word ^ (EACH * '\\');
      // The high bit of each byte that is zero; above the lowest of these, also of others.
      long zeros =
          (((quotes - EACH) & ~quotes) | ((backslashes - EACH) & ~backslashes)) & HIGH_BITS;
      if (zeros != 0) {
        return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  /** The index after a value that is not needed. */
  private int skip(int from) {
    byte first = byteAt(from);
    if (first == '"') {
      int at = special(from + 1);
      while (byteAt(at) == '\\') {
        at = special(at + 2);
      }
      return byteAt(at) == '"' ? at + 1 : UNUSUAL;
    }
    if (first == '{' || first == '[') {
      return UNUSUAL;
    }
    int at = from;
    while (byteAt(at) != ',' && byteAt(at) != '}' && at < bytes.length) {
      at++;
    }
    return at;
  }
}
