package dev.tally.jobs.rollingsum;

import dev.tally.job.KeyedState;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one partition. For each StockCode it keeps the rows that later answers may need,
 * ordered by event time and, for equal times, by arrival; and the sum of the rows in the window
 * that ends at the newest one.
 *
 * <pre>
 *   rows of a StockCode   .. kept for late rows .. | oldest in the sum .. in the sum .. newest
 * </pre>
 *
 * A row in order costs O(1) amortised. A row out of order costs as many steps as its StockCode has
 * newer rows.
 *
 * <p>What is saved is a journal of the rows as they came. All windows are kept in memory unless
 * they take too many bytes. In that case the journal is filed by StockCode, the windows whose
 * newest rows are oldest are dropped, and each of them is read back when its StockCode comes again.
 *
 * <p>Confined to the thread of its shard.
 */
final class Windows {
  private static final long NONE_DROPPED = Long.MIN_VALUE;
  private static final long NOTHING = Long.MAX_VALUE;
  private static final long ALL = -1;
  // Bounds the expired windows to a quarter of all, even if each row is for another window.
  private static final int LOOKS = 4;
  private static final int BUCKETS = 1024;

  private final KeyedState saved;
  private final SliceFormat format;
  private final long windowNanos;
  private final Journal journal;
  private final Sum sum = new Sum();
  private final Sum newestSum = new Sum();
  private WindowTable table = new WindowTable();
  // No answer from now on needs rows before it.
  private long horizonNanos = Long.MIN_VALUE;
  // The window that removeSomeExpired looked at last.
  private int looked;
  private boolean unsaved;
  // No row of a dropped window is newer. Once this is before the horizon, none is left to read
  // back.
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
   * Takes in a row and leaves its answer in `answer`: its own amount plus those of the rows with
   * its StockCode that came earlier and lie in the closed interval [epoch - window, epoch].
   *
   * @param horizonNanos no answer from this one on needs rows before it
   */
  void add(Sale sale, long horizonNanos, Sum answer) {
    this.horizonNanos = horizonNanos;
    int window = window(sale.code());
    long epoch = sale.epochNanos();
    if (isNewest(window, epoch)) {
      append(window, epoch, sale.micros(), sale.wide(), answer);
    } else {
      int row = insert(window, epoch, sale.micros(), sale.wide(), answer);
      if (row < table.unsaved(window)) {
        // The next save looks only at the rows after those that are saved.
        table.setUnsaved(window, table.unsaved(window) + 1);
        journal.add(table, window, epoch, sale.micros(), sale.wide());
      }
    }
    unsaved = true;
  }

  private int window(StockCode code) {
    int window = table.find(code);
    return window == WindowTable.NONE ? open(code) : window;
  }

  private boolean isNewest(int window, long epochNanos) {
    return table.isEmpty(window) || epochNanos >= table.newestNanos(window);
  }

  /** Adds the newest row of a window, and leaves the window's sum in `newSum`. */
  private void append(int window, long epoch, long micros, @Nullable BigDecimal wide, Sum newSum) {
    if (table.isFull(window)) {
      makeRoom(window);
    }
    table.append(window, epoch, micros, wide);
    table.readSum(window, newSum);
    newSum.add(micros, wide);
    table.shrinkSum(window, epoch - windowNanos, newSum);
    table.writeSum(window, newSum);
  }

  /**
   * Adds a row that is older than the newest one of its window, and leaves in `answer` the sum of
   * the window that ends at it.
   *
   * @return the index of the row
   */
  private int insert(int window, long epoch, long micros, @Nullable BigDecimal wide, Sum answer) {
    if (table.isFull(window)) {
      makeRoom(window);
    }
    int oldestInSum = table.oldestInSum(window);
    int at = table.rows(window);
    table.readSum(window, answer);
    while (at > 0 && table.epochNanos(window, at - 1) > epoch) {
      at--;
      if (at >= oldestInSum) {
        answer.subtract(table.micros(window, at), table.wide(window, at));
      }
    }
    long from = epoch - windowNanos;
    int older = Math.min(at, oldestInSum) - 1;
    while (older >= 0 && table.epochNanos(window, older) >= from) {
      answer.add(table.micros(window, older), table.wide(window, older));
      older--;
    }
    answer.add(micros, wide);

    table.insert(window, at, epoch, micros, wide);
    if (epoch >= table.newestNanos(window) - windowNanos) {
      table.readSum(window, newestSum);
      newestSum.add(micros, wide);
      table.writeSum(window, newestSum);
    } else {
      table.setOldestInSum(window, oldestInSum + 1);
    }
    return at;
  }

  // --- rows go -----------------------------------------------------------------------------------

  /** Makes room for a row in place of rows of its window that are no longer needed. */
  private void makeRoom(int window) {
    int oldest = 0;
    while (oldest < table.oldestInSum(window) && table.epochNanos(window, oldest) < horizonNanos) {
      oldest++;
    }
    table.makeRoom(window, oldest);
  }

  /** Looks at the next few windows, because a new one comes; a save looks at all of them. */
  private void removeSomeExpired() {
    for (int i = 0; i < LOOKS && table.end() > 0; i++) {
      looked = looked + 1 < table.end() ? looked + 1 : 0;
      if (table.inUse(looked)) {
        removeIfExpired(looked);
      }
    }
  }

