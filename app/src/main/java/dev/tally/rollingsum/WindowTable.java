package dev.tally.rollingsum;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Windows by StockCode: a hash table with open addressing. A look-up compares words in one array
 * and touches no object but the window it finds; with a HashMap it would wait for the memory of an
 * entry, its key and the key's bytes on the way.
 */
final class WindowTable {
  private static final int SLOTS_MIN = 16;

  // Of each slot the code's word, zero in an empty one, and the window. At most half are taken.
  private long[] words = new long[SLOTS_MIN];
  private @Nullable Window[] windows = new Window[SLOTS_MIN];
  private int size;

  @Nullable Window get(Code code) {
    return windows[slot(code)];
  }

  /** The slot of a code, or the empty one where it belongs. */
  private int slot(Code code) {
    int last = words.length - 1;
    int slot = code.hashCode() & last;
    while (words[slot] != 0 && !(words[slot] == code.word() && holds(slot, code))) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private boolean holds(int slot, Code code) {
    return code.isShort() || code.equals(Objects.requireNonNull(windows[slot]).code());
  }

  /** Adds a window whose code has none yet. */
  void add(Window window) {
    if (2 * (size + 1) > words.length) {
      rebuild(stream().toArray(Window[]::new), 2 * words.length);
    }
    insert(window);
  }

  private void insert(Window window) {
    int slot = slot(window.code());
    words[slot] = window.code().word();
    windows[slot] = window;
    size++;
  }

  /** Into so many slots, a power of two. */
  private void rebuild(Window[] kept, int slots) {
    words = new long[slots];
    windows = new Window[slots];
    size = 0;
    for (Window window : kept) {
      insert(window);
    }
  }

  void removeIf(Predicate<Window> which) {
    Window[] kept = stream().filter(which.negate()).toArray(Window[]::new);
    if (kept.length < size) {
      int slots = SLOTS_MIN;
      while (slots < 2 * (kept.length + 1)) {
        slots *= 2;
      }
      rebuild(kept, slots);
    }
  }

  void clear() {
    rebuild(new Window[0], SLOTS_MIN);
  }

  Stream<Window> stream() {
    return Arrays.stream(windows).filter(Objects::nonNull);
  }
}
