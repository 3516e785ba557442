package dev.tally.state;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.KeyedState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStateTest extends KeyedStateContract {
  @TempDir Path folder;

  @Override
  protected StateStore.Slots slots() {
    return new RocksSlots(folder, "group");
  }

  /** RocksDB itself would go on writing to the files that it has open. */
  @Test
  void aSaveNoticesThatTheFolderHasBeenDeleted() throws Exception {
    Path group = folder.resolve("deleted");
    try (RocksSlots slots = new RocksSlots(group, "group");
        StateStore store = slots.claim()) {
      KeyedState state = store.open("data-0");
      KeyedState.Batch batch = state.batch();
      batch.put(new byte[] {1}, new byte[] {2});
      Damage.deleteTree(group);
      StateLost lost = assertThrows(StateLost.class, () -> state.save(batch));
      assertTrue(String.valueOf(lost.getMessage()).contains("deleted underneath us"));
      assertFalse(store.intact());
    }
  }
}
