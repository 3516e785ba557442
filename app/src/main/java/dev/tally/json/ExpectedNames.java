package dev.tally.json;

/**
 * The names of an object's members as the last rows had them, each with the brace or comma before
 * it and the colon and blanks after it. Producers write the same names in the same order, so that
 * two words are compared, or three, where a name would have to be read.
 */
final class ExpectedNames {
  /** No name is known here, or another one stands there. */
  static final int OTHER = -1;

  private static final int MEMBERS_MAX = 16;
  // Words that may overlap, after the brace or comma, which need not be compared again.
  private static final int FIRST_AT = 1;
  private static final int MIDDLE_AT = FIRST_AT + Long.BYTES;
  private static final int BYTES_MIN = MIDDLE_AT;
  private static final int BYTES_MAX = MIDDLE_AT + 2 * Long.BYTES;
  private static final int BYTES_WITHOUT_MIDDLE = MIDDLE_AT + Long.BYTES;

  /** Overwritten where another name comes to stand. */
  private static final class Name {
    private long firstWord;
    private long middleWord;
    private long lastWord;
    private int length; // zero if none is known
    private int field;
  }

  private final Name[] names = new Name[MEMBERS_MAX];

  ExpectedNames() {
    for (int member = 0; member < MEMBERS_MAX; member++) {
      names[member] = new Name();
    }
  }

  /** Index after the member's name if it stands here, else {@link #OTHER}. */
  int after(int member, byte[] bytes, int at, int end) {
    if (member >= MEMBERS_MAX || at + BYTES_MAX > end) {
      return OTHER;
    }
    Name name = names[member];
    if (name.length == 0) {
      return OTHER;
    }
    int after = at + name.length;
    long differences =
        (LittleEndian.get(bytes, at + FIRST_AT) ^ name.firstWord)
            | (LittleEndian.get(bytes, after - Long.BYTES) ^ name.lastWord);
    if (name.length > BYTES_WITHOUT_MIDDLE) {
      differences |= LittleEndian.get(bytes, at + MIDDLE_AT) ^ name.middleWord;
    }
    return differences == 0 ? after : OTHER;
  }

  /** What was noted with the member's name. */
  int field(int member) {
    return names[member].field;
  }

  /** Notes what stands in [from, to): a name in ASCII that was found to be one. */
  void note(int member, byte[] bytes, int from, int to, int field) {
    int length = to - from;
    if (member >= MEMBERS_MAX || length < BYTES_MIN || length > BYTES_MAX) {
      return; // it is read each time
    }
    Name name = names[member];
    name.firstWord = LittleEndian.get(bytes, from + FIRST_AT);
    name.lastWord = LittleEndian.get(bytes, to - Long.BYTES);
    if (length > BYTES_WITHOUT_MIDDLE) {
      name.middleWord = LittleEndian.get(bytes, from + MIDDLE_AT);
    }
    name.length = length;
    name.field = field;
  }
}
