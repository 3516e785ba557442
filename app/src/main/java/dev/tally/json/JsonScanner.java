package dev.tally.json;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * Walks over the members of one JSON object in its bytes, and builds nothing. It understands
 * ordinary JSON only. Anything unusual (an escape in a string that is wanted, an exponent, a nested
 * value, an error) is left to the job's own reader, which is slower and has the last word. The two
 * must agree on every object that the scanner accepts.
 *
 * <p>Which names are wanted is said once; each object is then walked like this:
 *
 * <pre>
 *   int at = json.open(bytes, from, end);
 *   int member = 0;
 *   do {
 *     int value = json.name(member++, bytes, at, end);
 *     at = json.field() == PRICE ? json.decimal(bytes, value, end) : json.skip(bytes, value, end);
 *     at = JsonScanner.skipBlanks(bytes, at, end);
 *   } while (at < end && bytes[at] == ',');
 *   boolean whole = json.close(bytes, from, at, end);
 * </pre>
 *
 * <p>Objects whose members come in any order, or hold objects and arrays, are walked with {@link
 * #anyName} and {@link #skipAny} in place of {@link #name} and {@link #skip}.
 *
 * <p>Every method that reads something takes the index where it begins and the end of the bytes. It
 * returns the index after it, or {@link #UNUSUAL}, for which the caller checks each time. The bytes
 * are not kept in a field, because they lie in the memory of a whole fetch. Neither is the index:
 * it would be written and read back for every value, and this is the hottest code of a job.
 *
 * <p>One scanner serves one partition, whose producers' names it learns. It is confined to the
 * thread that owns the partition.
 */
public final class JsonScanner {
  /** What every method returns in place of an index when it finds something unusual. */
  public static final int UNUSUAL = -1;

  /** The {@link #field} of a name that is not wanted. */
  public static final int NOT_WANTED = 0;

  /** gson, with which jobs read what is unusual, refuses longer literals of numbers. */
  public static final int NUMBER_CHARACTERS_MAX = 1023;

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final int HEX_DIGITS = 4; // of an escaped character

  /** Levels of nesting that {@link #skipAny} walks: one bit each in a long. */
  private static final int LEVELS_MAX = Long.SIZE;

  // An unscaled number of this many digits fits a long, and no larger count always does.
  private static final int DIGITS_MAX = 18;

  private final byte[][] wanted;
  private final ExpectedNames names = new ExpectedNames();
  private boolean ascii;
  private int field;
  private long unscaled;
  private int decimals;
  private int integerDigits;

  /**
   * A scanner for an object of which some fields are wanted.
   *
   * @param names up to 31 of them, in ASCII; the first one has {@link #field} 1, the second 2, the
   *     third 4, and so on, so that a set of fields is an int
   */
  public JsonScanner(String... names) {
    wanted = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      wanted[i] = names[i].getBytes(US_ASCII);
    }
  }

  /** Begins an object in [from, end): the index of its brace. */
  public int open(byte[] bytes, int from, int end) {
    ascii = true;
    int at = skipBlanks(bytes, from, end);
    return at < end && bytes[at] == '{' ? at : UNUSUAL;
  }

  /**
   * Whether the object ends at `at`, nothing but blanks follows it, and all of [from, end) is
   * UTF-8.
   */
  public boolean close(byte[] bytes, int from, int at, int end) {
    return at < end
        && bytes[at] == '}'
        && skipBlanks(bytes, at + 1, end) == end
        && (ascii || Utf8.valid(bytes, from, end));
  }

  /**
   * Reads a member's name, after which {@link #field} tells which one it is.
   *
   * @param member how many members of the object come before it
   * @param at index of the brace or comma before it
   * @return index of its value
   */
  public int name(int member, byte[] bytes, int at, int end) {
    int value = names.after(member, bytes, at, end);
    if (value != ExpectedNames.OTHER) {
      field = names.field(member);
      return value;
    }
    return otherName(member, bytes, at, end);
  }

  private int otherName(int member, byte[] bytes, int at, int end) {
    int quote = skipBlanks(bytes, at + 1, end);
    int afterName = plainString(bytes, quote, end);
    if (afterName == UNUSUAL) {
      return UNUSUAL;
    }
    field = fieldOf(bytes, quote + 1, afterName - 1);
    int value = afterColon(bytes, afterName, end);
    if (value != UNUSUAL && ascii) { // otherwise it has yet to prove valid
      names.note(member, bytes, at, value, field);
    }
    return value;
  }

  /** Index of the value after a name that ends here. */
  private static int afterColon(byte[] bytes, int at, int end) {
    int colon = skipBlanks(bytes, at, end);
    return colon < end && bytes[colon] == ':' ? skipBlanks(bytes, colon + 1, end) : UNUSUAL;
  }

  /**
   * Reads a member's name, as {@link #name} does, where no order can be expected: it neither looks
   * names up nor learns them. It also takes names with escapes.
   *
   * @param at index of the brace or comma before it
   * @return index of its value
   */
  public int anyName(byte[] bytes, int at, int end) {
    int quote = skipBlanks(bytes, at + 1, end);
    int afterName = plainString(bytes, quote, end);
    if (afterName == UNUSUAL) {
      afterName = escapedName(bytes, quote, end);
      return afterName == UNUSUAL ? UNUSUAL : afterColon(bytes, afterName, end);
    }
    field = fieldOf(bytes, quote + 1, afterName - 1);
    return afterColon(bytes, afterName, end);
  }

  /**
   * A name with escapes. Escaped surrogates are left to the reader: of a name it wants pairs, and
   * here they are not counted.
   */
  private int escapedName(byte[] bytes, int at, int end) {
    int after = at < end && bytes[at] == '"' ? skipString(bytes, at, end) : UNUSUAL;
    for (int i = at; i < after; i++) {
      if (bytes[i] == '\\' && bytes[i + 1] == 'u' && (bytes[i + 2] | 0x20) == 'd') {
        return UNUSUAL; // or a character from U+D000 on, which is rare enough
      }
    }
    field = NOT_WANTED;
    for (int i = 0; i < wanted.length && after != UNUSUAL; i++) {
      if (saysWithEscapes(wanted[i], bytes, at + 1, after - 1)) {
        field = 1 << i;
      }
    }
    return after;
  }

  /** Whether what a string holds in [from, to), whose escapes are valid, is this name. */
  private static boolean saysWithEscapes(byte[] name, byte[] bytes, int from, int to) {
    int at = from;
    for (byte character : name) {
      if (at == to) {
        return false;
      }
      boolean escape = bytes[at] == '\\';
      if (character != (escape ? unescaped(bytes, at + 1) : bytes[at])) {
        return false;
      }
      at += !escape ? 1 : bytes[at + 1] == 'u' ? 2 + HEX_DIGITS : 2;
    }
    return at == to;
  }

  /** The character of an escape, from the one after the backslash on. */
  private static int unescaped(byte[] bytes, int at) {
    return switch (bytes[at]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int character = 0;
        for (int i = at + 1; i <= at + HEX_DIGITS; i++) {
          character = character << 4 | Character.digit(bytes[i], 16);
        }
        yield character;
      }
      default -> bytes[at]; // a quote, a backslash or a slash
    };
  }

  private int fieldOf(byte[] bytes, int from, int to) {
    for (int i = 0; i < wanted.length; i++) {
      byte[] name = wanted[i];
      if (name.length == to - from && Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return 1 << i;
      }
    }
    return NOT_WANTED;
  }

  /** The field that {@link #name} has read the name of, or {@link #NOT_WANTED}. */
  public int field() {
    return field;
  }

  /** Index of the first byte from `at` on that is not a blank, or the end. */
  public static int skipBlanks(byte[] bytes, int at, int end) {
    while (at < end) {
      byte b = bytes[at];
      if (b > ' ' || b < 0 || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
        return at;
      }
      at++;
    }
    return at;
  }

  /** A string without escapes: what it holds is between its quotes. */
  public int plainString(byte[] bytes, int at, int end) {
    if (at >= end || bytes[at] != '"') {
      return UNUSUAL;
    }
    int close = nextSpecial(bytes, at + 1, end);
    return close < end && bytes[close] == '"' ? close + 1 : UNUSUAL;
  }

  /** Index of the next quote, backslash or control character, or the end. */
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

  /** A number without exponent, of at most 18 digits: {@link #unscaled} x 10^-{@link #decimals}. */
  public int decimal(byte[] bytes, int at, int end) {
    boolean negative = at < end && bytes[at] == '-';
    int from = negative ? at + 1 : at;
    int i = from;
    long number = 0;
    while (i < end && digit(bytes[i])) {
      number = 10 * number + bytes[i++] - '0';
    }
    int integers = i - from;
    if (integers == 0 || (integers > 1 && bytes[from] == '0')) {
      return UNUSUAL;
    }
    int fraction = 0;
    if (i < end && bytes[i] == '.') {
      int point = i++;
      while (i < end && digit(bytes[i])) {
        number = 10 * number + bytes[i++] - '0';
      }
      fraction = i - point - 1;
      if (fraction == 0) {
        return UNUSUAL;
      }
    }
    if (integers + fraction > DIGITS_MAX || (i < end && (bytes[i] == 'e' || bytes[i] == 'E'))) {
      return UNUSUAL;
    }
    unscaled = negative ? -number : number;
    decimals = fraction;
    integerDigits = integers;
    return i;
  }

  private static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The digits of the last {@link #decimal} without their point, and its sign. */
  public long unscaled() {
    return unscaled;
  }

  /** How many digits of the last {@link #decimal} stand after the point. */
  public int decimals() {
    return decimals;
  }

  /** How many digits of the last {@link #decimal} stand before the point, one at least. */
  public int integerDigits() {
    return integerDigits;
  }

  /**
   * A value that is not wanted: a string, a number without exponent, or a literal. NaN and
   * Infinity, which Python writes, are literals.
   */
  public int skip(byte[] bytes, int at, int end) {
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
    if (at + literal.length() > end) {
      return UNUSUAL;
    }
    for (int i = 0; i < literal.length(); i++) {
      if (bytes[at + i] != literal.charAt(i)) {
        return UNUSUAL;
      }
    }
    return at + literal.length();
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
      int next = skipEscape(bytes, i + 1, end);
      if (next == UNUSUAL) {
        return UNUSUAL;
      }
      i = nextSpecial(bytes, next, end);
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
    if (at + HEX_DIGITS > end) {
      return UNUSUAL;
    }
    for (int i = at; i < at + HEX_DIGITS; i++) {
      // Character.digit alone would also take digits of other scripts.
      if (bytes[i] < 0 || Character.digit(bytes[i], 16) < 0) {
        return UNUSUAL;
      }
    }
    return at + HEX_DIGITS;
  }

  /** A number without exponent, of no more characters than gson reads. */
  public static int skipNumber(byte[] bytes, int at, int end) {
    int i = skipDecimal(bytes, at, end);
    boolean exponent = i != UNUSUAL && i < end && (bytes[i] == 'e' || bytes[i] == 'E');
    return exponent || i - at > NUMBER_CHARACTERS_MAX ? UNUSUAL : i;
  }

  private static int skipDecimal(byte[] bytes, int at, int end) {
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
    return i;
  }

  /**
   * Any value that is not wanted, objects and arrays with all that they hold included, up to 64
   * levels of them. NaN and Infinity, which are not JSON, are unusual here.
   */
  public int skipAny(byte[] bytes, int at, int end) {
    long objects = 0; // a bit for each level that is open, the innermost lowest: set for an object
    int levels = 0;
    int i = at;
    do {
      if (i < end && (bytes[i] == '{' || bytes[i] == '[')) {
        if (levels++ == LEVELS_MAX) {
          return UNUSUAL;
        }
        boolean object = bytes[i] == '{';
        objects = (objects << 1) | (object ? 1 : 0);
        int first = skipBlanks(bytes, i + 1, end);
        if (first < end && bytes[first] != closing(objects)) {
          i = object ? nestedName(bytes, first, end) : first;
          continue;
        }
        i = first;
      } else {
        i = skipScalar(bytes, i, end);
      }
      // A value ends here, and with it all that close here.
      while (i != UNUSUAL && levels > 0) {
        i = skipBlanks(bytes, i, end);
        if (i == end) {
          return UNUSUAL;
        }
        if (bytes[i] == ',') {
          int next = skipBlanks(bytes, i + 1, end);
          i = (objects & 1) != 0 ? nestedName(bytes, next, end) : next;
          break;
        }
        if (bytes[i] != closing(objects)) {
          return UNUSUAL;
        }
        i++;
        objects >>>= 1;
        levels--;
      }
    } while (i != UNUSUAL && levels > 0);
    return i;
  }

  /** What closes the innermost level. */
  private static byte closing(long objects) {
    return (byte) ((objects & 1) != 0 ? '}' : ']');
  }

  /** A name in an object that is not wanted: index of its value. */
  private int nestedName(byte[] bytes, int at, int end) {
    int after = at < end && bytes[at] == '"' ? skipString(bytes, at, end) : UNUSUAL;
    return after == UNUSUAL ? UNUSUAL : afterColon(bytes, after, end);
  }

  private int skipScalar(byte[] bytes, int at, int end) {
    if (at == end) {
      return UNUSUAL;
    }
    return switch (bytes[at]) {
      case '"' -> skipString(bytes, at, end);
      case 't' -> skipLiteral(bytes, "true", at, end);
      case 'f' -> skipLiteral(bytes, "false", at, end);
      case 'n' -> skipLiteral(bytes, "null", at, end);
      default -> skipNumberWithExponent(bytes, at, end);
    };
  }

  private static int skipNumberWithExponent(byte[] bytes, int at, int end) {
    int i = skipDecimal(bytes, at, end);
    if (i != UNUSUAL && i < end && (bytes[i] == 'e' || bytes[i] == 'E')) {
      i++;
      if (i < end && (bytes[i] == '+' || bytes[i] == '-')) {
        i++;
      }
      int digits = i;
      while (i < end && digit(bytes[i])) {
        i++;
      }
      if (i == digits) {
        return UNUSUAL;
      }
    }
    return i - at > NUMBER_CHARACTERS_MAX ? UNUSUAL : i;
  }
}
