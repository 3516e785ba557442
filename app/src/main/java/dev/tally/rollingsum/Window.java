package dev.tally.rollingsum;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one StockCode that later answers may need, ordered by event time and, among equal
 * times, by arrival, with the running sum of those in the window that ends at the newest one.
 *
 * <pre>
 *   epochNanos  | dropped | head .. kept for late rows .. | sumFrom .. in the sum .. | tail
 * </pre>
 *
 * A row in order costs O(1) amortised; a row out of order costs the number of rows it is displaced
 * by.
 */
final class Window {
  /** Nothing has changed since the last save. */
  static final long SAVED = Long.MAX_VALUE;

  // A window object, its code, its map entry and its sum; measured with 1 million keys.
  private static final int FIXED_BYTES = 280;
  private static final int ROW_BYTES = 2 * Long.BYTES;
  private static final int CAPACITY_MIN = 4;

  private final Code code;
  private final Sum sum = new Sum();
  private long[] epochNanos = new long[CAPACITY_MIN];
  private long[] micros = new long[CAPACITY_MIN];
  // Amounts that are no whole millionths within a long; null as long as there has been none.
  private @Nullable BigDecimal @Nullable [] wide;
  private int head;
  private int sumFrom;
  private int tail;
  private long unsavedFromNanos = SAVED;

  Window(Code code) {
    this.code = code;
  }

  Code code() {
    return code;
  }

  /**
   * Takes a row and leaves in `answer` the sum of the rows in the closed interval [epoch - length,
   * epoch] that came before it, and its own amount.
   *
   * @param horizonNanos rows before it are needed by no answer from now on
   */
  void add(Sale sale, long lengthNanos, long horizonNanos, Sum answer) {
    long epoch = sale.epochNanos();
    makeRoom(horizonNanos);
    if (head == tail || epoch >= epochNanos[tail - 1]) {
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
    while (at > head && epochNanos[at - 1] > epoch) {
      at--;
      if (at >= sumFrom) {
        answer.subtract(micros[at], wideAt(at));
      }
    }
    long from = epoch - lengthNanos;
    for (int i = Math.min(at, sumFrom) - 1; i >= head && epochNanos[i] >= from; i--) {
      answer.add(micros[i], wideAt(i));
    }
    answer.add(sale.micros(), sale.wide());

    boolean inSum = epoch >= epochNanos[tail - 1] - lengthNanos;
    insert(at, sale);
    if (inSum) {
      sum.add(sale.micros(), sale.wide());
    } else {
      sumFrom++;
    }
  }

  private void shrinkSum(long fromNanos) {
    while (epochNanos[sumFrom] < fromNanos) {
      sum.subtract(micros[sumFrom], wideAt(sumFrom));
      sumFrom++;
    }
  }

  private void insert(int at, Sale sale) {
    int behind = tail - at;
    if (behind > 0) {
      System.arraycopy(epochNanos, at, epochNanos, at + 1, behind);
      System.arraycopy(micros, at, micros, at + 1, behind);
    }
    epochNanos[at] = sale.epochNanos();
    micros[at] = sale.micros();
    BigDecimal amount = sale.wide();
    if (amount != null && wide == null) {
      wide = new BigDecimal[epochNanos.length];
    }
    if (wide != null) {
      System.arraycopy(wide, at, wide, at + 1, behind);
      wide[at] = amount;
    }
    tail++;
  }

  /** Room for one more row: by forgetting rows before the horizon, or else by growing. */
  private void makeRoom(long horizonNanos) {
    if (tail < epochNanos.length) {
      return;
    }
    while (head < sumFrom && epochNanos[head] < horizonNanos) {
      head++;
    }
    int rows = tail - head;
    // At least a quarter is free afterwards, so that moving the rows is paid for by as many adds.
    boolean grow = rows > epochNanos.length - epochNanos.length / 4;
    int capacity = grow ? rows + rows / 2 + 1 : epochNanos.length;
    resize(capacity);
  }

  private void resize(int capacity) {
    int rows = tail - head;
    long[] epochs = capacity == epochNanos.length ? epochNanos : new long[capacity];
    long[] amounts = capacity == micros.length ? micros : new long[capacity];
    System.arraycopy(epochNanos, head, epochs, 0, rows);
    System.arraycopy(micros, head, amounts, 0, rows);
    if (wide != null) {
      wide = Arrays.copyOf(Arrays.copyOfRange(wide, head, tail), capacity);
    }
    epochNanos = epochs;
    micros = amounts;
    sumFrom -= head;
    head = 0;
    tail = rows;
  }

  private @Nullable BigDecimal wideAt(int index) {
    return wide == null ? null : wide[index];
  }

  /** Appends a row read back from disk; rows come in the order they were kept in. */
  void restore(long epoch, long amountMicros, @Nullable BigDecimal wideAmount, long lengthNanos) {
    if (tail == epochNanos.length) {
      resize(tail + tail / 2 + 1);
    }
    epochNanos[tail] = epoch;
    micros[tail] = amountMicros;
    if (wideAmount != null && wide == null) {
      wide = new BigDecimal[epochNanos.length];
    }
    if (wide != null) {
      wide[tail] = wideAmount;
    }
    tail++;
    sum.add(amountMicros, wideAmount);
    shrinkSum(epoch - lengthNanos);
  }

  /** Event time of the newest row. */
  long newestNanos() {
    return epochNanos[tail - 1];
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
      if (epochNanos[middle] < nanos) {
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
    return epochNanos[index];
  }

  long micros(int index) {
    return micros[index];
  }

  @Nullable BigDecimal wide(int index) {
    return wideAt(index);
  }

  long memoryBytes() {
    // A BigDecimal of this size with its BigInteger and its reference takes some 150 bytes.
    return FIXED_BYTES
        + code.length()
        + (long) epochNanos.length * (wide == null ? ROW_BYTES : ROW_BYTES + 150);
  }

  RollingSum.SavedWindow describe() {
    return new RollingSum.SavedWindow(
        code.toString(),
        tail - sumFrom,
        BigDecimal.valueOf(newestNanos(), 9).stripTrailingZeros(),
        sum.exact().stripTrailingZeros());
  }
}
