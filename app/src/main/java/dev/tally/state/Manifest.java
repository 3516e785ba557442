package dev.tally.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * How far RocksDB's list of its files has come. RocksDB takes one that is cut off, or an older copy
 * of it, for the whole: it then forgets a sorted file, replays newer log on older rows, and finds
 * no fault. So each save notes where the list stood, and a database that stands before that is
 * damaged.
 *
 * @param number of the file; a new one is begun at each opening
 * @param bytes of it; it only grows
 */
record Manifest(long number, long bytes) implements Comparable<Manifest> {
  private static final Manifest NONE = new Manifest(-1, 0);
  private static final String PREFIX = "MANIFEST-";

  /** The one in use; RocksDB itself complains of a database that has none. */
  static Manifest in(Path database) {
    try {
      String name = Files.readString(database.resolve("CURRENT")).strip();
      return name.matches(PREFIX + "\\d{1,18}")
          ? new Manifest(
              Long.parseLong(name.substring(PREFIX.length())), Files.size(database.resolve(name)))
          : NONE;
    } catch (IOException e) {
      return NONE;
    }
  }

  /**
   * Reads what {@link #toBytes} gave.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Manifest read(byte[] saved) {
    if (saved.length != 2 * Long.BYTES) {
      throw new IllegalArgumentException("a note of " + saved.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(saved);
    return new Manifest(in.getLong(), in.getLong());
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(number).putLong(bytes).array();
  }

  @Override
  public int compareTo(Manifest other) {
    return Comparator.comparingLong(Manifest::number)
        .thenComparingLong(Manifest::bytes)
        .compare(this, other);
  }
}
