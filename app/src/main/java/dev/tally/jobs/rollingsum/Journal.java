package dev.tally.jobs.rollingsum;

import dev.tally.job.KeyedState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Buffers rows until the next save, already encoded: one entry per slice of event time, or more
 * past 128 KiB.
 *
 * <p>A row costs about ten bytes, which are written sequentially. Filing rows by StockCode at once
 * would cost one RocksDB entry per StockCode and save.
 *
 * <p>Confined to the thread of its shard.
 */
final class Journal {
  // Keeps the memory small that reading an entry back takes in addition to the rows.
  private static final int ENTRY_BYTES_MAX = 1 << 17;

  private final SliceFormat format;
  // Full entries, and those that can still grow, one per slice.
  private final List<Entry> full = new ArrayList<>();
  private final List<Entry> open = new ArrayList<>();
  // The open entry that was used last.
  private @Nullable Entry current;
  private long nextNumber;
  private long firstSaved = Long.MAX_VALUE;
  private long bytes;

  private static final class Entry {
    private final long slice;
    private final long startNanos;
    private final long number;
    private final SavedRowWriter bytes = new SavedRowWriter();
    private long beforeNanos;
    private int namedWindow = WindowTable.NONE;

    Entry(long slice, long startNanos, long number) {
      this.slice = slice;
      this.startNanos = startNanos;
      this.number = number;
      this.beforeNanos = startNanos;
    }

    boolean isFull() {
      return bytes.length() >= ENTRY_BYTES_MAX;
    }
  }

  Journal(SliceFormat format) {
    this.format = format;
  }

  /** Numbers entries from now on so that they come after the one of this number. */
  void comesAfter(long number) {
    nextNumber = Math.max(nextNumber, number + 1);
  }

  /** Adds a row. Consecutive rows of the same window cost least: only the first one names it. */
  void add(WindowTable table, int window, long epochNanos, long micros, @Nullable BigDecimal wide) {
    Entry entry = entryOf(epochNanos);
    int lengthBefore = entry.bytes.length();
    long step = epochNanos - entry.beforeNanos;
    if (entry.namedWindow == window) {
      entry.bytes.row(step, micros, wide);
    } else {
      entry.bytes.row(table.code(window), step, micros, wide);
      entry.namedWindow = window;
    }
    entry.beforeNanos = epochNanos;
    bytes += entry.bytes.length() - lengthBefore;
  }

  /** Forgets a window, whose number may be given to another one. */
  void forget(int window) {
    for (Entry entry : open) {
      if (entry.namedWindow == window) {
        entry.namedWindow = WindowTable.NONE;
      }
    }
  }

  private Entry entryOf(long epochNanos) {
    Entry entry = current;
    if (entry != null && format.covers(entry.startNanos, epochNanos) && !entry.isFull()) {
      return entry;
    }
    for (int i = 0; i < open.size(); i++) {
      entry = open.get(i);
      if (format.covers(entry.startNanos, epochNanos)) {
        if (entry.isFull()) {
          full.add(entry);
          entry = begin(entry.slice);
          open.set(i, entry);
        }
        current = entry;
        return entry;
      }
    }
    entry = begin(format.sliceOf(epochNanos));
    open.add(entry);
    current = entry;
    return entry;
  }

  private Entry begin(long slice) {
    return new Entry(slice, format.startNanos(slice), nextNumber++);
  }

  /** Moves full entries to a batch, and drops those of slices before this one. */
  void saveFull(KeyedState.Batch batch, long fromSlice) {
    for (Entry entry : full) {
      bytes -= entry.bytes.length();
      if (entry.slice >= fromSlice) {
        batch.put(SliceFormat.journalKey(entry.slice, entry.number), entry.bytes.toBytes());
        firstSaved = Math.min(firstSaved, entry.slice);
      }
    }
    full.clear();
  }

  /**
   * Moves all entries to a batch, and drops those of slices before this one.
   *
   * @return the earliest slice that has had an entry saved since the last call, or Long.MAX_VALUE
   */
  long save(KeyedState.Batch batch, long fromSlice) {
    full.addAll(open);
    open.clear();
    current = null;
    saveFull(batch, fromSlice);
    long first = firstSaved;
    firstSaved = Long.MAX_VALUE;
    return first;
  }

  long memoryBytes() {
    return bytes;
  }
}
