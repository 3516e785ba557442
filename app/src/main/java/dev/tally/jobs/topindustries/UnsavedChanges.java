package dev.tally.jobs.topindustries;

import dev.tally.job.KeyedState;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Saved state as it will be once what has changed since is saved, too: what is too much for memory
 * lies on the disk, and only its changes are held. Confined to the thread of its shard.
 */
final class UnsavedChanges {
  /** What stands for a deletion; compared by identity. */
  private static final byte[] DELETED = {};

  // An entry of the map with the headers of two arrays.
  private static final int ENTRY_BYTES = 96;

  private final KeyedState saved;
  private final TreeMap<byte[], byte[]> changes = new TreeMap<>(Arrays::compareUnsigned);
  private final Set<Byte> hidden = new HashSet<>(); // prefixes under which nothing saved counts
  private long memoryBytes;

  UnsavedChanges(KeyedState saved) {
    this.saved = saved;
  }

  byte @Nullable [] get(byte[] key) {
    byte[] change = changes.get(key);
    if (change == null) {
      return hidden.contains(key[0]) ? null : saved.get(key);
    }
    return change == DELETED ? null : change;
  }

  void put(byte[] key, byte[] value) {
    byte[] before = changes.put(key, value);
    memoryBytes += value.length - (before == null ? -ENTRY_BYTES - key.length : before.length);
  }

  void delete(byte[] key) {
    put(key, DELETED);
  }

  /** Deletes all entries whose keys begin with this byte. */
  void deleteAll(byte prefix) {
    hidden.add(prefix);
    changes.subMap(Keys.of(prefix), Keys.of((byte) (prefix + 1))).clear();
  }

  /** The first entries with from <= key < to, in the order of their keys, up to `entriesMax`. */
  SortedMap<byte[], byte[]> first(byte[] from, byte[] to, int entriesMax) {
    TreeMap<byte[], byte[]> found = new TreeMap<>(Arrays::compareUnsigned);
    if (!hidden.contains(from[0])) {
      saved.scan(
          from,
          to,
          (key, value) -> {
            if (!changes.containsKey(key)) {
              found.put(key, value);
            }
            return found.size() < entriesMax;
          });
    }
    int changed = 0;
    for (Map.Entry<byte[], byte[]> change : changes.subMap(from, to).entrySet()) {
      if (change.getValue() != DELETED) {
        found.put(change.getKey(), change.getValue());
        if (++changed == entriesMax) {
          break;
        }
      }
    }
    while (found.size() > entriesMax) {
      found.pollLastEntry();
    }
    return found;
  }

  /** Adds all changes to a batch; they count as saved from now on. */
  void save(KeyedState.Batch batch) {
    for (byte prefix : hidden) {
      batch.deleteRange(Keys.of(prefix), Keys.of((byte) (prefix + 1)));
    }
    hidden.clear();
    changes.forEach(
        (key, value) -> {
          if (value == DELETED) {
            batch.delete(key);
          } else {
            batch.put(key, value);
          }
        });
    changes.clear();
    memoryBytes = 0;
  }

  /** An estimate of the bytes of memory held. */
  long memoryBytes() {
    return memoryBytes;
  }
}
