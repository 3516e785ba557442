package dev.tally.generate.frames;

/**
 * A frame without its uid and its ts, prepared once and used for many: the bytes before, between
 * and after the two.
 */
final class Body {
  private final byte[] head;
  private final byte[] middle;
  private final byte[] tail;
  private final boolean uidFirst;

  /**
   * The parts.
   *
   * @param head up to the first of the two; in front of a uid, its quote included
   * @param middle from there to the second one, with the quotes of a uid
   * @param tail the rest
   * @param uidFirst whether the uid stands before the ts
   */
  Body(byte[] head, byte[] middle, byte[] tail, boolean uidFirst) {
    this.head = head;
    this.middle = middle;
    this.tail = tail;
    this.uidFirst = uidFirst;
  }

  /**
   * The whole frame, a new array.
   *
   * @param uid as it stands between the quotes
   * @param ts with its quotes, if it has any
   */
  byte[] with(byte[] uid, byte[] ts) {
    byte[] first = uidFirst ? uid : ts;
    byte[] second = uidFirst ? ts : uid;
    byte[] frame =
        new byte[head.length + first.length + middle.length + second.length + tail.length];
    int at = put(head, frame, 0);
    at = put(first, frame, at);
    at = put(middle, frame, at);
    at = put(second, frame, at);
    put(tail, frame, at);
    return frame;
  }

  private static int put(byte[] part, byte[] frame, int at) {
    System.arraycopy(part, 0, frame, at, part.length);
    return at + part.length;
  }
}
