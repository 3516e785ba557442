package dev.tally.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.job.KeyedState;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged state is read as a state that was once saved as a whole, or it is gone, or it is reported
 * as lost. It is never read as anything else, and never ends the JVM.
 */
final class RocksDamageTest {
  private static final String PARTITION = "data-0";
  // After this many openings RocksDB has compacted its files, or has not.
  private static final int SAVES_MANY = 6;
  private static final int SAVES_FEW = 3;
  private static final int KEYS = 400;

  @TempDir Path folder;

  private static byte[] key(int number) {
    return String.format("k%04d", number).getBytes(UTF_8);
  }

  /** What a scan must return after a number of saves: a sliding window, and who wrote what. */
  private static List<String> contentAfter(int saves) {
    List<String> content = new ArrayList<>();
    for (int number = (saves - 1) * 50; number < (saves - 1) * 50 + KEYS; number++) {
      content.add(new String(key(number), UTF_8) + "=" + value(number, saves));
    }
    content.add("p=" + saves);
    return content;
  }

  private static String value(int number, int save) {
    return number + " written by " + (number % 3 == 0 ? "every save, now " + save : "one save");
  }

  private static void save(KeyedState state, int save) {
    KeyedState.Batch batch = state.batch();
    int from = (save - 1) * 50;
    for (int number = from; number < from + KEYS; number++) {
      if (number % 3 == 0 || save == 1 || number >= from + KEYS - 50) {
        batch.put(key(number), value(number, save).getBytes(UTF_8));
      }
    }
    batch.deleteRange(key(0), key(from));
    batch.put("p".getBytes(UTF_8), Integer.toString(save).getBytes(UTF_8));
    state.save(batch);
  }

  private static List<String> content(KeyedState state) {
    List<String> content = new ArrayList<>();
    state.scan(
        new byte[0],
        "z".getBytes(UTF_8),
        (key, value) -> content.add(new String(key, UTF_8) + "=" + new String(value, UTF_8)));
    return content;
  }

  /** A database with sorted files and a write-ahead log, as a killed process leaves it. */
  private Path saved(int saves) throws IOException {
    Path state = folder.resolve("saved");
    for (int save = 1; save <= saves; save++) {
      // Opening moves the content of the log to a sorted file; the last two saves stay in the log.
      try (RocksSlots slots = new RocksSlots(state, "group");
          StateStore store = slots.claim()) {
        save(store.open(PARTITION), save);
        if (save == saves - 1) {
          save(store.open(PARTITION), ++save);
        }
      }
    }
    return state;
  }

  private static Path database(Path state) {
    return state.resolve("group/slot-0/db");
  }

  @Test
  void anUndamagedDatabaseHoldsTheLastSave() throws IOException {
    assertEquals("save " + SAVES_MANY, outcome(saved(SAVES_MANY)));
  }

  @Test
  void damageToOneFileNeverYieldsAStateThatWasNeverSaved() throws IOException {
    assertNeverWrong(SAVES_MANY, List.of("CURRENT", "MANIFEST", "sst", "log"));
  }

  @Test
  void aManifestThatIsCutOffYieldsNoOldRowsUnderANewerLog() throws IOException {
    assertNeverWrong(SAVES_FEW, List.of("MANIFEST"));
  }

  /**
   * A save that comes while a sorted file is being written notes the MANIFEST as it was before that
   * file. The log of the rows in the file is deleted once no partition needs it. If the MANIFEST is
   * then cut at the noted length, rows that the save stands on are missing.
   */
  @Test
  void aManifestThatIsCutAfterANotedLengthYieldsNoGapEither() throws IOException {
    Path state = folder.resolve("saved");
    try (RocksSlots slots = new RocksSlots(state, "group");
        StateStore store = slots.claim()) {
      for (int save = 1; save <= SAVES_FEW; save++) {
        Manifest noted = Manifest.in(database(state));
        saveLarge(store.open(PARTITION), save);
        boolean last = save == SAVES_FEW;
        long untilNanos = System.nanoTime() + SECONDS.toNanos(60);
        while (last && Manifest.in(database(state)).compareTo(noted) == 0) {
          Thread.onSpinWait(); // until a sorted file is written
          assertTrue(System.nanoTime() - untilNanos < 0, "no sorted file is written");
        }
      }
    }
    String name = Files.readString(database(state).resolve("CURRENT")).strip();
    byte[] list = Files.readAllBytes(database(state).resolve(name));
    List<Path> logs = new ArrayList<>(filesOf(database(state)));
    logs.removeIf(file -> !kind(file.getFileName().toString()).equals("log"));
    assertFalse(logs.isEmpty());
    Set<String> outcomes = new TreeSet<>();
    for (int cut : recordEnds(list)) {
      Path copy = folder.resolve("copy-" + cut);
      Damage.copyTree(state, copy);
      Files.write(database(copy).resolve(name), Arrays.copyOf(list, cut));
      // Those that RocksDB has not deleted by itself yet.
      for (Path log : logs.subList(0, logs.size() - 1)) {
        Files.delete(database(copy).resolve(log.getFileName()));
      }
      outcomes.add(largeOutcome(copy, "cut to " + cut + " of " + list.length));
      Damage.deleteTree(copy);
    }
    assertTrue(outcomes.contains("save 0"), outcomes::toString);
  }

