package dev.tally.json;

/**
 * The names of an object's members as the last objects had them, each with the brace or comma
 * before it and the colon and blanks after it. Producers write the same names in the same order, so
 * instead of reading a name it is enough to compare two or three words. Confined to the thread of
 * its scanner.
 */
final class ExpectedNames {
  /** The name is not the expected one, or none is expected. */
  static final int OTHER = -1;

  private static final int MEMBERS_MAX = 16;
  // Words that may overlap. They begin after the brace or comma, which the caller has compared.
  private static final int FIRST_AT = 1;
  private static final int MIDDLE_AT = FIRST_AT + Long.BYTES;
  private static final int BYTES_MIN = MIDDLE_AT;
  private static final int BYTES_MAX = MIDDLE_AT + 2 * Long.BYTES;
  private static final int BYTES_WITHOUT_MIDDLE = MIDDLE_AT + Long.BYTES;

  /** What is expected of one member; overwritten when another name takes its place. */
  private static final class Name {
    private long firstWord;
    private long middleWord;
    private long lastWord;
    private int length; // zero if none is expected
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

  /** The field that was noted with the name of a member. */
  int field(int member) {
    return names[member].field;
  }

  /** Notes the name in [from, to), which is ASCII and has been read in full once. */
  void note(int member, byte[] bytes, int from, int to, int field) {
    int length = to - from;
    if (member >= MEMBERS_MAX || length < BYTES_MIN || length > BYTES_MAX) {
      return; // it is read in full each time
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
