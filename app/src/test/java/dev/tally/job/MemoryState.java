package dev.tally.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Saved state in memory, with everything refused that the seam does not promise: it keeps copies,
 * saves only batches of its own and each of them once, and cannot be used once it is discarded.
 */
public final class MemoryState implements KeyedState {
  private final NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private boolean usable = true;

  /** The same entries in another state, as a restart finds them. */
  public MemoryState copy() {
    MemoryState copy = new MemoryState();
    entries.forEach((key, value) -> copy.entries.put(key.clone(), value.clone()));
    return copy;
  }

  /** Everything that is saved, to look at. */
  public Map<byte[], byte[]> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** Refuses any use from now on. */
  public void end() {
    usable = false;
  }

  private void requireUsable() {
    if (!usable) {
      throw new IllegalStateException("used after it was discarded");
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    requireUsable();
    byte[] value = entries.get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public boolean scan(byte[] from, byte[] to, Visitor visitor) {
    requireUsable();
    if (Arrays.compareUnsigned(from, to) >= 0) {
      return true;
    }
    NavigableMap<byte[], byte[]> found = new TreeMap<>(entries.subMap(from, to));
    for (Map.Entry<byte[], byte[]> entry : found.entrySet()) {
      if (!visitor.visit(entry.getKey().clone(), entry.getValue().clone())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Batch batch() {
    requireUsable();
    return new MemoryBatch(this);
  }

  @Override
  public void save(Batch batch) {
    requireUsable();
    MemoryBatch changes = (MemoryBatch) batch;
    if (changes.owner != this || changes.saved) {
      throw new IllegalArgumentException("a batch of another state, or saved before");
    }
    changes.saved = true;
    changes.changes.forEach(Runnable::run);
  }

  private static final class MemoryBatch implements Batch {
    private final MemoryState owner;
    private final List<Runnable> changes = new ArrayList<>();
    private boolean saved;

    MemoryBatch(MemoryState owner) {
      this.owner = owner;
    }

    @Override
    public void put(byte[] key, byte[] value) {
      if (key.length == 0) {
        throw new IllegalArgumentException("an empty key does not say whose it is");
      }
      byte[] keptKey = key.clone();
      byte[] keptValue = value.clone();
      changes.add(() -> owner.entries.put(keptKey, keptValue));
    }

    @Override
    public void delete(byte[] key) {
      byte[] keptKey = key.clone();
      changes.add(() -> owner.entries.remove(keptKey));
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
      if (Arrays.compareUnsigned(from, to) > 0) {
        throw new IllegalArgumentException("a range that ends before it begins");
      }
      byte[] keptFrom = from.clone();
      byte[] keptTo = to.clone();
      changes.add(() -> owner.entries.subMap(keptFrom, keptTo).clear());
    }
  }
}