  /** Rewrites a large entry, and adds one that no later save repeats. */
  private static void saveLarge(KeyedState state, int save) {
    KeyedState.Batch batch = state.batch();
    byte[] large = new byte[17 << 20];
    new Random(save).nextBytes(large);
    batch.put("large".getBytes(UTF_8), large);
    batch.put(("s" + save).getBytes(UTF_8), "once".getBytes(UTF_8));
    batch.put("p".getBytes(UTF_8), Integer.toString(save).getBytes(UTF_8));
    state.save(batch);
  }

  private static String largeOutcome(Path state, String damage) {
    try (RocksSlots slots = new RocksSlots(state, "group");
        StateStore store = slots.claim()) {
      KeyedState saved = store.open(PARTITION);
      byte[] position = saved.get("p".getBytes(UTF_8));
      int saves = position == null ? 0 : Integer.parseInt(new String(position, UTF_8));
      for (int save = 1; save <= saves; save++) {
        assertTrue(saved.get(("s" + save).getBytes(UTF_8)) != null, damage + ": no save " + save);
      }
      return "save " + saves;
    }
  }

  /** The ends of the records in a MANIFEST: seven bytes of header, two of them the length. */
  private static List<Integer> recordEnds(byte[] list) {
    List<Integer> ends = new ArrayList<>();
    for (int at = 0; at + 7 <= list.length; ) {
      at += 7 + (list[at + 4] & 0xFF) + 256 * (list[at + 5] & 0xFF);
      ends.add(at);
    }
    return ends;
  }

  private void assertNeverWrong(int saves, List<String> kinds) throws IOException {
    Path sound = saved(saves);
    Random random = new Random(5);
    Set<String> outcomes = new TreeSet<>();
    for (Path file : filesOf(database(sound))) {
      String name = file.getFileName().toString();
      if (kinds.contains(kind(name))) {
        for (Damage damage : Damage.to(Files.readAllBytes(file), random)) {
          Path copy = Files.createDirectory(folder.resolve("copy"));
          Damage.copyTree(sound.resolve("group"), copy.resolve("group"));
          damage.inflict(database(copy).resolve(name));
          outcomes.add(kind(name) + " " + outcomeOrFailure(copy, name, damage.name()));
          Damage.deleteTree(copy);
        }
      }
    }
    // The damage had an effect, so each of these files matters.
    for (String kind : kinds) {
      assertTrue(
          outcomes.stream().anyMatch(o -> o.startsWith(kind) && !o.endsWith("save " + saves)),
          kind + ": " + outcomes);
    }
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String kind(String file) {
    return file.contains(".") ? file.substring(file.indexOf('.') + 1) : file.replaceAll("-.*", "");
  }

  private static String outcomeOrFailure(Path state, String file, String damage) {
    try {
      return outcome(state);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(file + " " + damage, e);
    }
  }

  /** Opens, reads everything and writes again; the outcome, if it is an allowed one. */
  private static String outcome(Path state) {
    try (RocksSlots slots = new RocksSlots(state, "group");
        StateStore store = slots.claim()) {
      try {
        return outcome(store);
      } catch (StateLost lost) {
        assertEquals(PARTITION, lost.partition());
        store.discard(PARTITION);
        KeyedState begun = store.open(PARTITION);
        assertEquals(List.of(), content(begun), "what was discarded is empty");
        save(begun, 1);
        assertEquals(contentAfter(1), content(begun));
        return "lost";
      }
    } catch (Stop stop) {
      assertEquals(Stop.Reason.DISK, stop.reason());
      return "stop";
    }
  }

  private static String outcome(StateStore store) {
    if (!store.partitions().contains(PARTITION)) {
      save(store.open(PARTITION), 1);
      return "emptied";
    }
    KeyedState state = store.open(PARTITION);
    byte[] position = state.get("p".getBytes(UTF_8));
    List<String> content = content(state);
    if (position == null) {
      assertEquals(List.of(), content, "without a position there must be nothing");
      return "emptied";
    }
    int saves = Integer.parseInt(new String(position, UTF_8));
    assertEquals(contentAfter(saves), content, "the state of save " + saves);
    Set<String> entries = new HashSet<>(content);
    for (int number = 0; number < (SAVES_MANY + 1) * 50 + KEYS; number++) {
      byte[] value = state.get(key(number));
      String entry = new String(key(number), UTF_8) + "=";
      entry += value == null ? "" : new String(value, UTF_8);
      assertEquals(value != null, entries.contains(entry), entry);
    }
    save(state, saves + 1);
    assertEquals(contentAfter(saves + 1), content(state));
    return "save " + saves;
  }

  @Test
  void aFolderDeletedUnderAnOpenStoreIsLostOrWritableButNotIntact() throws IOException {
    Path state = saved(SAVES_MANY);
    try (RocksSlots slots = new RocksSlots(state, "group")) {
      StateStore store = slots.claim();
      KeyedState open = store.open(PARTITION);
      Damage.deleteTree(state.resolve("group/slot-0"));
      assertFalse(store.intact());
      try {
        for (int save = SAVES_MANY + 1; save < SAVES_MANY + 5; save++) {
          save(open, save);
          assertEquals(contentAfter(save), content(open));
        }
      } catch (StateLost lost) {
        assertEquals(PARTITION, lost.partition());
      }
      try {
        store.open("data-1"); // needs new files
      } catch (StateLost lost) {
        assertEquals("data-1", lost.partition());
      }
      store.close();
      try (StateStore again = slots.claim()) {
        assertEquals(Set.of(), again.partitions());
      }
    }
  }
}
