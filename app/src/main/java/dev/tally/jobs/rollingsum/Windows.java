package dev.tally.jobs.rollingsum;

import dev.tally.job.KeyedState;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one partition: of each StockCode the rows that later answers may need, ordered by
 * event time and, among equal times, by arrival, and the sum of those in the window that ends at
 * the newest one.
 *
 * <pre>
 *   rows of a StockCode   .. kept for late rows .. | oldest in the sum .. in the sum .. newest
 * </pre>
 *
 * A row in order costs O(1) amortised; a row out of order costs the number of rows of its StockCode
 * that it is displaced by.
 *
 * <p>What is saved is a journal of the rows as they came. All windows are in memory unless that
 * takes too many bytes. Then the journal is filed by StockCode, the windows whose newest rows are
 * oldest are dropped, and each is read back when its StockCode comes again.
 */
final class Windows {
  private static final long NONE_DROPPED = Long.MIN_VALUE;
  private static final long NOTHING = Long.MAX_VALUE;
  private static final long ALL = -1;
  // So a quarter of all windows at most has expired, even if each row comes for another one.
  private static final int LOOKS = 4;
  private static final int BUCKETS = 1024;

  private final KeyedState saved;
  private final SliceFormat format;
  private final long windowNanos;
  private final Journal journal;
  private final Sum sum = new Sum();
  private final Sum newestSum = new Sum();
  private WindowTable windows = new WindowTable();
  // Rows before it are needed by no answer from now on.
  private long horizonNanos = Long.MIN_VALUE;
  // The window that was looked at last, see removeSomeExpired.
  private int looked;
  private boolean unsaved;
  // Rows of dropped windows are not newer than this: behind the horizon, none is left on disk.
  private long droppedToNanos = NONE_DROPPED;
  private long expiredToSlice;
  // The first slice with a saved journal, or NOTHING.
  private long journalFromSlice = NOTHING;
  // While more is loaded than memory can hold: the slice that windows have rows of, or ALL.
  private long loadedSlice = ALL;

  Windows(KeyedState saved, long sliceNanos, long windowNanos) {
    this.saved = saved;
    this.format = new SliceFormat(sliceNanos);
    this.windowNanos = windowNanos;
    this.journal = new Journal(format);
  }

  // --- rows come ---------------------------------------------------------------------------------

  /**
   * Takes a row in, and leaves in `answer` the sum of its StockCode's rows in the closed interval
   * [epoch - window, epoch] that came before it, and its own amount.
   *
   * @param horizonNanos rows before it are needed by no answer from this one on
   */
  void add(Sale sale, long horizonNanos, Sum answer) {
    this.horizonNanos = horizonNanos;
    int window = window(sale.code());
    long epoch = sale.epochNanos();
    if (isNewest(window, epoch)) {
      append(window, epoch, sale.micros(), sale.wide(), answer);
    } else {
      int row = insert(window, epoch, sale.micros(), sale.wide(), answer);
      if (row < windows.unsaved(window)) {
        // Only what is behind the saved rows is found when the next save comes.
        windows.setUnsaved(window, windows.unsaved(window) + 1);
        journal.add(windows, window, epoch, sale.micros(), sale.wide());
      }
    }
    unsaved = true;
  }

  private int window(StockCode code) {
    int window = windows.find(code);
    return window == WindowTable.NONE ? open(code) : window;
  }

  private boolean isNewest(int window, long epochNanos) {
    return windows.isEmpty(window) || epochNanos >= windows.newestNanos(window);
  }

  /** Adds the newest row of a window, and leaves its sum in `newSum`. */
  private void append(int window, long epoch, long micros, @Nullable BigDecimal wide, Sum newSum) {
    if (windows.isFull(window)) {
      makeRoom(window);
    }
    windows.append(window, epoch, micros, wide);
    windows.readSum(window, newSum);
    newSum.add(micros, wide);
    windows.shrinkSum(window, epoch - windowNanos, newSum);
    windows.writeSum(window, newSum);
  }

  /**
   * Adds a row that is older than another one of its window, and leaves in `answer` the sum of the
   * window that ends at it.
   *
   * @return its index
   */
  private int insert(int window, long epoch, long micros, @Nullable BigDecimal wide, Sum answer) {
    if (windows.isFull(window)) {
      makeRoom(window);
    }
    int oldestInSum = windows.oldestInSum(window);
    int at = windows.end(window);
    windows.readSum(window, answer);
    while (at > 0 && windows.epochNanos(window, at - 1) > epoch) {
      at--;
      if (at >= oldestInSum) {
        answer.subtract(windows.micros(window, at), windows.wide(window, at));
      }
    }
    long from = epoch - windowNanos;
    int older = Math.min(at, oldestInSum) - 1;
    while (older >= 0 && windows.epochNanos(window, older) >= from) {
      answer.add(windows.micros(window, older), windows.wide(window, older));
      older--;
    }
    answer.add(micros, wide);

    windows.insert(window, at, epoch, micros, wide);
    if (epoch >= windows.newestNanos(window) - windowNanos) {
      windows.readSum(window, newestSum);
      newestSum.add(micros, wide);
      windows.writeSum(window, newestSum);
    } else {
      windows.setOldestInSum(window, oldestInSum + 1);
    }
    return at;
  }

