package dev.tally.state;

import dev.tally.job.StateStore;
import dev.tally.job.Stop;
import java.nio.file.Path;

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
    this.folder = stateDir.resolve(groupId);
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
