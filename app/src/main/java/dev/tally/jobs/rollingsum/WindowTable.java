package dev.tally.jobs.rollingsum;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Windows by StockCode: for each one its rows in order, their bounds, and the running sum. A window
 * is a number. It is stable until the window is removed or the table is compacted, and refers to a
 * record of 16 longs in a chunk of 256 records:
 *
 * <pre>
 *   long              63 .. 56 | 55 .. 32          | 31 .. 0
 *   0   WORD          length   | first seven bytes of the code; all 0 in a free record
 *   1   MORE          next eight bytes of the code; in a free record the next free one, or NONE
 *   2   SUM           of the rows from FROM on, in millionths; void if LARGE_SUM
 *   3   FROM          oldest row in the sum        | first row that is not saved
 *   4   END           number of rows               | 29 zeros, WIDE, ARRAY, LARGE_SUM
 *   5   NEWEST_NANOS  event time of the newest row; Long.MAX_VALUE if there is none
 *   6   ROWS          five rows, the oldest first; void if ARRAY. Each is
 *   ..15                two longs: its event time, its amount in millionths
 * </pre>
 *
 * What does not fit lies beside the records, by the number of the window: codes of more than
 * fifteen bytes, more than five rows (ARRAY), and sums (LARGE_SUM) and amounts (WIDE) that are not
 * whole millionths within a long.
 *
 * <p>At full speed, a row's time is spent waiting for memory. A look-up waits for a slot of the
 * index and for a record. A million windows of few rows are not a million objects, which a garbage
 * collector would have to visit. Confined to the thread of its shard.
 */
final class WindowTable {
  /** No window. */
  static final int NONE = -1;

  private static final int CHUNK_BITS = 8;
  private static final int CHUNK_WINDOWS = 1 << CHUNK_BITS;

  // The record, as drawn above.
  private static final int WORD = 0;
  private static final int MORE = 1;
  private static final int SUM = 2;
  private static final int FROM = 3;
  private static final int END = 4;
  private static final int NEWEST_NANOS = 5;
  private static final int ROWS = 6;
  private static final int RECORD_LONGS = 16;
  private static final int ROW_LONGS = 2;
  private static final int RECORD_ROWS = (RECORD_LONGS - ROWS) / ROW_LONGS;

  private static final int LARGE_SUM = 1;
  private static final int ARRAY = 2;
  private static final int WIDE = 4;

  // Of a record and its slots in the index, at most half of which are in use.
  private static final int RECORD_BYTES = RECORD_LONGS * Long.BYTES + 3 * Long.BYTES;
  private static final int LARGE_SUM_BYTES = 300; // a sum with a BigDecimal, and its map entry
  private static final int WIDE_BYTES = 150; // a BigDecimal of this size and its BigInteger
  private static final byte[] NO_BYTES = {};
  private static final long[] NO_ROWS = {};

  private final HashIndex index = new HashIndex();
  private long[][] chunks = {};
  private int end;
  private int free = NONE;
  // By window; an array is as long as the highest window that has an entry requires.
  private long[][] arrays = {};
  private byte[][] longCodes = {};
  private final Map<Integer, Sum> largeSums = new HashMap<>();
  private final Map<Integer, @Nullable BigDecimal[]> wide = new HashMap<>();
  // Held by arrays, wide amounts and long codes.
  private long moreBytes;

  private long get(int window, int field) {
    return chunks[window >>> CHUNK_BITS][recordAt(window) + field];
  }

  private void set(int window, int field, long value) {
    chunks[window >>> CHUNK_BITS][recordAt(window) + field] = value;
  }

  /** Where in its chunk a window's record begins. */
  private static int recordAt(int window) {
    return (window & (CHUNK_WINDOWS - 1)) * RECORD_LONGS;
  }

  /** The window of a code, or {@link #NONE}. */
  int find(StockCode code) {
    int hash = code.hash();
    int slot = index.first(hash);
    while (slot != HashIndex.NONE) {
      int window = index.number(slot);
      if (isOf(window, code)) {
        return window;
      }
      slot = index.next(hash, slot);
    }
    return NONE;
  }

  private boolean isOf(int window, StockCode code) {
    return get(window, WORD) == code.word()
        && get(window, MORE) == code.more()
        && (code.isShort() || code.hasBytes(longCodes[window]));
  }

  /** Adds a window without rows for a code that has none yet. */
  int add(StockCode code) {
    int window = allocate();
    set(window, WORD, code.word());
    set(window, MORE, code.more());
    set(window, SUM, 0);
    set(window, FROM, 0);
    set(window, END, 0);
    set(window, NEWEST_NANOS, Long.MAX_VALUE);
    if (!code.isShort()) {
      longCodes = withRoomFor(window, longCodes);
      longCodes[window] = code.toBytes();
      moreBytes += code.length();
    }
    index.add(code.hash(), window);
    return window;
  }

  private int allocate() {
    if (free != NONE) {
      int window = free;
      free = (int) get(window, MORE);
      return window;
    }
    if (end == chunks.length << CHUNK_BITS) {
      chunks = Arrays.copyOf(chunks, chunks.length + 1);
      chunks[chunks.length - 1] = new long[CHUNK_WINDOWS * RECORD_LONGS];
    }
    return end++;
  }

