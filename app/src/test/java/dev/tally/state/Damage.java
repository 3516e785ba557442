package dev.tally.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What disks, operators and other programs do to one file. */
public record Damage(String name, UnaryOperator<byte[]> change) {
  private static final byte[] DELETED = {};

  /** Several damages of each kind, at random places of a file. */
  public static List<Damage> to(byte[] file, Random random) {
    List<Damage> all = new ArrayList<>();
    all.add(new Damage("deleted", bytes -> DELETED));
    all.add(new Damage("emptied", bytes -> new byte[0]));
    all.add(new Damage("overwritten", bytes -> "garbage".repeat(30).getBytes(US_ASCII)));
    if (file.length > 0) {
      all.add(new Damage("cut in half", bytes -> Arrays.copyOf(bytes, bytes.length / 2)));
      all.add(new Damage("last byte cut", bytes -> Arrays.copyOf(bytes, bytes.length - 1)));
      all.add(new Damage("zeroed", bytes -> new byte[bytes.length]));
      int length = random.nextInt(file.length);
      all.add(new Damage("cut to " + length, bytes -> Arrays.copyOf(bytes, length)));
    }
    for (int i = 0; i < 4 && file.length > 0; i++) {
      int at = random.nextInt(file.length);
      int bit = random.nextInt(8);
      all.add(new Damage("bit " + bit + " of byte " + at, bytes -> flipped(bytes, at, bit)));
    }
    return all;
  }

  public void inflict(Path file) throws IOException {
    byte[] damaged = change.apply(Files.readAllBytes(file));
    if (damaged == DELETED) {
      Files.delete(file);
    } else {
      Files.write(file, damaged);
    }
  }

  private static byte[] flipped(byte[] bytes, int at, int bit) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << bit);
    return flipped;
  }

  /** Deletes a folder, even while RocksDB itself deletes files in it. */
  public static void deleteTree(Path folder) throws IOException {
    while (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (DirectoryNotEmptyException | UncheckedIOException e) {
        // A file came or went meanwhile: try again.
      }
    }
  }

  /** Copies a folder, even while files come and go; the copy is then not of a single moment. */
  public static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to);
    } catch (NoSuchFileException e) {
      // It was deleted after it was listed.
    }
  }
}
