package dev.tally.state;

import dev.tally.job.StateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class RocksStateTest extends KeyedStateContract {
  @TempDir Path folder;

  @Override
  protected StateStore.Slots slots() {
    return new RocksSlots(folder, "group");
  }
}
