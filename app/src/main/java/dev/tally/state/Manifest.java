package dev.tally.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * The state of RocksDB's MANIFEST, its list of files, at a save, noted so that an older or shorter
 * one is recognised. RocksDB itself takes a MANIFEST that is cut off, or an older copy, for the
 * whole list: it forgets a sorted file, replays a newer log onto older rows, and reports nothing.
 * So each save notes the MANIFEST, and a database whose MANIFEST is older than the note is damaged.
 *
 * @param number number of the file; each opening begins a new one
 * @param bytes length of the file, which only grows
 */
record Manifest(long number, long bytes) implements Comparable<Manifest> {
  private static final Manifest NONE = new Manifest(-1, 0);
  private static final String PREFIX = "MANIFEST-";

  /** The MANIFEST in use; a database without one is refused by RocksDB itself. */
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
   * Reads what {@link #toBytes} returned.
   *
   * @throws IllegalArgumentException if these are other bytes
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
