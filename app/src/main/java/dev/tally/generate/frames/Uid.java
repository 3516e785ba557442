package dev.tally.generate.frames;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The uids of users, by number, the same with every seed: 16 hexadecimal digits, which a prefix
 * precedes for 3 in 64 users. A prefix can be written in two ways in JSON, with and without
 * escapes, so that whoever compares uids by the bytes of the frame counts such a user twice.
 */
final class Uid {
  private static final int PREFIXED_ONE_IN = 64;

  // Texts, each as it is, written plainly in JSON, and written with escapes.
  private static final byte[][][] PREFIXES = {
    prefix("гость-", "гость-", "\\u0433\\u043e\\u0441\\u0442\\u044c-"),
    prefix("eu/", "eu/", "eu\\/"),
    prefix("app\"2\"", "app\\\"2\\\"", "\\u0061pp\\u00222\\u0022"),
  };
  private static final byte[][] NO_PREFIX = prefix("", "", "");

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(UTF_8);
  private static final int DIGITS_COUNT = 16;

  /** Odd, so that multiplication is a bijection of 64-bit numbers and no two users share a uid. */
  private static final long SPREAD = 0xd1342543de82ef95L;

  private Uid() {}

  private static byte[][] prefix(String text, String plain, String escaped) {
    return new byte[][] {text.getBytes(UTF_8), plain.getBytes(UTF_8), escaped.getBytes(UTF_8)};
  }

  /** The uid itself in UTF-8. */
  static byte[] text(long user) {
    return afterPrefix(prefixOf(user)[0], user);
  }

  /** The uid as it stands in JSON between the quotes. */
  static byte[] json(long user, boolean escaped) {
    return afterPrefix(prefixOf(user)[escaped ? 2 : 1], user);
  }

  private static byte[][] prefixOf(long user) {
    int remainder = (int) (user % PREFIXED_ONE_IN);
    return remainder < PREFIXES.length ? PREFIXES[remainder] : NO_PREFIX;
  }

  private static byte[] afterPrefix(byte[] prefix, long user) {
    byte[] uid = new byte[prefix.length + DIGITS_COUNT];
    System.arraycopy(prefix, 0, uid, 0, prefix.length);
    long bits = (user + 1) * SPREAD;
    for (int at = uid.length - 1; at >= prefix.length; at--) {
      uid[at] = DIGITS[(int) bits & 0xf];
      bits >>>= 4;
    }
    return uid;
  }
}
