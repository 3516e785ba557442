package dev.tally.jobs.rollingsum;

import dev.tally.job.KeyedState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way to be saved, as the bytes that they are saved as: an entry for each slice of
 * event time, or several where they get long.
 *
 * <p>A row costs some ten bytes written one after the other. Filing it under its StockCode at once
 * would cost an entry of RocksDB for each StockCode in each save.
 */
final class Journal {
  // So that reading one back takes little memory beside the rows.
  private static final int ENTRY_BYTES_MAX = 1 << 17;

  private final SliceFormat format;
  // Those that are full, and those that may become longer, one for each slice.
  private final List<Entry> full = new ArrayList<>();
  private final List<Entry> open = new ArrayList<>();
  // The one of these that was used last.
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

  /** Entries written from now on come behind the one of this number. */
  void comesAfter(long number) {
    nextNumber = Math.max(nextNumber, number + 1);
  }

  /** Adds a row. Those of one window cost least one after the other. */
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

  /** The window's number is given to another one. */
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

  /** Moves entries that are full to a batch, unless their slices are before this one. */
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
   * Moves all entries to a batch, unless their slices are before this one.
   *
   * @return the first slice that entries were saved of since the last call, or Long.MAX_VALUE
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
