package dev.tally.state;

import dev.tally.job.StateStore;
import java.nio.file.Path;

/** Another process: claims a slot, prints its number, and holds it until standard input ends. */
public final class SlotHolder {
  private SlotHolder() {}

  public static void main(String[] args) throws Exception {
    try (RocksSlots slots = new RocksSlots(Path.of(args[0]), args[1]);
        StateStore store = slots.claim()) {
      System.out.println(store.slot());
      while (System.in.read() >= 0) {
        // held until the test closes the stream
      }
    }
  }
}
