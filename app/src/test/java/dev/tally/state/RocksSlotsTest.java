package dev.tally.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.Stop;
import dev.tally.job.KeyedState;
import dev.tally.job.StateStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which worker gets which folder, across threads and processes. */
@StartsProcesses
final class RocksSlotsTest {
  @TempDir Path folder;

  /** Another JVM that holds a slot. */
  private static final class Other implements AutoCloseable {
    private final Process process;
    private final int slot;

    Other(Path folder) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  SlotHolder.class.getName(),
                  folder.toString(),
                  "group")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader out =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      String line = out.readLine();
      slot = line == null ? -1 : Integer.parseInt(line);
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      assertEquals(0, exitCode());
    }

    void kill() {
      process.destroyForcibly();
      assertTrue(exitCode() != 0);
    }

    private int exitCode() {
      try {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return process.exitValue();
    }
  }

  @Test
  void processesSkipSlotsThatOthersHoldAndTakeThoseThatAreReleased() throws Exception {
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      StateStore first = slots.claim();
      StateStore second = slots.claim();
      assertEquals(0, first.slot());
      assertEquals(1, second.slot());
      try (Other other = new Other(folder)) {
        assertEquals(2, other.slot, "0 and 1 are held by threads of this process");
        first.close();
        second.close();
        first = slots.claim();
        second = slots.claim();
        StateStore third = slots.claim();
        assertEquals(0, first.slot());
        assertEquals(1, second.slot());
        assertEquals(3, third.slot(), "2 is held by the other process");
        third.close();
      }
      StateStore third = slots.claim();
      assertEquals(2, third.slot(), "the other process has released it");
      third.close();
      second.close();
      first.close();
    }
  }

  @Test
  void aKilledProcessReleasesItsSlot() throws Exception {
    Other other = new Other(folder);
    assertEquals(0, other.slot);
    other.kill();
    try (RocksSlots slots = new RocksSlots(folder, "group");
        StateStore store = slots.claim()) {
      assertEquals(0, store.slot());
    }
  }

  @Test
  void groupsThatShareAFolderDoNotShareSlots() {
    try (RocksSlots slots = new RocksSlots(folder, "group");
        RocksSlots others = new RocksSlots(folder, "another");
        StateStore store = slots.claim();
        StateStore other = others.claim()) {
      assertEquals(0, store.slot());
      assertEquals(0, other.slot());
    }
  }

  @Test
  void aSlotWhoseFolderIsDeletedIsNotIntactAndCanBeClaimedAgainOnceClosed() throws Exception {
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      StateStore store = slots.claim();
      assertTrue(store.intact());
      Damage.deleteTree(folder.resolve("group"));
      assertFalse(store.intact());
      // A folder of the same name is not the same folder.
      Files.createDirectories(folder.resolve("group/slot-0"));
      Files.writeString(folder.resolve("group/slot-0/lock"), "");
      assertFalse(store.intact());
      store.close();
      try (StateStore again = slots.claim()) {
        assertEquals(0, again.slot());
        assertTrue(again.intact());
        KeyedState state = again.open("data-0");
        state.save(state.batch());
      }
    }
  }

  @Test
  void aDeletedFolderDoesNotHandOneSlotToTwoWorkers() throws Exception {
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      StateStore store = slots.claim();
      Damage.deleteTree(folder.resolve("group"));
      StateStore second = slots.claim();
      StateStore third = slots.claim();
      assertTrue(second.intact() && third.intact());
      assertTrue(second.slot() != third.slot());
      store.close();
      // Closing the slot whose folder is gone takes nothing from the others.
      assertTrue(second.intact() && third.intact());
      try (Other other = new Other(folder)) {
        assertTrue(other.slot != second.slot() && other.slot != third.slot());
      }
      second.close();
      third.close();
    }
  }

  @Test
  void aGroupThatCannotBeAFolderNameStopsAsAWrongFlag() {
    Stop stop = assertThrows(Stop.class, () -> new RocksSlots(folder, "a\0b").close());
    assertEquals(Stop.Reason.USAGE, stop.reason());
    assertTrue(String.valueOf(stop.getMessage()).contains("--group.id"), stop.getMessage());
  }

  @Test
  void aFolderThatCannotBeMadeStopsWithTheCure() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    assertUnusable(file);
    assertUnusable(file.resolve("below"));
    assertUnusable(Path.of("/proc/tally-state"));
    Path group = Files.createDirectories(folder.resolve("a"));
    Files.writeString(group.resolve("group"), "a file");
    assertUnusable(group);
  }

  @Test
  void aFileInPlaceOfALockOrDatabaseStopsWithTheCure() throws Exception {
    Files.createDirectories(folder.resolve("a/group/slot-0/lock"));
    assertUnusable(folder.resolve("a"));
    Files.createDirectories(folder.resolve("b/group/slot-0"));
    Files.writeString(folder.resolve("b/group/slot-0/db"), "a file");
    assertUnusable(folder.resolve("b"));
    // The slot was not kept: once the obstacle is gone it can be claimed.
    Files.delete(folder.resolve("b/group/slot-0/db"));
    try (RocksSlots slots = new RocksSlots(folder.resolve("b"), "group");
        StateStore store = slots.claim()) {
      assertEquals(0, store.slot());
    }
  }

  // --- looking only ------------------------------------------------------------------------------

  private static final byte[] KEY = {1, 2, 3};

  private static void save(StateStore store, String partition) {
    KeyedState state = store.open(partition);
    KeyedState.Batch batch = state.batch();
    batch.put(KEY, partition.getBytes(UTF_8));
    state.save(batch);
  }

  private static void assertLookShows(Path folder, String partition) throws Exception {
    Map<String, String> before = FolderImage.of(folder);
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      assertEquals(List.of(0), slots.numbers());
      try (StateStore store = requireNonNull(slots.look(0))) {
        assertEquals(Set.of(partition), store.partitions());
        assertArrayEquals(partition.getBytes(UTF_8), store.open(partition).get(KEY));
      }
    }
    assertEquals(before, FolderImage.of(folder));
  }

  @Test
  void aLookChangesNothingWhetherTheWorkerEndedInOrderOrWasKilled() throws Exception {
    Path killed = folder.resolve("killed");
    Path ended = folder.resolve("ended");
    try (RocksSlots slots = new RocksSlots(ended, "group");
        StateStore store = slots.claim()) {
      save(store, "data-0");
      Damage.copyTree(ended, killed); // when what was saved is only in the log
    }
    assertLookShows(ended, "data-0");
    assertLookShows(killed, "data-0");
    Files.delete(ended.resolve("group/slot-0/lock"));
    assertLookShows(ended, "data-0");
  }

  @Test
  void aSlotThatIsInUseIsNotLookedAtAndStaysInUse() throws Exception {
    try (RocksSlots slots = new RocksSlots(folder, "group");
        StateStore ours = slots.claim();
        Other theirs = new Other(folder)) {
      assertEquals(1, theirs.slot);
      assertEquals(List.of(0, 1), slots.numbers());
      for (int slot : slots.numbers()) {
        Stop stop = assertThrows(Stop.class, () -> slots.look(slot));
        assertEquals(Stop.Reason.DISK, stop.reason());
        assertTrue(String.valueOf(stop.getMessage()).contains("in use"), stop.getMessage());
      }
      assertTrue(ours.intact());
      try (Other another = new Other(folder)) {
        assertEquals(2, another.slot);
      }
    }
  }

  @Test
  void aSlotInWhichNothingWasEverSavedIsEmptyAndStaysSo() throws Exception {
    Files.createDirectories(folder.resolve("group/slot-0"));
    Map<String, String> before = FolderImage.of(folder);
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      assertEquals(List.of(0), slots.numbers());
      assertNull(slots.look(0));
    }
    assertEquals(before, FolderImage.of(folder));
  }

  @Test
  void aDamagedSlotIsNamedWithItsFateAndLeftAsItIs() throws Exception {
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      try (StateStore store = slots.claim()) {
        save(store, "data-0");
      }
      Files.delete(folder.resolve("group/slot-0/db/CURRENT"));
      Map<String, String> before = FolderImage.of(folder);
      for (int i = 0; i < 2; i++) { // the first look did not keep the slot
        Stop stop = assertThrows(Stop.class, () -> slots.look(0));
        assertEquals(Stop.Reason.DISK, stop.reason());
        assertTrue(
            String.valueOf(stop.getMessage()).contains("next start rebuilds it"),
            stop.getMessage());
      }
      assertEquals(before, FolderImage.of(folder));
    }
  }

  @Test
  void aGroupWithoutStateNamesThoseThatHaveSomeHereAndBelow() throws Exception {
    Files.createDirectories(folder.resolve("one group/slot-0"));
    Files.createDirectories(folder.resolve("instance/another/slot-11"));
    Files.createDirectories(folder.resolve("no group/slot-x"));
    Map<String, String> before = FolderImage.of(folder);
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      Stop stop = assertThrows(Stop.class, slots::numbers);
      assertEquals(Stop.Reason.USAGE, stop.reason());
      assertEquals(
          ("there is no saved state of group 'group' in %1$s. State exists for --state.dir=%1$s"
                  + " --group.id='one group', --state.dir=%1$s/instance --group.id='another'.")
              .formatted(folder),
          stop.getMessage());
    }
    assertEquals(before, FolderImage.of(folder));
  }

  private static void assertUnusable(Path folder) {
    try (RocksSlots slots = new RocksSlots(folder, "group")) {
      Stop stop = assertThrows(Stop.class, slots::claim);
      assertEquals(Stop.Reason.DISK, stop.reason());
      String said = String.valueOf(stop.getMessage());
      assertTrue(said.contains(folder.toString()), said);
      assertTrue(said.contains("--state.dir"), said);
      assertFalse(said.contains("\n"), said);
    }
  }
}