  private static <T> T[] withRoomFor(int window, T[] array) {
    return window < array.length
        ? array
        : Arrays.copyOf(array, Math.max(window + 1, 2 * array.length));
  }

  /** Removes a window; a later one gets its number. */
  void remove(int window) {
    index.remove(hash(window), window);
    moreBytes -= moreBytes(window);
    if (!isShort(window)) {
      longCodes[window] = NO_BYTES;
    }
    if (is(window, ARRAY)) {
      arrays[window] = NO_ROWS;
    }
    if (is(window, LARGE_SUM)) {
      largeSums.remove(window);
    }
    if (is(window, WIDE)) {
      wide.remove(window);
    }
    set(window, WORD, 0);
    set(window, MORE, free);
    free = window;
  }

  private boolean is(int window, int flag) {
    return (get(window, END) & flag) != 0;
  }

  private void flag(int window, int flag) {
    set(window, END, get(window, END) | flag);
  }

  private boolean isShort(int window) {
    return StockCode.isShort(get(window, WORD));
  }

  private int hash(int window) {
    return isShort(window)
        ? StockCode.hashOf(get(window, WORD), get(window, MORE))
        : code(window).hash();
  }

  StockCode code(int window) {
    return isShort(window)
        ? StockCode.of(get(window, WORD), get(window, MORE))
        : StockCode.of(longCodes[window]);
  }

  /**
   * Renumbers the windows from 0 on without gaps, and frees the memory of all other records. It
   * works in place, one chunk at a time: when memory is short there is none for a second table.
   */
  void compact() {
    int gap = 0;
    for (; end > size(); end--) {
      int last = end - 1;
      if (inUse(last)) {
        while (inUse(gap)) {
          gap++;
        }
        move(last, gap);
      }
      if (recordAt(last) == 0) {
        chunks[last >>> CHUNK_BITS] = NO_ROWS;
      }
    }
    free = NONE;
    chunks = Arrays.copyOf(chunks, (end + CHUNK_WINDOWS - 1) >>> CHUNK_BITS);
    arrays = Arrays.copyOf(arrays, Math.min(arrays.length, end));
    longCodes = Arrays.copyOf(longCodes, Math.min(longCodes.length, end));
    index.shrink();
  }

  /** Moves a window to the number of a free record. */
  private void move(int from, int to) {
    index.renumber(hash(from), from, to);
    for (int i = 0; i < RECORD_LONGS; i++) {
      set(to, i, get(from, i));
    }
    if (!isShort(to)) {
      longCodes[to] = longCodes[from];
    }
    if (is(to, ARRAY)) {
      arrays[to] = arrays[from];
    }
    if (is(to, WIDE)) {
      wide.put(to, requireNonNull(wide.remove(from)));
    }
    if (is(to, LARGE_SUM)) {
      largeSums.put(to, requireNonNull(largeSums.remove(from)));
    }
    set(from, WORD, 0);
  }

  int size() {
    return index.size();
  }

  /** Whether there is a window of this number, which is below {@link #end()}. */
  boolean inUse(int window) {
    return get(window, WORD) != 0;
  }

  /** All windows have lower numbers than this; some of those may be free. */
  int end() {
    return end;
  }

  /** All windows. */
  IntStream stream() {
    return IntStream.range(0, end).filter(this::inUse);
  }

  /** Index of the oldest row in the sum. */
  int oldestInSum(int window) {
    return Pair.high(get(window, FROM));
  }

  void setOldestInSum(int window, int row) {
    set(window, FROM, Pair.of(row, unsaved(window)));
  }

  /** Rows from this index on are neither saved nor in the journal. */
  int unsaved(int window) {
    return Pair.low(get(window, FROM));
  }

  void setUnsaved(int window, int row) {
    set(window, FROM, Pair.of(oldestInSum(window), row));
  }

  /** Number of rows: the newest one has the index before this. */
  int rows(int window) {
    return Pair.high(get(window, END));
  }

  private void setRows(int window, int rows) {
    set(window, END, Pair.of(rows, Pair.low(get(window, END))));
  }

  boolean isEmpty(int window) {
    return rows(window) == 0;
  }

  /** Event time of the newest row; without rows {@link Long#MAX_VALUE}. */
  long newestNanos(int window) {
    return get(window, NEWEST_NANOS);
  }

  /** The array of longs that the window's rows lie in. */
  private long[] longs(int window) {
    return is(window, ARRAY) ? arrays[window] : chunks[window >>> CHUNK_BITS];
  }

  /** Where in {@link #longs} a row begins. */
  private int at(int window, int row) {
    int base = is(window, ARRAY) ? 0 : recordAt(window) + ROWS;
    return base + row * ROW_LONGS;
  }

  long epochNanos(int window, int row) {
    return longs(window)[at(window, row)];
  }

  /** The amount in millionths, unless it is {@link #wide}. */
  long micros(int window, int row) {
    return longs(window)[at(window, row) + 1];
  }

