package dev.tally.rollingsum;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one StockCode that later answers may need, ordered by event time and, among equal
 * times, by arrival, with the running sum of those in the window that ends at the newest one.
 *
 * <pre>
 *   rows  | dropped | head .. kept for late rows .. | sumFrom .. in the sum .. | tail
 * </pre>
 *
 * A row in order costs O(1) amortised; a row out of order costs the number of rows it is displaced
 * by.
 */
final class Window {
  /** Nothing has changed since the last save. */
  static final long SAVED = Long.MAX_VALUE;

  // A window object, its code, its sum and its slots in the table; measured with 1 million keys.
  private static final int FIXED_BYTES = 220;
  private static final int ROW_BYTES = 2 * Long.BYTES;
  private static final int CAPACITY_MIN = 4;

  private final Code code;
  private final byte[] key;
  private final Sum sum = new Sum();
  // Of row i the event time at 2i and the amount in millionths at 2i + 1: an answer touches the
  // newest row and the one that leaves the sum, and each is one cache line.
  private long[] rows = new long[2 * CAPACITY_MIN];
  // Amounts that are no whole millionths within a long; null as long as there has been none.
  private @Nullable BigDecimal @Nullable [] wide;
  private int head;
  private int sumFrom;
  private int tail;
  private long unsavedFromNanos = SAVED;

  Window(Code code) {
    this.code = code;
    this.key = code.bytes();
  }

  Code code() {
    return code;
  }

  /** StockCode as the key of an answer. */
  byte[] key() {
    return key;
  }

  /** Whether the next row needs room to be made for it. */
  boolean full() {
    return tail == capacity();
  }

  /**
   * Room for one more row: by forgetting rows before the horizon, or else by growing.
   *
   * @param horizonNanos rows before it are needed by no answer from now on
   */
  void makeRoomFor(Sale sale, long horizonNanos) {
    if (sale.wide() != null && wide == null) {
      wide = new BigDecimal[capacity()];
    }
    if (!full()) {
      return;
    }
    while (head < sumFrom && epochNanos(head) < horizonNanos) {
      head++;
    }
    int kept = tail - head;
    // At least a quarter is free afterwards, so that moving the rows is paid for by as many adds.
    boolean grow = kept > capacity() - capacity() / 4;
    resize(grow ? kept + kept / 2 + 1 : capacity());
  }

  /**
   * Takes a row and leaves in `answer` the sum of the rows in the closed interval [epoch - length,
   * epoch] that came before it, and its own amount. There must be room for it.
   */
  void add(Sale sale, long lengthNanos, Sum answer) {
    long epoch = sale.epochNanos();
    if (head == tail || epoch >= newestNanos()) {
      insert(tail, sale);
      sum.add(sale.micros(), sale.wide());
      shrinkSum(epoch - lengthNanos);
      answer.set(sum);
    } else {
      addDisplaced(sale, lengthNanos, answer);
    }
    unsavedFromNanos = Math.min(unsavedFromNanos, epoch);
  }

  private void addDisplaced(Sale sale, long lengthNanos, Sum answer) {
    long epoch = sale.epochNanos();
    int at = tail;
    answer.set(sum);
    while (at > head && epochNanos(at - 1) > epoch) {
      at--;
      if (at >= sumFrom) {
        answer.subtract(micros(at), wide(at));
      }
    }
    long from = epoch - lengthNanos;
    for (int i = Math.min(at, sumFrom) - 1; i >= head && epochNanos(i) >= from; i--) {
      answer.add(micros(i), wide(i));
    }
    answer.add(sale.micros(), sale.wide());

    boolean inSum = epoch >= newestNanos() - lengthNanos;
    insert(at, sale);
    if (inSum) {
      sum.add(sale.micros(), sale.wide());
    } else {
      sumFrom++;
    }
  }

  private void shrinkSum(long fromNanos) {
    while (epochNanos(sumFrom) < fromNanos) {
      sum.subtract(micros(sumFrom), wide(sumFrom));
      sumFrom++;
    }
  }

  private void insert(int at, Sale sale) {
    if (at < tail) {
      System.arraycopy(rows, 2 * at, rows, 2 * at + 2, 2 * (tail - at));
    }
    if (wide != null) {
      System.arraycopy(wide, at, wide, at + 1, tail - at);
    }
    set(at, sale.epochNanos(), sale.micros(), sale.wide());
    tail++;
  }

  private void set(int row, long epoch, long amountMicros, @Nullable BigDecimal wideAmount) {
    rows[2 * row] = epoch;
    rows[2 * row + 1] = amountMicros;
    if (wide != null) {
      wide[row] = wideAmount;
    }
  }

  private int capacity() {
    return rows.length / 2;
  }

  private void resize(int capacity) {
    int kept = tail - head;
    long[] resized = capacity == capacity() ? rows : new long[2 * capacity];
    System.arraycopy(rows, 2 * head, resized, 0, 2 * kept);
    if (wide != null) {
      wide = Arrays.copyOf(Arrays.copyOfRange(wide, head, tail), capacity);
    }
    rows = resized;
    sumFrom -= head;
    head = 0;
    tail = kept;
  }

  /** Appends a row read back from disk; rows come in the order they were kept in. */
  void restore(long epoch, long amountMicros, @Nullable BigDecimal wideAmount, long lengthNanos) {
    if (full()) {
      resize(tail + tail / 2 + 1);
    }
    if (wideAmount != null && wide == null) {
      wide = new BigDecimal[capacity()];
    }
    set(tail, epoch, amountMicros, wideAmount);
    tail++;
    sum.add(amountMicros, wideAmount);
    shrinkSum(epoch - lengthNanos);
  }

  /** Event time of the newest row. */
  long newestNanos() {
    return epochNanos(tail - 1);
  }

  /** The lowest event time that changed since the last save, or {@link #SAVED}. */
  long unsavedFromNanos() {
    return unsavedFromNanos;
  }

  void markSaved() {
    unsavedFromNanos = SAVED;
  }

  /** Index of the first row with an event time of at least this. */
  int firstFrom(long nanos) {
    int low = head;
    int high = tail;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (epochNanos(middle) < nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Indexes of rows run from {@link #firstFrom} to here. */
  int end() {
    return tail;
  }

  long epochNanos(int index) {
    return rows[2 * index];
  }

  long micros(int index) {
    return rows[2 * index + 1];
  }

  @Nullable BigDecimal wide(int index) {
    return wide == null ? null : wide[index];
  }

  long memoryBytes() {
    // A BigDecimal of this size with its BigInteger and its reference takes some 150 bytes.
    return FIXED_BYTES
        + code.length()
        + (long) capacity() * (wide == null ? ROW_BYTES : ROW_BYTES + 150);
  }

  RollingSum.SavedWindow describe() {
    return new RollingSum.SavedWindow(
        code.toString(),
        tail - sumFrom,
        BigDecimal.valueOf(newestNanos(), 9).stripTrailingZeros(),
        sum.exact().stripTrailingZeros());
  }
}
