package dev.tally.jobs.rollingsum;

/**
 * Numbers by hash: a hash table with open addressing and linear probing, in one array of longs.
 * Several numbers may have the same hash; the caller compares what they stand for.
 *
 * <pre>
 *   bits  63 .. 32   31 .. 0
 *         hash       number + 1      of a slot in use
 *         0          0               of an empty slot
 * </pre>
 *
 * At most half of the slots are in use, so that probe chains are short. Confined to the thread of
 * its shard.
 */
final class HashIndex {
  /** No slot. */
  static final int NONE = -1;

  private static final int SLOTS_MIN = 16;

  private long[] slots = new long[SLOTS_MIN];
  private int size;

  /** The first slot of a hash, or {@link #NONE}. */
  int first(int hash) {
    return search(hash, hash);
  }

  /** The slot of the same hash that comes after this one, or {@link #NONE}. */
  int next(int hash, int slot) {
    return search(hash, slot + 1);
  }

  private int search(int hash, int from) {
    long[] slots = this.slots;
    int last = slots.length - 1;
    int slot = from & last;
    while (slots[slot] != 0) {
      if (Pair.high(slots[slot]) == hash) {
        return slot;
      }
      slot = (slot + 1) & last;
    }
    return NONE;
  }

  /** The number in a slot that was found. */
  int number(int slot) {
    return Pair.low(slots[slot]) - 1;
  }

  int size() {
    return size;
  }

  void add(int hash, int number) {
    if (2 * (size + 1) > slots.length) {
      resize(2 * slots.length);
    }
    insert(Pair.of(hash, number + 1));
    size++;
  }

  private void insert(long entry) {
    int last = slots.length - 1;
    int slot = Pair.high(entry) & last;
    while (slots[slot] != 0) {
      slot = (slot + 1) & last;
    }
    slots[slot] = entry;
  }

  private void resize(int length) {
    long[] before = slots;
    slots = new long[length];
    for (long entry : before) {
      if (entry != 0) {
        insert(entry);
      }
    }
  }

  /** Removes a number that is here under this hash. */
  void remove(int hash, int number) {
    close(slotOf(hash, number));
    size--;
  }

  /** Empties a slot and shifts the rest of its probe chain back, so that no look-up stops at it. */
  private void close(int slot) {
    int last = slots.length - 1;
    int gap = slot;
    for (int next = (slot + 1) & last; slots[next] != 0; next = (next + 1) & last) {
      int home = Pair.high(slots[next]) & last;
      if (((next - home) & last) >= ((next - gap) & last)) {
        slots[gap] = slots[next];
        gap = next;
      }
    }
    slots[gap] = 0;
  }

  /** Replaces a number that is here under this hash. */
  void renumber(int hash, int from, int to) {
    slots[slotOf(hash, from)] = Pair.of(hash, to + 1);
  }

  private int slotOf(int hash, int number) {
    int slot = first(hash);
    while (number(slot) != number) {
      slot = next(hash, slot);
    }
    return slot;
  }

  /** Gives memory back, but leaves at most a quarter of the slots in use: the next add fits. */
  void shrink() {
    int length = slots.length;
    while (length > SLOTS_MIN && 4 * size <= length / 2) {
      length /= 2;
    }
    if (length < slots.length) {
      resize(length);
    }
  }
}