  @Nullable BigDecimal wide(int window, int row) {
    return is(window, WIDE) ? wides(window)[row] : null;
  }

  private @Nullable BigDecimal[] wides(int window) {
    return requireNonNull(wide.get(window), "a window with wide amounts");
  }

  /** Whether room must be made before a row is added. */
  boolean isFull(int window) {
    return rows(window) == capacity(window);
  }

  private int capacity(int window) {
    return is(window, ARRAY) ? arrays[window].length / ROW_LONGS : RECORD_ROWS;
  }

  /** Adds the newest row; the window must not be full. */
  void append(int window, long epochNanos, long micros, @Nullable BigDecimal wideAmount) {
    int row = rows(window);
    setRows(window, row + 1);
    set(window, NEWEST_NANOS, epochNanos);
    setRow(window, row, epochNanos, micros, wideAmount);
  }

  /** Inserts a row before another one; the window must not be full. */
  void insert(int window, int row, long epochNanos, long micros, @Nullable BigDecimal wideAmount) {
    int rows = rows(window);
    long[] longs = longs(window);
    int at = at(window, row);
    System.arraycopy(longs, at, longs, at + ROW_LONGS, (rows - row) * ROW_LONGS);
    if (is(window, WIDE)) {
      System.arraycopy(wides(window), row, wides(window), row + 1, rows - row);
    }
    setRows(window, rows + 1);
    setRow(window, row, epochNanos, micros, wideAmount);
  }

  private void setRow(
      int window, int row, long epochNanos, long micros, @Nullable BigDecimal wideAmount) {
    long[] longs = longs(window);
    int at = at(window, row);
    longs[at] = epochNanos;
    longs[at + 1] = micros;
    if (wideAmount != null && !is(window, WIDE)) {
      wide.put(window, new BigDecimal[capacity(window)]);
      flag(window, WIDE);
      moreBytes += (long) capacity(window) * WIDE_BYTES;
    }
    if (is(window, WIDE)) {
      wides(window)[row] = wideAmount;
    }
  }

  /** Makes room for one more row: drops those before an index, and grows if they were too few. */
  void makeRoom(int window, int from) {
    moreBytes -= moreBytes(window);
    int kept = rows(window) - from;
    int capacity = capacity(window);
    // At least a quarter is free afterwards, so that moving the rows is amortised over the adds.
    boolean grow = kept > capacity - capacity / 4;
    int newCapacity = grow ? kept + kept / 2 + 1 : capacity;
    long[] target = grow ? new long[newCapacity * ROW_LONGS] : longs(window);
    System.arraycopy(
        longs(window), at(window, from), target, grow ? 0 : at(window, 0), kept * ROW_LONGS);
    if (is(window, WIDE)) {
      @Nullable BigDecimal[] keptWides = Arrays.copyOfRange(wides(window), from, rows(window));
      wide.put(window, Arrays.copyOf(keptWides, newCapacity));
    }
    if (grow) {
      arrays = withRoomFor(window, arrays);
      arrays[window] = target;
      flag(window, ARRAY);
    }
    set(window, FROM, Pair.of(oldestInSum(window) - from, Math.max(0, unsaved(window) - from)));
    setRows(window, kept);
    moreBytes += moreBytes(window);
  }

  /** Takes the rows before an event time out of the sum; the newest row must not be before it. */
  void shrinkSum(int window, long fromNanos, Sum sum) {
    long[] longs = longs(window);
    int row = oldestInSum(window);
    int at = at(window, row);
    if (longs[at] >= fromNanos) {
      return;
    }
    while (longs[at] < fromNanos) {
      sum.subtract(longs[at + 1], wide(window, row));
      at += ROW_LONGS;
      row++;
    }
    setOldestInSum(window, row);
  }

  void readSum(int window, Sum sum) {
    if (is(window, LARGE_SUM)) {
      sum.set(largeSum(window));
    } else {
      sum.set(get(window, SUM));
    }
  }

  void writeSum(int window, Sum sum) {
    if (sum.plain()) {
      set(window, SUM, sum.micros());
      if (is(window, LARGE_SUM)) {
        largeSums.remove(window);
        set(window, END, get(window, END) & ~LARGE_SUM);
      }
    } else {
      largeSum(window).set(sum);
      flag(window, LARGE_SUM);
    }
  }

  private Sum largeSum(int window) {
    return largeSums.computeIfAbsent(window, key -> new Sum());
  }

  long memoryBytes() {
    return (long) end * RECORD_BYTES + moreBytes + (long) largeSums.size() * LARGE_SUM_BYTES;
  }

  long memoryBytes(int window) {
    return RECORD_BYTES + moreBytes(window) + (is(window, LARGE_SUM) ? LARGE_SUM_BYTES : 0);
  }

  private long moreBytes(int window) {
    long codeBytes = isShort(window) ? 0 : longCodes[window].length;
    long arrayBytes = is(window, ARRAY) ? (long) arrays[window].length * Long.BYTES : 0;
    long wideBytes = is(window, WIDE) ? (long) capacity(window) * WIDE_BYTES : 0;
    return codeBytes + arrayBytes + wideBytes;
  }
}
