package dev.tally.sim;

import dev.tally.Stop;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state folder of one machine. It outlives its processes; it can be lost, damaged, full, or
 * replaced by an old copy. It is stricter than the real folder: nothing may be touched once it is
 * closed, discarded or saved.
 */
final class Disk {
  private static final int DAMAGED_PER_MILLE = 2;
  private static final int FULL_PER_MILLE = 2;

  /** Told of every save. */
  interface Watcher {
    void saved(Caller caller, String partition, Map<byte[], byte[]> entries);
  }

  private static final class Slot {
    private final Map<String, MemoryState> partitions = new TreeMap<>();
    private boolean held;

    Slot copy() {
      Slot copy = new Slot();
      partitions.forEach((name, state) -> copy.partitions.put(name, state.copy()));
      return copy;
    }
  }

  private final Watcher watcher;
  private Map<Integer, Slot> slots = new TreeMap<>();

  Disk(Watcher watcher) {
    this.watcher = watcher;
  }

  /** The folder as one process sees it. */
  Folder open(Caller caller) {
    return new Folder(caller);
  }

  /** Deletes everything, even while processes have it open. */
  void lose() {
    slots = new TreeMap<>();
  }

  /** Copies all that is saved; what is returned puts the copy back. */
  Runnable backup() {
    Map<Integer, Slot> copy = new TreeMap<>();
    slots.forEach((number, slot) -> copy.put(number, slot.copy()));
    return () -> {
      slots = new TreeMap<>();
      copy.forEach((number, slot) -> slots.put(number, slot.copy()));
    };
  }

  boolean inUse() {
    return slots.values().stream().anyMatch(slot -> slot.held);
  }

  boolean firstSlotHas(String partition) {
    Slot first = slots.get(0);
    MemoryState state = first == null ? null : first.partitions.get(partition);
    return state != null && !state.entries().isEmpty();
  }

  /** The entries saved for a partition, for each slot that has any. */
  List<Map<byte[], byte[]>> saved(String partition) {
    List<Map<byte[], byte[]>> saved = new ArrayList<>();
    for (Slot slot : slots.values()) {
      MemoryState state = slot.partitions.get(partition);
      if (state != null && !state.entries().isEmpty()) {
        saved.add(state.entries());
      }
    }
    return saved;
  }

  /** The folder as one process uses it. */
  final class Folder implements StateStore.Slots {
    private final Caller caller;
    private final List<Store> stores = new ArrayList<>();

    private Folder(Caller caller) {
      this.caller = caller;
    }

    /** The process is dead, so the kernel releases its locks. */
    void end() {
      stores.forEach(Store::release);
    }

    @Override
    public StateStore claim() {
      caller.reaches(Point.CLAIM);
      int number = 0;
      while (slots.containsKey(number) && slots.get(number).held) {
        number++;
      }
      Slot slot = slots.computeIfAbsent(number, ignored -> new Slot());
      Store store = new Store(number, slot, caller);
      stores.add(store);
      return store;
    }
  }

  private final class Store implements StateStore {
    private final int number;
    private final Slot slot;
    private final Caller caller;
    private boolean closed;

    Store(int number, Slot slot, Caller caller) {
      this.number = number;
      this.slot = slot;
      this.caller = caller;
      slot.held = true;
    }

    private void release() {
      if (!closed) {
        closed = true;
        slot.held = false;
      }
    }

    private void requireOpen() {
      caller.reaches(Point.DISK);
      if (closed) {
        throw Violation.of("slot %d is used after it was closed", number);
      }
    }

    @Override
    public int slot() {
      requireOpen();
      return number;
    }

    @Override
    public boolean intact() {
      requireOpen();
      return slots.get(number) == slot;
    }

    @Override
    public Set<String> partitions() {
      requireOpen();
      return new TreeSet<>(slot.partitions.keySet());
    }

    @Override
    public KeyedState open(String partition) {
      requireOpen();
      failAtTimes(partition);
      MemoryState memory = slot.partitions.computeIfAbsent(partition, ignored -> new MemoryState());
      return new State(Disk.this, this, partition, memory);
    }

    @Override
    public void discard(String partition) {
      requireOpen();
      failAtTimes(partition);
      MemoryState discarded = slot.partitions.remove(partition);
      if (discarded != null) {
        discarded.end();
      }
    }

    void failAtTimes(String partition) {
      if (slots.get(number) != slot) {
        throw new StateLost(partition, "the folder was deleted", null);
      }
      if (caller.fails(Caller.Fault.STATE_LOST, DAMAGED_PER_MILLE)) {
        throw new StateLost(partition, "damaged", null);
      }
    }

    @Override
    public void close() {
      requireOpen();
      release();
    }
  }

  private record State(Disk disk, Store store, String partition, MemoryState memory)
      implements KeyedState {
    private MemoryState readable() {
      store.requireOpen();
      store.failAtTimes(partition);
      return memory;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      return readable().get(key);
    }

    @Override
    public boolean scan(byte[] from, byte[] to, Visitor visitor) {
      return readable().scan(from, to, visitor);
    }

    @Override
    public Batch batch() {
      store.requireOpen();
      return memory.batch();
    }

    @Override
    public void save(Batch batch) {
      store.caller.reaches(Point.SAVE);
      readable();
      if (store.caller.fails(Caller.Fault.DISK_FULL, FULL_PER_MILLE)) {
        throw Stop.disk("the state folder cannot be used: no space left on device");
      }
      memory.save(batch);
      disk.watcher.saved(store.caller, partition, memory.entries());
      store.caller.reaches(Point.SAVED);
    }
  }
}
