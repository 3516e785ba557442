package dev.tally.demo;

import java.nio.charset.Charset;

/**
 * The characters that bars are drawn with.
 *
 * @param full a column of a closed window
 * @param open a column of an open one
 */
record Ink(char full, char open) {
  private static final Ink BLOCKS = new Ink('\u2588', '\u2591');
  private static final Ink ASCII = new Ink('#', '-');

  /** Blocks, where standard output can show them. */
  static Ink ofStandardOutput() {
    // Java 17 writes in the default charset; later ones name that of standard output.
    String charset = System.getProperty("stdout.encoding", Charset.defaultCharset().name());
    return of(charset);
  }

  static Ink of(String charset) {
    boolean blocks =
        Charset.isSupported(charset)
            && Charset.forName(charset).newEncoder().canEncode(BLOCKS.full());
    return blocks ? BLOCKS : ASCII;
  }

  /** A bar for this share, 0 to 1, of so many columns; what is above 0 shows. */
  String bar(double share, int columns, boolean closed) {
    int length = share > 0 ? Math.max(1, (int) Math.round(share * columns)) : 0;
    return String.valueOf(closed ? full : open).repeat(Math.max(0, Math.min(length, columns)));
  }
}
