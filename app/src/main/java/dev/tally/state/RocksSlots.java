package dev.tally.state;

import dev.tally.job.StateStore;
import dev.tally.job.Stop;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The state folder of one consumer group on one host. Its layout:
 *
 * <pre>
 *   STATE.DIR/GROUP.ID/slot-0/lock    held while a worker has the slot
 *                             db/     a RocksDB, a column family for each partition
 *                      slot-1/...
 * </pre>
 */
public final class RocksSlots implements StateStore.Slots, AutoCloseable {
  private static final int SLOTS_MAX = 1000;

  private final Path folder;
  private final RocksMemory memory = new RocksMemory();

  public RocksSlots(Path stateDir, String groupId) {
    try {
      this.folder = stateDir.resolve(groupId);
    } catch (InvalidPathException e) {
      throw Stop.usage("--group.id '%s' cannot be a folder's name: %s.", groupId, e.getReason());
    }
  }

  @Override
  public StateStore claim() {
    for (int number = 0; number < SLOTS_MAX; number++) {
      SlotLock lock = SlotLock.tryClaim(folder, number);
      if (lock != null) {
        return open(lock);
      }
    }
    throw Stop.disk("all %d slots of %s are taken; is something else there?", SLOTS_MAX, folder);
  }

  /**
   * Visits the stores of all slots, read-only.
   *
   * @throws Stop if there is none or a worker has one of them
   */
  public void visit(Consumer<StateStore> visitor) {
    int visited = 0;
    for (int number = 0; number < SLOTS_MAX; number++) {
      if (!Files.isDirectory(folder.resolve("slot-" + number))) {
        continue;
      }
      visited++;
      SlotLock lock = SlotLock.tryClaim(folder, number);
      if (lock == null) {
        throw Stop.disk(
            "%s is in use by a running instance. Stop it first: what it holds in memory is newer.",
            folder.resolve("slot-" + number));
      }
      try (StateStore store = RocksStore.openReadOnly(lock, memory)) {
        visitor.accept(store);
      }
    }
    if (visited == 0) {
      throw Stop.usage(
          "there is no saved state in %s. Name the folder with --state.dir and the group with"
              + " --group.id.",
          folder);
    }
  }

  private StateStore open(SlotLock lock) {
    try {
      return RocksStore.open(lock, memory);
    } catch (Stop stop) {
      lock.close();
      throw stop;
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
