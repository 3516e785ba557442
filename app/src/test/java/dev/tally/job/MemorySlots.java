package dev.tally.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A state folder in memory: what a closed slot has saved is there when it is claimed again. */
public final class MemorySlots implements StateStore.Slots {
  private final List<Slot> slots = new ArrayList<>();

  @Override
  public StateStore claim() {
    for (Slot slot : slots) {
      if (!slot.held) {
        slot.held = true;
        return new MemoryStore(slot);
      }
    }
    Slot added = new Slot(slots.size());
    added.held = true;
    slots.add(added);
    return new MemoryStore(added);
  }

  private static final class Slot {
    private final int number;
    private final Map<String, MemoryState> partitions = new HashMap<>();
    private boolean held;

    Slot(int number) {
      this.number = number;
    }
  }

  private static final class MemoryStore implements StateStore {
    private final Slot slot;
    private boolean open = true;

    MemoryStore(Slot slot) {
      this.slot = slot;
    }

    private Map<String, MemoryState> partitionsWhileOpen() {
      if (!open) {
        throw new IllegalStateException("used after it was closed");
      }
      return slot.partitions;
    }

    @Override
    public int slot() {
      return slot.number;
    }

    @Override
    public boolean intact() {
      return open;
    }

    @Override
    public Set<String> partitions() {
      return new TreeSet<>(partitionsWhileOpen().keySet());
    }

    @Override
    public KeyedState open(String partition) {
      return partitionsWhileOpen().computeIfAbsent(partition, name -> new MemoryState());
    }

    @Override
    public void discard(String partition) {
      MemoryState state = partitionsWhileOpen().remove(partition);
      if (state != null) {
        state.end();
      }
    }

    @Override
    public void close() {
      partitionsWhileOpen();
      open = false;
      slot.partitions.replaceAll(
          (name, state) -> {
            MemoryState reopened = state.copy();
            state.end();
            return reopened;
          });
      slot.held = false;
    }
  }
}
