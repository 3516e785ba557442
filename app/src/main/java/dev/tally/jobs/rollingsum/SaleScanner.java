package dev.tally.jobs.rollingsum;

import dev.tally.json.ExpectedNames;
import dev.tally.json.LittleEndian;
import dev.tally.json.Utf8;
import java.nio.ByteBuffer;

/**
 * Finds the four fields of an ordinary sales row in its bytes and builds nothing. Whatever is
 * unusual (escapes in a needed field, exponents, nested values, anything wrong) it leaves to {@link
 * SaleReader}, which has the last word on every row: the two must agree wherever this one says yes.
 */
final class SaleScanner {
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final int PRICE = 1;
  private static final int QUANTITY = 2;
  private static final int STOCK_CODE = 4;
  private static final int INVOICE_DATE = 8;
  private static final int ALL = PRICE | QUANTITY | STOCK_CODE | INVOICE_DATE;
  private static final int NOT_NEEDED = 0;

  // An unscaled number of so many digits fits a long, with room for none more.
  private static final int DIGITS_MAX = 18;
  private static final int INTEGER_DIGITS_MAX = 15; // |x| < 10^15
  private static final int DECIMALS_MAX = 9;
  private static final int EPOCH_INTEGER_DIGITS_MAX = 11; // t < 10^11

  /** Nanoseconds of one unit in the last place, by the number of decimals. */
  private static final long[] NANOS_OF_DECIMALS = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  /** What every method returns in place of an index when the row is unusual. */
  private static final int UNUSUAL = -1;

  private final ExpectedNames names = new ExpectedNames();
  private boolean ascii;
  private int lastField;
  private long number;
  private int decimals;
  private int integerDigits;

  /** Whether this is an ordinary row; if so `sale` holds its four fields. */
  boolean scan(ByteBuffer value, Sale sale) {
    if (!value.hasArray()) {
      return false; // the clients' buffers have one
    }
    int from = value.arrayOffset() + value.position();
    return scan(value.array(), from, from + value.remaining(), sale);
  }

  private boolean scan(byte[] bytes, int from, int end, Sale sale) {
    ascii = true;
    int at = skipBlanks(bytes, from, end);
    if (at == end || bytes[at] != '{') {
      return false;
    }
    int found = 0;
    long price = 0;
    int priceScale = 0;
    long quantity = 0;
    int quantityScale = 0;
    int member = 0;
    do {
      int behind = names.behind(member, bytes, at, end);
      int field;
      if (behind != ExpectedNames.OTHER) {
        field = names.field(member);
      } else {
        behind = name(bytes, at, end);
        if (behind == UNUSUAL) {
          return false;
        }
        field = lastField;
        if (ascii) { // else it has yet to prove valid
          names.note(member, bytes, at, behind, field);
        }
      }
      member++;
      switch (field) {
        case PRICE -> {
          at = decimal(bytes, behind, end);
          price = number;
          priceScale = decimals;
        }
        case QUANTITY -> {
          at = decimal(bytes, behind, end);
          quantity = number;
          quantityScale = decimals;
        }
        case STOCK_CODE -> at = stockCode(bytes, behind, end, sale);
        case INVOICE_DATE -> at = invoiceDate(bytes, behind, end, sale);
        default -> at = skipValue(bytes, behind, end);
      }
      if (at == UNUSUAL) {
        return false;
      }
      found |= field;
      at = skipBlanks(bytes, at, end);
    } while (at < end && bytes[at] == ',');
    if (found != ALL || at == end || bytes[at] != '}') {
      return false;
    }
    if (skipBlanks(bytes, at + 1, end) != end || !(ascii || Utf8.valid(bytes, from, end))) {
      return false;
    }
    sale.setAmount(price, priceScale, quantity, quantityScale);
    return true;
  }