  // --- rows go -----------------------------------------------------------------------------------

  /** Makes room for a row, at the cost of those of its window that are needed no more. */
  private void makeRoom(int window) {
    int oldest = 0;
    while (oldest < windows.oldestInSum(window)
        && windows.epochNanos(window, oldest) < horizonNanos) {
      oldest++;
    }
    windows.makeRoom(window, oldest);
  }

  /** Looks at some windows in turn, since another one comes; a save looks at all. */
  private void removeSomeExpired() {
    for (int i = 0; i < LOOKS && windows.numbers() > 0; i++) {
      looked = looked + 1 < windows.numbers() ? looked + 1 : 0;
      if (windows.has(looked)) {
        removeIfExpired(looked);
      }
    }
  }

  private boolean removeIfExpired(int window) {
    boolean expired = windows.newestNanos(window) < horizonNanos;
    if (expired) {
      windows.remove(window);
      journal.forget(window);
    }
    return expired;
  }

  // --- saved rows --------------------------------------------------------------------------------

  /** Adds what came since the last save, and the end of the slices behind the horizon. */
  void save(KeyedState.Batch batch) {
    long expired = format.sliceOf(Math.max(0, horizonNanos));
    long fromNanos = format.startNanos(expired);
    for (int window = 0; window < windows.numbers(); window++) {
      if (windows.has(window) && !removeIfExpired(window)) {
        addToJournal(window, fromNanos);
        journal.saveFull(batch, expired);
      }
    }
    journalFromSlice = Math.min(journalFromSlice, journal.save(batch, expired));
    unsaved = false;
    if (windows.size() < windows.numbers() / 4) {
      windows.compact();
    }
    if (expired > expiredToSlice) {
      batch.deleteRange(SliceFormat.sliceStart(expiredToSlice), SliceFormat.sliceStart(expired));
      expiredToSlice = expired;
    }
  }

  private void addToJournal(int window, long fromNanos) {
    int end = windows.end(window);
    for (int row = windows.unsaved(window); row < end; row++) {
      long epoch = windows.epochNanos(window, row);
      if (epoch >= fromNanos) {
        long micros = windows.micros(window, row);
        journal.add(windows, window, epoch, micros, windows.wide(window, row));
      }
    }
    windows.setUnsaved(window, end);
  }

  /**
   * Reads back every row that is saved from the horizon on; if they take too many bytes, windows
   * are dropped, and read when their StockCodes come.
   */
  void load(long horizonNanos, long clockNanos, long bytesMax) {
    this.horizonNanos = horizonNanos;
    expiredToSlice = format.sliceOf(Math.max(0, horizonNanos));
    saved.scan(
        SliceFormat.sliceStart(expiredToSlice),
        SliceFormat.sliceStart(Long.MAX_VALUE),
        (key, value) -> {
          long slice = SliceFormat.sliceOfKey(key);
          if (loadedSlice != ALL && loadedSlice != slice) {
            fileAndDropAll(SliceFormat.sliceStart(slice), clockNanos);
            loadedSlice = slice;
          }
          // Once windows were dropped, rows that are filed are read for those of the journal only.
          if (loadedSlice == ALL || SliceFormat.isJournal(key)) {
            read(key, value);
          }
          if (memoryBytes() > bytesMax) {
            fileAndDropAll(key, clockNanos);
            loadedSlice = slice;
          }
          return true;
        });
    if (loadedSlice != ALL) {
      fileAndDropAll(SliceFormat.sliceStart(Long.MAX_VALUE), clockNanos);
      loadedSlice = ALL;
    }
  }

  private void fileAndDropAll(byte[] lastKey, long clockNanos) {
    fileJournal(lastKey);
    windows = new WindowTable();
    droppedToNanos = clockNanos;
  }

  private void read(byte[] key, byte[] value) {
    format.read(
        key,
        value,
        (epoch, row) -> {
          if (epoch >= horizonNanos) {
            restore(window(row.code()), epoch, row.micros(), row.wide());
          }
        });
    if (SliceFormat.isJournal(key)) {
      journal.comesAfter(SliceFormat.numberOfKey(key));
      journalFromSlice = Math.min(journalFromSlice, SliceFormat.sliceOfKey(key));
    }
  }

