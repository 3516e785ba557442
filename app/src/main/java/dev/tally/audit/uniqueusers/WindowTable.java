package dev.tally.audit.uniqueusers;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * The users and frames of all windows of one kind.
 *
 * <p>A row says that a window has a user: the minute of the window's start in the upper 32 bits,
 * which may be negative as a week may begin before 1970, and the number of the user in the lower.
 */
final class WindowTable {
  private static final int PRECISION = 16;

  private final WindowKind kind;

  /** Sorted, and each there once. */
  private final long[] rows;

  private final NavigableMap<Long, FrameCount> frames;

  private WindowTable(WindowKind kind, long[] rows, NavigableMap<Long, FrameCount> frames) {
    this.kind = kind;
    this.rows = rows;
    this.frames = frames;
  }

  /**
   * A table of these rows.
   *
   * @param rows in any order, each any number of times; they are sorted in place
   * @param frames by start of the window, in seconds
   */
  static WindowTable of(WindowKind kind, long[] rows, NavigableMap<Long, FrameCount> frames) {
    return new WindowTable(kind, distinct(rows), frames);
  }

  /** The row that says that the window that starts here has this user. */
  static long row(long startSeconds, int user) {
    return ((startSeconds / WindowKind.MINUTE_SECONDS) << Integer.SIZE) | user;
  }

  private static long start(long row) {
    return (row >> Integer.SIZE) * WindowKind.MINUTE_SECONDS;
  }

  private static int user(long row) {
    return (int) row;
  }

  /** Each of these once, in order; sorts the given ones in place. */
  static long[] distinct(long[] rows) {
    Arrays.sort(rows);
    int size = 0;
    for (int i = 0; i < rows.length; i++) {
      if (size == 0 || rows[i] != rows[size - 1]) {
        rows[size++] = rows[i];
      }
    }
    return Arrays.copyOf(rows, size);
  }

  /** The same by longer windows, each of which is made of whole ones of these. */
  WindowTable by(WindowKind longer) {
    long[] moved = new long[rows.length];
    long from = 0;
    long to = 0;
    for (int i = 0; i < rows.length; i++) {
      long start = start(rows[i]);
      if (i == 0 || start != from) {
        from = start;
        to = longer.start(start);
      }
      moved[i] = row(to, user(rows[i]));
    }
    TreeMap<Long, FrameCount> sums = new TreeMap<>();
    frames.forEach(
        (start, count) ->
            sums.computeIfAbsent(longer.start(start), s -> new FrameCount()).add(count));
    return of(longer, moved, sums);
  }

  /** Only the windows with these starts. */
  WindowTable only(LongPredicate starts) {
    TreeMap<Long, FrameCount> kept = new TreeMap<>(frames);
    kept.keySet().removeIf(start -> !starts.test(start));
    long[] some = Arrays.stream(rows).filter(row -> kept.containsKey(start(row))).toArray();
    return new WindowTable(kind, some, kept);
  }

  /**
   * What each window's result must say.
   *
   * @param hashes of the users, by number
   */
  Map<Window, Count> counts(long[] hashes) {
    Map<Long, Users> users = new HashMap<>();
    for (int from = 0; from < rows.length; ) {
      int to = from;
      while (to < rows.length && start(rows[to]) == start(rows[from])) {
        to++;
      }
      users.put(start(rows[from]), users(from, to, hashes));
      from = to;
    }
    Map<Window, Count> counts = new HashMap<>();
    frames.forEach(
        (start, count) ->
            counts.put(
                new Window(kind, start),
                new Count(count.counted, count.later, users.getOrDefault(start, Users.NONE))));
    return counts;
  }

  private Users users(int from, int to, long[] hashes) {
    if (to - from <= Users.EXACT_MAX) {
      return Users.exactly(to - from);
    }
    UltraLogLog sketch = UltraLogLog.create(PRECISION);
    for (int i = from; i < to; i++) {
      sketch.add(hashes[user(rows[i])]);
    }
    return Users.estimated(Math.round(sketch.getDistinctCountEstimate()));
  }
}