  /** Reads the name behind the brace or comma at `at` into `lastField`; the index of its value. */
  private int name(byte[] bytes, int at, int end) {
    int name = skipBlanks(bytes, at + 1, end);
    int nameEnd = plainString(bytes, name, end);
    if (nameEnd == UNUSUAL) {
      return UNUSUAL;
    }
    lastField = field(bytes, name + 1, nameEnd);
    int colon = skipBlanks(bytes, nameEnd + 1, end);
    return colon < end && bytes[colon] == ':' ? skipBlanks(bytes, colon + 1, end) : UNUSUAL;
  }

  private static int skipBlanks(byte[] bytes, int at, int end) {
    while (at < end) {
      byte b = bytes[at];
      if (b > ' ' || b < 0 || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
        return at;
      }
      at++;
    }
    return at;
  }

  /** The needed field of the name in [from, to). */
  private static int field(byte[] bytes, int from, int to) {
    return switch (to - from) {
      case 5 -> is(bytes, "Price", from) ? PRICE : NOT_NEEDED;
      case 8 -> is(bytes, "Quantity", from) ? QUANTITY : NOT_NEEDED;
      case 9 -> is(bytes, "StockCode", from) ? STOCK_CODE : NOT_NEEDED;
      case 11 -> is(bytes, "InvoiceDate", from) ? INVOICE_DATE : NOT_NEEDED;
      default -> NOT_NEEDED;
    };
  }

