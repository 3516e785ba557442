package dev.tally.jobs.rollingsum;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Windows by StockCode: of each the rows in order, their bounds and the running sum. A hash table
 * with open addressing over numbered records of longs, in which a few rows have room; a window of
 * more has an array of its own.
 *
 * <p>At full speed a row's time is waiting for memory. A look-up waits for a slot and for a record,
 * and a million windows of few rows are no objects that a collector would have to visit.
 */
final class WindowTable {
  /** No window. */
  static final int NONE = -1;

  private static final int CHUNK_BITS = 8;
  private static final int CHUNK_WINDOWS = 1 << CHUNK_BITS;
  private static final int SLOTS_MIN = 16;

  // The longs of a window's record:
  private static final int WORD = 0; // of its code; zero in a record that is free
  private static final int MORE = 1; // of its code
  private static final int SUM = 2; // in millionths, unless it is large
  private static final int FROM = 3; // index of the oldest row in the sum << 32 | see unsaved()
  private static final int END = 4; // index behind the newest row << 32 | flags
  private static final int NEWEST_NANOS = 5;
  private static final int ROWS = 8; // rows, if they have no array: event time, millionths
  private static final int RECORD_LONGS = 16;
  private static final int NEXT_FREE = MORE; // of a free record

  private static final int ROW_LONGS = 2;
  private static final int RECORD_ROWS = (RECORD_LONGS - ROWS) / ROW_LONGS;

  // Flags:
  private static final int LARGE_SUM = 1;
  private static final int ARRAY = 2;
  private static final int WIDE = 4; // some amounts are no whole millionths within a long

  // Of a record and its slots, half of which are taken at most.
  private static final int RECORD_BYTES = RECORD_LONGS * Long.BYTES + 3 * Long.BYTES;
  private static final int LARGE_SUM_BYTES = 300; // a sum with a BigDecimal, and its map entry
  private static final int WIDE_BYTES = 150; // a BigDecimal of this size and its BigInteger
  private static final byte[] NO_BYTES = {};
  private static final long[] NO_ROWS = {};

  // Each is hash << 32 | window + 1, or zero.
  private long[] slots = new long[SLOTS_MIN];
  private long[][] chunks = {};
  private int numbers;
  private int free = NONE;
  private int size;
  // By window: rows that have outgrown their record, and codes that are longer than their words.
  private long[][] arrays = {};
  private byte[][] longCodes = {};
  // By window: sums that are not whole millionths within a long, and such amounts by row.
  private final Map<Integer, Sum> largeSums = new HashMap<>();
  private final Map<Integer, @Nullable BigDecimal[]> wide = new HashMap<>();
  // Of arrays, wide amounts and long codes.
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
    int last = slots.length - 1;
    int hash = code.hash();
    int slot = hash & last;
    while (slots[slot] != 0) {
      int window = Pair.low(slots[slot]) - 1;
      if (Pair.high(slots[slot]) == hash && isOf(window, code)) {
        return window;
      }
      slot = (slot + 1) & last;
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
    if (2 * (size + 1) > slots.length) {
      resizeSlots(2 * slots.length);
    }
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
    insert(Pair.of(code.hash(), window + 1));
    size++;
    return window;
  }

  private int allocate() {
    if (free != NONE) {
      int window = free;
      free = (int) get(window, NEXT_FREE);
      return window;
    }
    if (numbers == chunks.length << CHUNK_BITS) {
      chunks = Arrays.copyOf(chunks, chunks.length + 1);
      chunks[chunks.length - 1] = new long[CHUNK_WINDOWS * RECORD_LONGS];
    }
    return numbers++;
  }

  private static <T> T[] withRoomFor(int window, T[] array) {
    return window < array.length
        ? array
        : Arrays.copyOf(array, Math.max(window + 1, 2 * array.length));
  }

  private void insert(long entry) {
    int last = slots.length - 1;
    int slot = Pair.high(entry) & last;
    while (slots[slot] != 0) {
      slot = (slot + 1) & last;
    }
    slots[slot] = entry;
  }

  private void resizeSlots(int length) {
    long[] before = slots;
    slots = new long[length];
    for (long entry : before) {
      if (entry != 0) {
        insert(entry);
      }
    }
  }

