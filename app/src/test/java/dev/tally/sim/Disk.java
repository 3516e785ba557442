package dev.tally.sim;

import dev.tally.job.KeyedState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import dev.tally.job.Stop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state folder of one machine. It survives its processes, and it can be lost, put back as it
 * was, damaged and full. It is stricter than the real one: what is closed, discarded or already
 * saved must not be touched again.
 */
final class Disk {
  private static final int DAMAGED_PER_MILLE = 2;
  private static final int FULL_PER_MILLE = 2;

  /** Told of every save. */
  interface Watcher {
    void saving(Host host, String partition, Map<byte[], byte[]> entries);
  }

  private static final class Slot {
    private final Map<String, NavigableMap<byte[], byte[]>> partitions = new TreeMap<>();
    private boolean held;

    Slot copy() {
      Slot copy = new Slot();
      partitions.forEach((name, entries) -> copy.partitions.put(name, copied(entries)));
      return copy;
    }
  }

  private final Watcher watcher;
  private Map<Integer, Slot> slots = new TreeMap<>();

  Disk(Watcher watcher) {
    this.watcher = watcher;
  }

  private static NavigableMap<byte[], byte[]> copied(NavigableMap<byte[], byte[]> entries) {
    NavigableMap<byte[], byte[]> copy = new TreeMap<>(Arrays::compareUnsigned);
    copy.putAll(entries);
    return copy;
  }

  /** The folder as one process sees it. */
  Folder open(Host host) {
    return new Folder(host);
  }

  /** Deleted, also underneath those who have it open. */
  void lose() {
    slots = new TreeMap<>();
  }

  /** All that is saved now, to be put back later. */
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
    return first != null && first.partitions.containsKey(partition);
  }

  /** What is saved of a partition in any slot. */
  List<Map<byte[], byte[]>> saved(String partition) {
    List<Map<byte[], byte[]>> saved = new ArrayList<>();
    for (Slot slot : slots.values()) {
      Map<byte[], byte[]> entries = slot.partitions.get(partition);
      if (entries != null && !entries.isEmpty()) {
        saved.add(entries);
      }
    }
    return saved;
  }

  /** The folder in the hands of one process. */
  final class Folder implements StateStore.Slots {
    private final Host host;
    private final List<Store> stores = new ArrayList<>();

    private Folder(Host host) {
      this.host = host;
    }

    /** The kernel gives locks back. */
    void end() {
      stores.forEach(Store::release);
    }

    @Override
    public StateStore claim() {
      host.point("claim");
      int number = 0;
      while (slots.containsKey(number) && slots.get(number).held) {
        number++;
      }
      Slot slot = slots.computeIfAbsent(number, ignored -> new Slot());
      Store store = new Store(number, slot, host);
      stores.add(store);
      return store;
    }
  }

  private final class Store implements StateStore {
    private final int number;
    private final Slot slot;
    private final Host host;
    private final Map<String, Integer> discards = new TreeMap<>();
    private boolean closed;

    Store(int number, Slot slot, Host host) {
      this.number = number;
      this.slot = slot;
      this.host = host;
      slot.held = true;
    }

    private void release() {
      if (!closed) {
        closed = true;
        slot.held = false;
      }
    }

    private void requireOpen() {
      host.point("disk");
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
      slot.partitions.computeIfAbsent(partition, ignored -> new TreeMap<>(Arrays::compareUnsigned));
      return new State(this, partition);
    }

    @Override
    public void discard(String partition) {
      requireOpen();
      failAtTimes(partition);
      slot.partitions.remove(partition);
      discards.merge(partition, 1, Integer::sum);
    }

    int discards(String partition) {
      return discards.getOrDefault(partition, 0);
    }

    void failAtTimes(String partition) {
      if (slots.get(number) != slot) {
        throw new StateLost(partition, "the folder was deleted", null);
      }
      if (host.fails(Host.Fault.STATE_LOST, DAMAGED_PER_MILLE)) {
        throw new StateLost(partition, "damaged", null);
      }
    }

    @Override
    public void close() {
      requireOpen();
      release();
    }
  }

  private static final class Changes implements KeyedState.Batch {
    private final State state;
    private final List<Consumer<NavigableMap<byte[], byte[]>>> changes = new ArrayList<>();
    private boolean saved;

    Changes(State state) {
      this.state = state;
    }

    @Override
    public void put(byte[] key, byte[] value) {
      if (key.length == 0) {
        throw Violation.of("an empty key says not whose it is");
      }
      byte[] copiedKey = key.clone();
      byte[] copiedValue = value.clone();
      changes.add(entries -> entries.put(copiedKey, copiedValue));
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
      if (Arrays.compareUnsigned(from, to) > 0) {
        throw Violation.of("a range ends before it begins");
      }
      byte[] copiedFrom = from.clone();
      byte[] copiedTo = to.clone();
      changes.add(entries -> entries.subMap(copiedFrom, copiedTo).clear());
    }
  }

  private final class State implements KeyedState {
    private final Store store;
    private final String partition;
    private final int discards;

    State(Store store, String partition) {
      this.store = store;
      this.partition = partition;
      this.discards = store.discards(partition);
    }

    private NavigableMap<byte[], byte[]> entries() {
      store.requireOpen();
      NavigableMap<byte[], byte[]> entries = store.slot.partitions.get(partition);
      if (entries == null || store.discards(partition) != discards) {
        throw Violation.of("state of %s is used after it was discarded", partition);
      }
      return entries;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      NavigableMap<byte[], byte[]> entries = entries();
      store.failAtTimes(partition);
      byte[] value = entries.get(key);
      return value == null ? null : value.clone();
    }

    @Override
    public boolean scan(byte[] from, byte[] to, Visitor visitor) {
      NavigableMap<byte[], byte[]> entries = entries();
      store.failAtTimes(partition);
      if (Arrays.compareUnsigned(from, to) > 0) {
        throw Violation.of("a scan ends before it begins");
      }
      for (Map.Entry<byte[], byte[]> entry : entries.subMap(from, to).entrySet()) {
        if (!visitor.visit(entry.getKey().clone(), entry.getValue().clone())) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Batch batch() {
      entries();
      return new Changes(this);
    }

    @Override
    public void save(Batch batch) {
      store.host.point("save");
      Changes changes = (Changes) batch;
      if (changes.saved || changes.state != this) {
        throw Violation.of("a batch of %s is saved twice or elsewhere", partition);
      }
      changes.saved = true;
      NavigableMap<byte[], byte[]> entries = entries();
      store.failAtTimes(partition);
      if (store.host.fails(Host.Fault.DISK_FULL, FULL_PER_MILLE)) {
        throw Stop.disk("the state folder cannot be used: no space left on device");
      }
      NavigableMap<byte[], byte[]> changed = copied(entries);
      changes.changes.forEach(change -> change.accept(changed));
      watcher.saving(store.host, partition, changed);
      store.slot.partitions.put(partition, changed);
      store.host.point("saved");
    }
  }
}
