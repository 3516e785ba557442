package dev.tally.rollingsum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The names of an object's members as the last rows had them, each with the brace or comma before
 * it and the colon and blanks behind it. Producers write the same names in the same order, so that
 * three words are compared where a name would have to be read.
 */
final class Names {
  /** No name is known here, or another one stands there. */
  static final int OTHER = -1;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MEMBERS_MAX = 16;
  private static final int WORDS = 3;
  private static final int BYTES_MAX = WORDS * Long.BYTES;

  // Of each member its words, behind its end all zero, and masks of the bytes that count.
  private final long[] words = new long[MEMBERS_MAX * WORDS];
  private final long[] masks = new long[MEMBERS_MAX * WORDS];
  private final int[] lengths = new int[MEMBERS_MAX];
  private final int[] fields = new int[MEMBERS_MAX];

  /** Index behind the member's name if it stands here, else {@link #OTHER}. */
  int behind(int member, byte[] bytes, int at, int end) {
    if (member >= MEMBERS_MAX || lengths[member] == 0 || at + BYTES_MAX > end) {
      return OTHER;
    }
    int first = member * WORDS;
    long differences =
        (((long) WORD.get(bytes, at) ^ words[first]) & masks[first])
            | (((long) WORD.get(bytes, at + 8) ^ words[first + 1]) & masks[first + 1])
            | (((long) WORD.get(bytes, at + 16) ^ words[first + 2]) & masks[first + 2]);
    return differences == 0 ? at + lengths[member] : OTHER;
  }

  /** What was noted with the member's name. */
  int field(int member) {
    return fields[member];
  }

  /** Notes what stands in [from, to): a name in ASCII that was found to be one. */
  void note(int member, byte[] bytes, int from, int to, int field) {
    if (member >= MEMBERS_MAX || to - from > BYTES_MAX) {
      return;
    }
    for (int word = 0; word < WORDS; word++) {
      long value = 0;
      long mask = 0;
      for (int i = 0; i < Long.BYTES && from + word * Long.BYTES + i < to; i++) {
        value |= (bytes[from + word * Long.BYTES + i] & 0xffL) << (Byte.SIZE * i);
        mask |= 0xffL << (Byte.SIZE * i);
      }
      words[member * WORDS + word] = value;
      masks[member * WORDS + word] = mask;
    }
    lengths[member] = to - from;
    fields[member] = field;
  }
}