  private static boolean is(byte[] bytes, String name, int from) {
    for (int i = 0; i < name.length(); i++) {
      if (bytes[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Index of the closing quote of a string without escapes that opens at `at`. */
  private int plainString(byte[] bytes, int at, int end) {
    if (at >= end || bytes[at] != '"') {
      return UNUSUAL;
    }
    int close = nextSpecial(bytes, at + 1, end);
    return close < end && bytes[close] == '"' ? close : UNUSUAL;
  }

  /** Index of the next quote, backslash or control character, or the length. */
  private int nextSpecial(byte[] bytes, int at, int end) {
    while (at + Long.BYTES <= end) {
      long word = LittleEndian.get(bytes, at);
      long quote = word ^ (EACH * '"');
      long backslash = word ^ (EACH * '\\');
      // The lowest marked byte is exact; borrows can mark only bytes above a marked one.
      long special =
          (((quote - EACH) & ~quote)
                  | ((backslash - EACH) & ~backslash)
                  | ((word - EACH * ' ') & ~word))
              & HIGH_BITS;
      if ((word & HIGH_BITS) != 0) {
        ascii = false;
      }
      if (special != 0) {
        return at + Long.numberOfTrailingZeros(special) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    while (at < end) {
      byte b = bytes[at];
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        return at;
      }
      if (b < 0) {
        ascii = false;
      }
      at++;
    }
    return at;
  }

  private int stockCode(byte[] bytes, int at, int end, Sale sale) {
    int from = at + 1;
    int to = plainString(bytes, at, end);
    int next = to + 1;
    if (to == UNUSUAL) {
      from = at;
      to = skipNumber(bytes, at, end);
      next = to;
      if (to == UNUSUAL) {
        return UNUSUAL;
      }
    }
    if (from == to || to - from > SaleReader.STOCK_CODE_BYTES_MAX) {
      return UNUSUAL;
    }
    sale.code().set(bytes, from, to);
    return next;
  }

  private int invoiceDate(byte[] bytes, int at, int end, Sale sale) {
    int behind = decimal(bytes, at, end);
    if (behind == UNUSUAL || bytes[at] == '-' || integerDigits > EPOCH_INTEGER_DIGITS_MAX) {
      return UNUSUAL;
    }
    long nanosPerUnit = NANOS_OF_DECIMALS[decimals];
    if (number >= Long.MAX_VALUE / nanosPerUnit) {
      return UNUSUAL; // the year 2262, where nanoseconds leave a long
    }
    sale.setEpoch(number * nanosPerUnit, bytes, at, behind);
    return behind;
  }

  /** Reads a number without exponent into `number` and `decimals`; the index behind it. */
  private int decimal(byte[] bytes, int at, int end) {
    boolean negative = at < end && bytes[at] == '-';
    int from = negative ? at + 1 : at;
    int i = from;
    long unscaled = 0;
    while (i < end && digit(bytes[i])) {
      unscaled = 10 * unscaled + bytes[i++] - '0';
    }
    int integers = i - from;
    if (integers == 0 || integers > INTEGER_DIGITS_MAX || (integers > 1 && bytes[from] == '0')) {
      return UNUSUAL;
    }
    int fraction = 0;
    if (i < end && bytes[i] == '.') {
      int point = i++;
      while (i < end && digit(bytes[i])) {
        unscaled = 10 * unscaled + bytes[i++] - '0';
      }
      fraction = i - point - 1;
      if (fraction == 0 || fraction > DECIMALS_MAX || integers + fraction > DIGITS_MAX) {
        return UNUSUAL;
      }
    }
    if (i < end && (bytes[i] == 'e' || bytes[i] == 'E')) {
      return UNUSUAL;
    }
    number = negative ? -unscaled : unscaled;
    decimals = fraction;
    integerDigits = integers;
    return i;
  }

  private static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The index behind a value that is not needed. */
  private int skipValue(byte[] bytes, int at, int end) {
    if (at == end) {
      return UNUSUAL;
    }
    return switch (bytes[at]) {
      case '"' -> skipString(bytes, at, end);
      case 't' -> skipLiteral(bytes, "true", at, end);
      case 'f' -> skipLiteral(bytes, "false", at, end);
      case 'n' -> skipLiteral(bytes, "null", at, end);
      case 'N' -> skipLiteral(bytes, "NaN", at, end);
      case 'I' -> skipLiteral(bytes, "Infinity", at, end);
      default -> skipNumber(bytes, at, end);
    };
  }

  private static int skipLiteral(byte[] bytes, String literal, int at, int end) {
    return at + literal.length() <= end && is(bytes, literal, at) ? at + literal.length() : UNUSUAL;
  }

  private int skipString(byte[] bytes, int at, int end) {
    int i = nextSpecial(bytes, at + 1, end);
    while (i < end) {
      if (bytes[i] == '"') {
        return i + 1;
      }
      if (bytes[i] != '\\' || i + 1 == end) {
        return UNUSUAL;
      }
      int behind = skipEscape(bytes, i + 1, end);
      if (behind == UNUSUAL) {
        return UNUSUAL;
      }
      i = nextSpecial(bytes, behind, end);
    }
    return UNUSUAL;
  }

  private static int skipEscape(byte[] bytes, int at, int end) {
    return switch (bytes[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
      case 'u' -> skipHex(bytes, at + 1, end);
      default -> UNUSUAL;
    };
  }

  private static int skipHex(byte[] bytes, int at, int end) {
    if (at + 4 > end) {
      return UNUSUAL;
    }
    for (int i = at; i < at + 4; i++) {
      // Not Character.digit alone: it would also take digits of other scripts.
      if (bytes[i] < 0 || Character.digit(bytes[i], 16) < 0) {
        return UNUSUAL;
      }
    }
    return at + 4;
  }

  private static int skipNumber(byte[] bytes, int at, int end) {
    int i = at < end && bytes[at] == '-' ? at + 1 : at;
    int from = i;
    while (i < end && digit(bytes[i])) {
      i++;
    }
    if (i == from || (i - from > 1 && bytes[from] == '0')) {
      return UNUSUAL;
    }
    if (i < end && bytes[i] == '.') {
      int point = i++;
      while (i < end && digit(bytes[i])) {
        i++;
      }
      if (i == point + 1) {
        return UNUSUAL;
      }
    }
    boolean exponent = i < end && (bytes[i] == 'e' || bytes[i] == 'E');
    return exponent || i - at > SaleReader.NUMBER_CHARACTERS_MAX ? UNUSUAL : i;
  }
}
