package dev.tally.audit.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Collects which user was seen in which minute, with uids as text. */
final class Sightings {
  private static final Hasher64 HASHER = Hashing.xxh3_64();
  private static final int FIRST_CAPACITY = 1 << 12;

  private final Map<String, Integer> numbers = new HashMap<>();
  private long[] hashes = new long[FIRST_CAPACITY];

  /** A window table's rows that are not yet sorted, and may be there several times. */
  private long[] rows = new long[FIRST_CAPACITY];

  private int size;

  private final TreeMap<Long, FrameCount> frames = new TreeMap<>();

  /** Takes a frame that counts. */
  void add(FrameText frame) {
    long minute = WindowKind.MINUTE.start(frame.seconds());
    frames.computeIfAbsent(minute, start -> new FrameCount()).counted++;
    if (size == rows.length) {
      makeRoom();
    }
    rows[size++] = WindowTable.row(minute, number(frame.uid()));
  }

  /** Takes a frame that counts, but that the results may lack. */
  void addLater(FrameText frame) {
    long minute = WindowKind.MINUTE.start(frame.seconds());
    frames.computeIfAbsent(minute, start -> new FrameCount()).later++;
  }

  /** What was seen, by minutes. */
  WindowTable minutes() {
    return WindowTable.of(WindowKind.MINUTE, Arrays.copyOf(rows, size), frames);
  }

  /** The hash of each user, by number. */
  long[] hashes() {
    return Arrays.copyOf(hashes, numbers.size());
  }

  /**
   * How many uids share their hash with an earlier one. The job takes them for one user; it may,
   * but here it would show as a difference.
   */
  long collisions() {
    long[] sorted = hashes();
    Arrays.sort(sorted);
    long collisions = 0;
    for (int i = 1; i < sorted.length; i++) {
      collisions += sorted[i] == sorted[i - 1] ? 1 : 0;
    }
    return collisions;
  }

  private int number(String uid) {
    Integer known = numbers.putIfAbsent(uid, numbers.size());
    if (known != null) {
      return known;
    }
    int number = numbers.size() - 1;
    if (number == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * hashes.length);
    }
    hashes[number] = HASHER.hashBytesToLong(uid.getBytes(UTF_8));
    return number;
  }

  /** Drops what is there several times; more room only if that does not help much. */
  private void makeRoom() {
    long[] distinct = WindowTable.distinct(rows);
    size = distinct.length;
    rows = Arrays.copyOf(distinct, size > rows.length / 2 ? 2 * rows.length : rows.length);
  }
}