  private void restore(int window, long epoch, long micros, @Nullable BigDecimal wide) {
    if (isNewest(window, epoch)) {
      append(window, epoch, micros, wide, sum);
    } else {
      int unused = insert(window, epoch, micros, wide, sum);
    }
    windows.setUnsaved(window, windows.end(window));
  }

  /** The window of a StockCode that is not in memory. */
  private int open(StockCode code) {
    removeSomeExpired();
    int window = windows.add(code);
    if (loadedSlice != ALL) {
      readFiled(loadedSlice, code);
    } else if (droppedToNanos >= horizonNanos) {
      long newest = format.sliceOf(droppedToNanos);
      for (long slice = format.sliceOf(horizonNanos); slice <= newest; slice++) {
        readFiled(slice, code);
      }
    }
    return window;
  }

  private void readFiled(long slice, StockCode code) {
    byte[] key = SliceFormat.filedKey(slice, code);
    byte[] value = saved.get(key);
    if (value != null) {
      read(key, value);
    }
  }

  // --- more windows than memory ------------------------------------------------------------------

  long memoryBytes() {
    return windows.memoryBytes() + journal.memoryBytes();
  }

  /**
   * Drops windows, those with the oldest newest rows first, until so many bytes are held; nothing
   * while there are rows that are not saved.
   */
  void trimTo(long bytes) {
    if (memoryBytes() > bytes && !unsaved) {
      fileJournal(SliceFormat.sliceStart(Long.MAX_VALUE));
      dropOldest(bytes);
    }
  }

  /**
   * Files what the saved journal holds up to a key, that one included, by StockCode; a slice at a
   * time, so that every row is always saved in one place. Of every window that is in memory all
   * rows of these slices must be there.
   */
  private void fileJournal(byte[] lastKey) {
    if (journalFromSlice == NOTHING) {
      return;
    }
    long from = Math.max(journalFromSlice, expiredToSlice);
    int[] nextRow = new int[windows.numbers()];
    windows.stream()
        .forEach(window -> nextRow[window] = firstRowFrom(window, format.startNanos(from)));
    long newest = newestSlice();
    for (long slice = from; slice <= newest; slice++) {
      KeyedState.Batch batch = saved.batch();
      long current = slice;
      windows.stream()
          .forEach(
              window ->
                  nextRow[window] = format.file(current, windows, window, nextRow[window], batch));
      SliceFormat.deleteJournal(slice, lastKey, batch);
      saved.save(batch);
    }
    journalFromSlice = NOTHING;
  }

  private int firstRowFrom(int window, long nanos) {
    int row = windows.end(window);
    while (row > 0 && windows.epochNanos(window, row - 1) >= nanos) {
      row--;
    }
    return row;
  }

  private long newestSlice() {
    return format.sliceOf(
        windows.stream().mapToLong(windows::newestNanos).max().orElse(Long.MIN_VALUE));
  }

  /**
   * Keeps so many bytes of windows, and drops the others. Which ones is told by a histogram of
   * their newest rows, since sorting a million windows would need memory of its own: of those that
   * share a bucket with the last that fits, any may be dropped.
   */
  private void dropOldest(long bytes) {
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (int window = 0; window < windows.numbers(); window++) {
      if (windows.has(window)) {
        oldest = Math.min(oldest, windows.newestNanos(window));
        newest = Math.max(newest, windows.newestNanos(window));
      }
    }
    long bucketNanos = (newest - oldest) / BUCKETS + 1;
    long[] held = new long[BUCKETS];
    for (int window = 0; window < windows.numbers(); window++) {
      if (windows.has(window)) {
        held[bucket(window, oldest, bucketNanos)] += windows.memoryBytes(window);
      }
    }
    int divided = BUCKETS - 1;
    long room = bytes;
    while (divided >= 0 && held[divided] <= room) {
      room -= held[divided];
      divided--;
    }
    for (int window = 0; window < windows.numbers(); window++) {
      if (windows.has(window)) {
        int bucket = bucket(window, oldest, bucketNanos);
        long size = windows.memoryBytes(window);
        if (bucket == divided && size <= room) {
          room -= size;
        } else if (bucket <= divided) {
          droppedToNanos = Math.max(droppedToNanos, windows.newestNanos(window));
          windows.remove(window);
        }
      }
    }
    windows.compact();
  }

  private int bucket(int window, long oldestNanos, long bucketNanos) {
    return (int) ((windows.newestNanos(window) - oldestNanos) / bucketNanos);
  }

  /** The windows in memory, to look at. */
  WindowTable table() {
    return windows;
  }
}