  private boolean removeIfExpired(int window) {
    boolean expired = table.newestNanos(window) < horizonNanos;
    if (expired) {
      table.remove(window);
      journal.forget(window);
    }
    return expired;
  }

  // --- saved rows --------------------------------------------------------------------------------

  /** Adds the rows since the last save, and the deletion of slices that are before the horizon. */
  void save(KeyedState.Batch batch) {
    long expired = format.sliceOf(Math.max(0, horizonNanos));
    long fromNanos = format.startNanos(expired);
    for (int window = 0; window < table.end(); window++) {
      if (table.inUse(window) && !removeIfExpired(window)) {
        addToJournal(window, fromNanos);
        journal.saveFull(batch, expired);
      }
    }
    journalFromSlice = Math.min(journalFromSlice, journal.save(batch, expired));
    unsaved = false;
    if (table.size() < table.end() / 4) {
      table.compact();
    }
    if (expired > expiredToSlice) {
      batch.deleteRange(SliceFormat.sliceStart(expiredToSlice), SliceFormat.sliceStart(expired));
      expiredToSlice = expired;
    }
  }

  private void addToJournal(int window, long fromNanos) {
    int end = table.rows(window);
    for (int row = table.unsaved(window); row < end; row++) {
      long epoch = table.epochNanos(window, row);
      if (epoch >= fromNanos) {
        long micros = table.micros(window, row);
        journal.add(table, window, epoch, micros, table.wide(window, row));
      }
    }
    table.setUnsaved(window, end);
  }

  /**
   * Reads back all saved rows from the horizon on. If they take too many bytes, windows are
   * dropped, and read back when their StockCodes come.
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
          // Once windows have been dropped, filed rows are read only for windows in the journal.
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
    table = new WindowTable();
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
    table.setUnsaved(window, table.rows(window));
  }

  /** Opens the window of a StockCode that is not in memory. */
  private int open(StockCode code) {
    removeSomeExpired();
    int window = table.add(code);
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
    return table.memoryBytes() + journal.memoryBytes();
  }

  /**
   * Drops windows, those with the oldest newest rows first, until at most this many bytes are held.
   * Drops none while there are rows that are not saved.
   */
  void trimTo(long bytes) {
    if (memoryBytes() > bytes && !unsaved) {
      fileJournal(SliceFormat.sliceStart(Long.MAX_VALUE));
      dropOldest(bytes);
    }
  }

  /**
   * Files by StockCode what the saved journal holds up to a key, that one included. It does so one
   * slice at a time, so that every row is always saved in exactly one place. Windows that are in
   * memory must have all their rows of these slices there.
   */
  private void fileJournal(byte[] lastKey) {
    if (journalFromSlice == NOTHING) {
      return;
    }
    long from = Math.max(journalFromSlice, expiredToSlice);
    int[] nextRow = new int[table.end()];
    table.stream()
        .forEach(window -> nextRow[window] = firstRowFrom(window, format.startNanos(from)));
    long newest = newestSlice();
    for (long slice = from; slice <= newest; slice++) {
      KeyedState.Batch batch = saved.batch();
      long current = slice;
      table.stream()
          .forEach(
              window ->
                  nextRow[window] = format.file(current, table, window, nextRow[window], batch));
      SliceFormat.deleteJournal(slice, lastKey, batch);
      saved.save(batch);
    }
    journalFromSlice = NOTHING;
  }

  private int firstRowFrom(int window, long nanos) {
    int row = table.rows(window);
    while (row > 0 && table.epochNanos(window, row - 1) >= nanos) {
      row--;
    }
    return row;
  }

  private long newestSlice() {
    return format.sliceOf(
        table.stream().mapToLong(table::newestNanos).max().orElse(Long.MIN_VALUE));
  }

  /**
   * Keeps this many bytes of windows and drops the others. A histogram of their newest rows decides
   * which, because sorting a million windows would need memory of its own. Of the windows in the
   * bucket that fits only partly, any may be dropped.
   */
  private void dropOldest(long bytes) {
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (int window = 0; window < table.end(); window++) {
      if (table.inUse(window)) {
        oldest = Math.min(oldest, table.newestNanos(window));
        newest = Math.max(newest, table.newestNanos(window));
      }
    }
    long bucketNanos = (newest - oldest) / BUCKETS + 1;
    long[] held = new long[BUCKETS];
    for (int window = 0; window < table.end(); window++) {
      if (table.inUse(window)) {
        held[bucket(window, oldest, bucketNanos)] += table.memoryBytes(window);
      }
    }
    int divided = BUCKETS - 1;
    long room = bytes;
    while (divided >= 0 && held[divided] <= room) {
      room -= held[divided];
      divided--;
    }
    for (int window = 0; window < table.end(); window++) {
      if (table.inUse(window)) {
        int bucket = bucket(window, oldest, bucketNanos);
        long size = table.memoryBytes(window);
        if (bucket == divided && size <= room) {
          room -= size;
        } else if (bucket <= divided) {
          droppedToNanos = Math.max(droppedToNanos, table.newestNanos(window));
          table.remove(window);
        }
      }
    }
    table.compact();
  }

  private int bucket(int window, long oldestNanos, long bucketNanos) {
    return (int) ((table.newestNanos(window) - oldestNanos) / bucketNanos);
  }

  /** The windows in memory, for tests to look at. */
  WindowTable table() {
    return table;
  }
}
