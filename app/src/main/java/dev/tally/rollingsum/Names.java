package dev.tally.rollingsum;

import org.jspecify.annotations.Nullable;

/**
 * The names of an object's members as the last rows had them, each with the brace or comma before
 * it and the colon and blanks behind it. Producers write the same names in the same order, so that
 * two words are compared where a name would have to be read.
 */
final class Names {
  /** No name is known here, or another one stands there. */
  static final int OTHER = -1;

  private static final int MEMBERS_MAX = 16;
  // Two words that may overlap, behind the brace or comma, which need not be compared again.
  private static final int BYTES_MIN = 1 + Long.BYTES;
  private static final int BYTES_MAX = 1 + 2 * Long.BYTES;

  private record Name(long firstWord, long lastWord, int length, int field) {}

  private final @Nullable Name[] names = new Name[MEMBERS_MAX];
  private int field;

  /** Index behind the member's name if it stands here, else {@link #OTHER}. */
  int behind(int member, byte[] bytes, int at, int end) {
    Name name = member < MEMBERS_MAX ? names[member] : null;
    if (name == null || at + BYTES_MAX > end) {
      return OTHER;
    }
    int behind = at + name.length;
    long differences =
        (LittleEndian.get(bytes, at + 1) ^ name.firstWord)
            | (LittleEndian.get(bytes, behind - Long.BYTES) ^ name.lastWord);
    if (differences != 0) {
      return OTHER;
    }
    field = name.field;
    return behind;
  }

  /** What was noted with the name that was found last. */
  int field() {
    return field;
  }

  /** Notes what stands in [from, to): a name in ASCII that was found to be one. */
  void note(int member, byte[] bytes, int from, int to, int field) {
    int length = to - from;
    if (member < MEMBERS_MAX && length >= BYTES_MIN && length <= BYTES_MAX) {
      names[member] =
          new Name(
              LittleEndian.get(bytes, from + 1),
              LittleEndian.get(bytes, to - Long.BYTES),
              length,
              field);
    }
  }
}
