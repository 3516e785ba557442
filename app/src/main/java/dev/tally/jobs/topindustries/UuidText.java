package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a UUID as RFC 9562 writes it: 8-4-4-4-12 hex digits, of either case. ({@link
 * UUID#fromString} also takes shorter groups.)
 */
final class UuidText {
  static final int CHARACTERS = 36;

  private static final int INVALID = -1;

  private UuidText() {}

  /** The UUID; null if the text is not one. */
  static @Nullable UUID parse(String text) {
    // What is not in this charset becomes a question mark, which is no digit.
    return parse(text.getBytes(ISO_8859_1), 0, text.length());
  }

  /** The UUID in [from, to); null if there is none. */
  static @Nullable UUID parse(byte[] bytes, int from, int to) {
    if (to - from != CHARACTERS
        || bytes[from + 8] != '-'
        || bytes[from + 13] != '-'
        || bytes[from + 18] != '-'
        || bytes[from + 23] != '-') {
      return null;
    }
    long a = hex(bytes, from, 8);
    long b = hex(bytes, from + 9, 4);
    long c = hex(bytes, from + 14, 4);
    long d = hex(bytes, from + 19, 4);
    long e = hex(bytes, from + 24, 12);
    return (a | b | c | d | e) < 0 ? null : new UUID(a << 32 | b << 16 | c, d << 48 | e);
  }

  private static long hex(byte[] bytes, int from, int digits) {
    long number = 0;
    for (int i = from; i < from + digits; i++) {
      // Character.digit alone would also take digits of other scripts.
      int digit = bytes[i] < 0 ? INVALID : Character.digit(bytes[i], 16);
      if (digit < 0) {
        return INVALID;
      }
      number = number << 4 | digit;
    }
    return number;
  }
}
