package dev.tally.bench.streams;

import java.util.Arrays;

/** The rows of one key in order of time, and the sum of the window that ends at the newest. */
final class RowWindow {
  private static final int CAPACITY_MIN = 16;

  private long[] nanos = new long[CAPACITY_MIN];
  private long[] amounts = new long[CAPACITY_MIN];
  // Rows lie in [kept, end); those in [first, end) are in the newest's window.
  private int kept;
  private int first;
  private int end;
  private long sum;

  /** Adds a row after those of the same time; returns the sum of the window that ends at it. */
  long add(long time, long amount) {
    makeRoom();
    int at = end;
    while (at > kept && nanos[at - 1] > time) {
      at--;
    }
    System.arraycopy(nanos, at, nanos, at + 1, end - at);
    System.arraycopy(amounts, at, amounts, at + 1, end - at);
    nanos[at] = time;
    amounts[at] = amount;
    end++;
    if (at < first) {
      first++;
    } else {
      sum = Math.addExact(sum, amount);
    }
    while (nanos[first] < nanos[end - 1] - Rules.WINDOW_NANOS) {
      sum = Math.subtractExact(sum, amounts[first++]);
    }
    return at == end - 1 ? sum : sumAt(at);
  }

  /** Of the window that ends at a row which is not the newest: a walk over what lies between. */
  private long sumAt(int row) {
    long start = nanos[row] - Rules.WINDOW_NANOS;
    long result = sum;
    for (int i = Math.max(row + 1, first); i < end; i++) {
      result = Math.subtractExact(result, amounts[i]);
    }
    for (int i = Math.min(row, first - 1); i >= kept && nanos[i] >= start; i--) {
      result = Math.addExact(result, amounts[i]);
    }
    return result;
  }

  /** Forgets what is older; returns whether nothing is left. */
  boolean expire(long horizonNanos) {
    while (kept < end && nanos[kept] < horizonNanos) {
      if (kept == first) {
        sum = Math.subtractExact(sum, amounts[first++]);
      }
      kept++;
    }
    return kept == end;
  }

  private void makeRoom() {
    if (end < nanos.length) {
      return;
    }
    int rows = end - kept;
    int capacity = Math.max(CAPACITY_MIN, 2 * rows);
    nanos = Arrays.copyOf(Arrays.copyOfRange(nanos, kept, end), capacity);
    amounts = Arrays.copyOf(Arrays.copyOfRange(amounts, kept, end), capacity);
    first -= kept;
    kept = 0;
    end = rows;
  }
}
