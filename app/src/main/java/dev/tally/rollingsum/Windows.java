package dev.tally.rollingsum;

import dev.tally.job.KeyedState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The windows of one partition by StockCode. All of them are in memory unless that took too many
 * bytes: then those whose newest rows are oldest have been dropped, after a save, and are read back
 * from disk when their code comes again.
 */
final class Windows {
  private static final long NONE_DROPPED = Long.MIN_VALUE;

  private final KeyedState saved;
  private final SliceFormat format;
  private final WindowTable byCode = new WindowTable();
  private final List<Window> unsaved = new ArrayList<>();
  private long memoryBytes;
  // Rows of dropped windows are not newer than this: behind the horizon, none is left on disk.
  private long droppedToNanos = NONE_DROPPED;
  private long expiredToSlice;

  Windows(KeyedState saved, SliceFormat format) {
    this.saved = saved;
    this.format = format;
  }

  /**
   * Reads back every row that is saved from the horizon on, or none of them if they take too many
   * bytes: then each code is read when it comes.
   */
  void load(long horizonNanos, long clockNanos, long bytesMax) {
    expiredToSlice = format.sliceOf(Math.max(0, horizonNanos));
    boolean all =
        saved.scan(
            SliceFormat.sliceStart(expiredToSlice),
            SliceFormat.sliceStart(Long.MAX_VALUE),
            (key, value) -> {
              Window window = window(SliceFormat.codeOf(key));
              long before = window.memoryBytes();
              format.read(key, value, window);
              memoryBytes += window.memoryBytes() - before;
              return memoryBytes <= bytesMax;
            });
    if (!all) {
      byCode.clear();
      memoryBytes = 0;
      droppedToNanos = clockNanos;
    }
  }

  private Window window(Code code) {
    Window window = byCode.get(code);
    return window == null ? emptyWindow(code) : window;
  }

  private Window emptyWindow(Code code) {
    Window window = new Window(code);
    memoryBytes += window.memoryBytes();
    byCode.add(window);
    return window;
  }

  /** The window of a sale's code takes it in; see {@link Window#add}. */
  Window add(Sale sale, long windowNanos, long horizonNanos, Sum answer) {
    Window window = byCode.get(sale.code());
    if (window == null) {
      window = open(sale.code().copy(), horizonNanos);
    }
    if (window.unsavedFromNanos() == Window.SAVED) {
      unsaved.add(window);
    }
    if (window.full() || sale.wide() != null) {
      long before = window.memoryBytes();
      window.makeRoomFor(sale, horizonNanos);
      memoryBytes += window.memoryBytes() - before;
    }
    window.add(sale, windowNanos, answer);
    return window;
  }

  private Window open(Code code, long horizonNanos) {
    Window window = emptyWindow(code);
    if (droppedToNanos >= horizonNanos) {
      long newest = format.sliceOf(droppedToNanos);
      for (long slice = format.sliceOf(horizonNanos); slice <= newest; slice++) {
        byte[] key = SliceFormat.key(slice, code);
        byte[] value = saved.get(key);
        if (value != null) {
          long before = window.memoryBytes();
          format.read(key, value, window);
          memoryBytes += window.memoryBytes() - before;
        }
      }
    }
    return window;
  }

  /** Adds what changed since the last save, and the end of the slices behind the horizon. */
  void save(KeyedState.Batch batch, long horizonNanos) {
    for (Window window : unsaved) {
      if (window.unsavedFromNanos() != Window.SAVED) {
        format.write(window, Math.max(window.unsavedFromNanos(), horizonNanos), batch);
        window.markSaved();
      }
    }
    unsaved.clear();
    long expired = format.sliceOf(Math.max(0, horizonNanos));
    if (expired > expiredToSlice) {
      batch.deleteRange(SliceFormat.sliceStart(expiredToSlice), SliceFormat.sliceStart(expired));
      expiredToSlice = expired;
      byCode.removeIf(window -> expired(window, horizonNanos));
    }
  }

  private boolean expired(Window window, long horizonNanos) {
    boolean expired = window.newestNanos() < horizonNanos;
    memoryBytes -= expired ? window.memoryBytes() : 0;
    return expired;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  /** Drops saved windows, those with the oldest newest rows first, until so many bytes are held. */
  void trimTo(long bytes) {
    if (memoryBytes <= bytes) {
      return;
    }
    List<Window> coldest =
        byCode.stream()
            .filter(window -> window.unsavedFromNanos() == Window.SAVED)
            .sorted(Comparator.comparingLong(Window::newestNanos))
            .toList();
    Set<Window> dropped = new HashSet<>();
    for (Window window : coldest) {
      if (memoryBytes <= bytes) {
        break;
      }
      droppedToNanos = Math.max(droppedToNanos, window.newestNanos());
      memoryBytes -= window.memoryBytes();
      dropped.add(window);
    }
    byCode.removeIf(dropped::contains);
  }

  Stream<Window> stream() {
    return byCode.stream();
  }
}