  /** Removes a window; its number is given to a later one. */
  void remove(int window) {
    close(slotOf(window));
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
    set(window, NEXT_FREE, free);
    free = window;
    size--;
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

  /** Empties a slot, and moves into it what would not be found behind an empty one. */
  private void close(int slot) {
    int last = slots.length - 1;
    int empty = slot;
    for (int next = (slot + 1) & last; slots[next] != 0; next = (next + 1) & last) {
      int home = Pair.high(slots[next]) & last;
      if (((next - home) & last) >= ((next - empty) & last)) {
        slots[empty] = slots[next];
        empty = next;
      }
    }
    slots[empty] = 0;
  }

  StockCode code(int window) {
    return isShort(window)
        ? StockCode.of(get(window, WORD), get(window, MORE))
        : StockCode.of(longCodes[window]);
  }

  /**
   * Gives the windows the lowest numbers, and frees the memory of all others. It is done in place,
   * a chunk at a time: whoever needs memory has none for a second table.
   */
  void compact() {
    int to = 0;
    for (; numbers > size; numbers--) {
      int from = numbers - 1;
      if (has(from)) {
        while (has(to)) {
          to++;
        }
        move(from, to);
      }
      if (recordAt(from) == 0) {
        chunks[from >>> CHUNK_BITS] = NO_ROWS;
      }
    }
    free = NONE;
    chunks = Arrays.copyOf(chunks, (numbers + CHUNK_WINDOWS - 1) >>> CHUNK_BITS);
    arrays = Arrays.copyOf(arrays, Math.min(arrays.length, numbers));
    longCodes = Arrays.copyOf(longCodes, Math.min(longCodes.length, numbers));
    halveSlots();
  }

  /** Gives a window the number of a free record. */
  private void move(int from, int to) {
    int slot = slotOf(from);
    slots[slot] = Pair.of(Pair.high(slots[slot]), to + 1);
    System.arraycopy(
        chunks[from >>> CHUNK_BITS],
        recordAt(from),
        chunks[to >>> CHUNK_BITS],
        recordAt(to),
        RECORD_LONGS);
    if (!isShort(to)) {
      longCodes[to] = longCodes[from];
    }
    if (is(to, ARRAY)) {
      // Arrays and long codes reach as far as the highest window that has one.
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

  private int slotOf(int window) {
    int last = slots.length - 1;
    int slot = hash(window) & last;
    while (Pair.low(slots[slot]) - 1 != window) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  /** As far as a quarter of them at most is taken, so that the next window does not double them. */
  private void halveSlots() {
    int length = slots.length;
    while (length > SLOTS_MIN && 4 * size <= length / 2) {
      length /= 2;
    }
    if (length < slots.length) {
      resizeSlots(length);
    }
  }

  int size() {
    return size;
  }

  /** Whether there is a window of this number. */
  boolean has(int window) {
    return get(window, WORD) != 0;
  }

  /** Numbers of windows run to here. */
  int numbers() {
    return numbers;
  }

  /** All windows. */
  IntStream stream() {
    return IntStream.range(0, numbers).filter(this::has);
  }

  // --- rows --------------------------------------------------------------------------------------

  /** Index of the oldest row in the sum. */
  int oldestInSum(int window) {
    return Pair.high(get(window, FROM));
  }

  void setOldestInSum(int window, int row) {
    set(window, FROM, Pair.of(row, unsaved(window)));
  }

  /** Rows from this index on are neither saved nor noted to be saved. */
  int unsaved(int window) {
    return Pair.low(get(window, FROM));
  }

  void setUnsaved(int window, int row) {
    set(window, FROM, Pair.of(oldestInSum(window), row));
  }

  /** Index behind the newest row. */
  int end(int window) {
    return Pair.high(get(window, END));
  }

  private void setEnd(int window, int end) {
    set(window, END, Pair.of(end, Pair.low(get(window, END))));
  }

  boolean isEmpty(int window) {
    return end(window) == 0;
  }

  /** Event time of the newest row; of none as late as can be. */
  long newestNanos(int window) {
    return get(window, NEWEST_NANOS);
  }

  /** An array of longs, among them those of the window's rows. */
  private long[] rows(int window) {
    return is(window, ARRAY) ? arrays[window] : chunks[window >>> CHUNK_BITS];
  }

  /** Where in {@link #rows} a row of the window is. */
  private int at(int window, int row) {
    int base = is(window, ARRAY) ? 0 : recordAt(window) + ROWS;
    return base + row * ROW_LONGS;
  }

  long epochNanos(int window, int row) {
    return rows(window)[at(window, row)];
  }

  /** The amount in millionths, unless it is {@link #wide}. */
  long micros(int window, int row) {
    return rows(window)[at(window, row) + 1];
  }

  @Nullable BigDecimal wide(int window, int row) {
    return is(window, WIDE) ? wides(window)[row] : null;
  }

  private @Nullable BigDecimal[] wides(int window) {
    return requireNonNull(wide.get(window), "a window with wide amounts");
  }

  /** Whether room must be made before a row is added. */
  boolean isFull(int window) {
    return end(window) == capacity(window);
  }

  private int capacity(int window) {
    return is(window, ARRAY) ? arrays[window].length / ROW_LONGS : RECORD_ROWS;
  }

  /** Adds a row behind the newest one. */
  void append(int window, long epochNanos, long micros, @Nullable BigDecimal wideAmount) {
    int row = end(window);
    setEnd(window, row + 1);
    set(window, NEWEST_NANOS, epochNanos);
    setRow(window, row, epochNanos, micros, wideAmount);
  }

  /** Adds a row in front of another one; those from there on move up. */
  void insert(int window, int row, long epochNanos, long micros, @Nullable BigDecimal wideAmount) {
    int end = end(window);
    long[] rows = rows(window);
    int at = at(window, row);
    System.arraycopy(rows, at, rows, at + ROW_LONGS, (end - row) * ROW_LONGS);
    if (is(window, WIDE)) {
      System.arraycopy(wides(window), row, wides(window), row + 1, end - row);
    }
    setEnd(window, end + 1);
    setRow(window, row, epochNanos, micros, wideAmount);
  }

  private void setRow(
      int window, int row, long epochNanos, long micros, @Nullable BigDecimal wideAmount) {
    long[] rows = rows(window);
    int at = at(window, row);
    rows[at] = epochNanos;
    rows[at + 1] = micros;
    if (wideAmount != null && !is(window, WIDE)) {
      wide.put(window, new BigDecimal[capacity(window)]);
      flag(window, WIDE);
      moreBytes += (long) capacity(window) * WIDE_BYTES;
    }
    if (is(window, WIDE)) {
      wides(window)[row] = wideAmount;
    }
  }

  /** Makes room for one more row: by dropping those before an index, or else by growing. */
  void makeRoom(int window, int from) {
    moreBytes -= moreBytes(window);
    int kept = end(window) - from;
    int capacity = capacity(window);
    // At least a quarter is free afterwards, so that moving the rows is paid for by as many adds.
    boolean grow = kept > capacity - capacity / 4;
    int newCapacity = grow ? kept + kept / 2 + 1 : capacity;
    long[] target = grow ? new long[newCapacity * ROW_LONGS] : rows(window);
    System.arraycopy(
        rows(window), at(window, from), target, grow ? 0 : at(window, 0), kept * ROW_LONGS);
    if (is(window, WIDE)) {
      @Nullable BigDecimal[] keptWides = Arrays.copyOfRange(wides(window), from, end(window));
      wide.put(window, Arrays.copyOf(keptWides, newCapacity));
    }
    if (grow) {
      arrays = withRoomFor(window, arrays);
      arrays[window] = target;
      flag(window, ARRAY);
    }
    set(window, FROM, Pair.of(oldestInSum(window) - from, Math.max(0, unsaved(window) - from)));
    setEnd(window, kept);
    moreBytes += moreBytes(window);
  }

  /** Takes the rows out of the sum that are older than this; the newest one is not. */
  void shrinkSum(int window, long fromNanos, Sum sum) {
    long[] rows = rows(window);
    int row = oldestInSum(window);
    int at = at(window, row);
    if (rows[at] >= fromNanos) {
      return;
    }
    while (rows[at] < fromNanos) {
      sum.subtract(rows[at + 1], wide(window, row));
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
    return (long) numbers * RECORD_BYTES + moreBytes + (long) largeSums.size() * LARGE_SUM_BYTES;
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
