package dev.tally.bench.flink;

import java.util.Arrays;

/**
 * The rows of one StockCode that answers may still need, ordered by event time and, among equal
 * times, by arrival, with the running sum of those in the window that ends at the newest.
 *
 * <pre>
 *   head .. kept for rows out of order .. | sumFrom .. in the sum .. | tail
 * </pre>
 *
 * A row in order costs O(1) amortised; one out of order costs the number of rows after it.
 */
final class Window {
  static final long LENGTH_NANOS = 600_000_000_000L;
  static final long OUT_OF_ORDER_NANOS = 60_000_000_000L;
  private static final int CAPACITY_MIN = 4;

  private long[] epochNanos;
  private long[] micros;
  private int head;
  private int sumFrom;
  private int tail;
  private long sumMicros;

  Window() {
    this(new long[CAPACITY_MIN], new long[CAPACITY_MIN], 0, 0, 0);
  }

  /** With rows at the beginning of arrays, those from sumFrom on being in the sum. */
  Window(long[] epochNanos, long[] micros, int sumFrom, int rows, long sumMicros) {
    this.epochNanos = epochNanos;
    this.micros = micros;
    this.sumFrom = sumFrom;
    this.tail = rows;
    this.sumMicros = sumMicros;
  }

  Window copy() {
    // Room for what comes, or the next row would copy it all again.
    int capacity = rows() + rows() / 8 + CAPACITY_MIN;
    return new Window(
        Arrays.copyOfRange(epochNanos, head, head + capacity),
        Arrays.copyOfRange(micros, head, head + capacity),
        sumFrom - head,
        rows(),
        sumMicros);
  }

  boolean isLate(long epoch) {
    return head < tail && epoch < newestNanos() - OUT_OF_ORDER_NANOS;
  }

  long newestNanos() {
    return epochNanos[tail - 1];
  }

  /** Takes a row that is not late; the sum of the rows that its closed window holds so far. */
  long add(long epoch, long amount) {
    makeRoom();
    if (head < tail && epoch < newestNanos()) {
      return addOutOfOrder(epoch, amount);
    }
    epochNanos[tail] = epoch;
    micros[tail++] = amount;
    sumMicros = Math.addExact(sumMicros, amount);
    while (epochNanos[sumFrom] < epoch - LENGTH_NANOS) {
      sumMicros = Math.subtractExact(sumMicros, micros[sumFrom++]);
    }
    while (epochNanos[head] < epoch - LENGTH_NANOS - OUT_OF_ORDER_NANOS) {
      head++;
    }
    return sumMicros;
  }

  private long addOutOfOrder(long epoch, long amount) {
    int at = tail;
    long sum = sumMicros;
    while (at > head && epochNanos[at - 1] > epoch) {
      at--;
      sum = at >= sumFrom ? Math.subtractExact(sum, micros[at]) : sum;
    }
    for (int i = Math.min(at, sumFrom) - 1;
        i >= head && epochNanos[i] >= epoch - LENGTH_NANOS;
        i--) {
      sum = Math.addExact(sum, micros[i]);
    }
    System.arraycopy(epochNanos, at, epochNanos, at + 1, tail - at);
    System.arraycopy(micros, at, micros, at + 1, tail - at);
    epochNanos[at] = epoch;
    micros[at] = amount;
    tail++;
    // Not later than a minute behind the newest row, it is in that one's window.
    sumMicros = Math.addExact(sumMicros, amount);
    return Math.addExact(sum, amount);
  }

  private void makeRoom() {
    if (tail < epochNanos.length) {
      return;
    }
    int rows = rows();
    // At least a quarter is free afterwards, so that moving the rows is paid for by as many adds.
    boolean grow = rows >= epochNanos.length - epochNanos.length / 4;
    long[] epochs = grow ? new long[rows + rows / 2 + 1] : epochNanos;
    long[] amounts = grow ? new long[epochs.length] : micros;
    System.arraycopy(epochNanos, head, epochs, 0, rows);
    System.arraycopy(micros, head, amounts, 0, rows);
    epochNanos = epochs;
    micros = amounts;
    sumFrom -= head;
    head = 0;
    tail = rows;
  }

  int rows() {
    return tail - head;
  }

  /** How many of the rows are too old for the sum. */
  int rowsBeforeSum() {
    return sumFrom - head;
  }

  long sumMicros() {
    return sumMicros;
  }

  long epochNanos(int row) {
    return epochNanos[head + row];
  }

  long micros(int row) {
    return micros[head + row];
  }
}
