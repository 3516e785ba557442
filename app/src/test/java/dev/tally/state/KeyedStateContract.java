package dev.tally.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.KeyedState;
import dev.tally.job.StateStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine and jobs rely on, wherever state is kept. */
public abstract class KeyedStateContract {
  private static final String FIRST = "\u0000";
  private static final String LAST = "\u00ff\u00ff\u00ff";

  private StateStore.@Nullable Slots slots;
  private @Nullable StateStore store;

  protected abstract StateStore.Slots slots() throws Exception;

  @BeforeEach
  void claim() throws Exception {
    slots = slots();
    store = slots.claim();
  }

  @AfterEach
  void close() throws Exception {
    if (store != null) {
      store.close();
    }
    if (slots instanceof AutoCloseable closeable) {
      closeable.close();
    }
  }

  private StateStore store() {
    if (store == null) {
      throw new IllegalStateException("not claimed");
    }
    return store;
  }

  private StateStore another() {
    if (slots == null) {
      throw new IllegalStateException("no slots");
    }
    return slots.claim();
  }

  private KeyedState reopened() {
    store().close();
    store = another();
    return store.open("data-0");
  }

  private KeyedState state() {
    return store().open("data-0");
  }

  /** A byte for each character. */
  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** Puts each `key=value`, deletes each `-key` and `-from..to`, in this order and in one batch. */
  private static void save(KeyedState state, String... changes) {
    KeyedState.Batch batch = state.batch();
    for (String change : changes) {
      int at = change.startsWith("-") ? change.indexOf("..") : change.indexOf('=');
      if (at < 0) {
        batch.delete(bytes(change.substring(1)));
      } else if (change.startsWith("-")) {
        batch.deleteRange(bytes(change.substring(1, at)), bytes(change.substring(at + 2)));
      } else {
        batch.put(bytes(change.substring(0, at)), bytes(change.substring(at + 1)));
      }
    }
    state.save(batch);
  }

  private static @Nullable String get(KeyedState state, String key) {
    byte[] value = state.get(bytes(key));
    return value == null ? null : new String(value, ISO_8859_1);
  }

  private static List<String> scan(KeyedState state, String from, String to) {
    List<String> entries = new ArrayList<>();
    boolean all =
        state.scan(
            bytes(from),
            bytes(to),
            (key, value) ->
                entries.add(new String(key, ISO_8859_1) + "=" + new String(value, ISO_8859_1)));
    assertTrue(all, "every entry was visited");
    return entries;
  }

  @Test
  void aScanDoesNotSeeWhatIsSavedMeanwhileButALookUpDoes() {
    KeyedState state = state();
    save(state, "a=1", "b=2", "c=3");
    List<String> seen = new ArrayList<>();
    state.scan(
        bytes("a"),
        bytes("z"),
        (key, value) -> {
          save(state, "b=changed", "bb=new", "-c..d");
          assertEquals("changed", get(state, "b"));
          return seen.add(new String(key, ISO_8859_1) + "=" + new String(value, ISO_8859_1));
        });
    assertEquals(List.of("a=1", "b=2", "c=3"), seen);
    assertEquals(List.of("a=1", "b=changed", "bb=new"), scan(state, "a", "z"));
  }

  @Test
  void whatWasSavedIsFoundAndNothingElse() {
    save(state(), "a=1", "b=", "a\u0000=3");
    assertEquals("1", get(state(), "a"));
    assertEquals("", get(state(), "b"));
    assertEquals("3", get(state(), "a\u0000"));
    assertNull(get(state(), "c"));
    assertNull(get(state(), ""));
  }

  @Test
  void aBatchIsInvisibleUntilItIsSaved() {
    KeyedState state = state();
    save(state, "a=1", "b=1");
    KeyedState.Batch batch = state.batch();
    batch.put(bytes("a"), bytes("2"));
    batch.put(bytes("c"), bytes("2"));
    batch.deleteRange(bytes("b"), bytes("c"));
    assertEquals(List.of("a=1", "b=1"), scan(state, FIRST, LAST));
    assertEquals("1", get(state, "a"));
    state.save(batch);
    assertEquals(List.of("a=2", "c=2"), scan(state, FIRST, LAST));
  }

  @Test
  void changesOfABatchAreAppliedInTheOrderTheyWereGiven() {
    save(state(), "a=1", "a=2");
    assertEquals("2", get(state(), "a"));
    save(state(), "b=1", "-a..c", "c=1");
    assertEquals(List.of("c=1"), scan(state(), FIRST, LAST));
    save(state(), "-a..z", "b=2", "c=2", "-c..d");
    assertEquals(List.of("b=2"), scan(state(), FIRST, LAST));
    save(state(), "-b", "-never there", "a=3", "-a", "a=4", "c=3", "-c");
    assertEquals(List.of("a=4"), scan(state(), FIRST, LAST));
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    save(
        state(),
        "\u0080=4",
        "\u0001=1",
        "\u00ff=6",
        "\u007f=3",
        "\u0001\u0000=2",
        "\u0080\u0000=5");
    assertEquals(
        List.of("\u0001=1", "\u0001\u0000=2", "\u007f=3", "\u0080=4", "\u0080\u0000=5", "\u00ff=6"),
        scan(state(), FIRST, LAST));
  }

  @Test
  void aScanIncludesItsStartButNotItsEnd() {
    save(state(), "a=1", "b=2", "b\u0000=3", "c=4", "d=5");
    assertEquals(List.of("b=2", "b\u0000=3"), scan(state(), "b", "c"));
    assertEquals(List.of("b=2"), scan(state(), "a\u0001", "b\u0000"));
    assertEquals(List.of(), scan(state(), "c\u0001", "d"));
    assertEquals(List.of(), scan(state(), "b", "b"));
    assertEquals(List.of(), scan(state(), "e", "z"));
  }

  @Test
  void aScanEndsWhenItsVisitorHasHadEnough() {
    KeyedState state = state();
    save(state, "a=1", "b=2", "c=3");
    List<String> seen = new ArrayList<>();
    boolean all =
        state.scan(
            bytes("a"),
            bytes("d"),
            (key, value) -> {
              seen.add(new String(key, ISO_8859_1));
              return seen.size() < 2;
            });
    assertFalse(all);
    assertEquals(List.of("a", "b"), seen);
    assertFalse(state.scan(bytes("c"), bytes("d"), (key, value) -> false), "not even the last");
    assertTrue(
        state.scan(bytes("x"), bytes("y"), (key, value) -> false), "there was nothing to visit");
  }

  @Test
  void aDeletedRangeIncludesItsStartButNotItsEnd() {
    save(state(), "a=1", "b=2", "b\u00ff=3", "c=4", "\u00ff=5");
    save(state(), "-b..c");
    assertEquals(List.of("a=1", "c=4", "\u00ff=5"), scan(state(), FIRST, LAST));
    assertNull(get(state(), "b\u00ff"));
    save(state(), "-b..c", "-c..c");
    assertEquals(List.of("a=1", "c=4", "\u00ff=5"), scan(state(), FIRST, LAST));
    save(state(), "b=6");
    assertEquals("6", get(state(), "b"));
  }

  @Test
  void bytesAreCopiedOnTheWayInAndOut() {
    KeyedState state = state();
    byte[] key = bytes("a");
    byte[] value = bytes("1");
    KeyedState.Batch batch = state.batch();
    batch.put(key, value);
    key[0] = 'x';
    value[0] = 'x';
    state.save(batch);
    byte[] found = state.get(bytes("a"));
    assertArrayEquals(bytes("1"), found);
    if (found != null) {
      found[0] = 'x';
    }
    assertEquals("1", get(state, "a"));
  }

  @Test
  void partitionsAreSeparateAndListed() {
    assertEquals(Set.of(), store().partitions());
    save(store().open("data-0"), "a=0");
    save(store().open("data-10"), "a=10");
    save(store().open("data-1"), "a=1");
    assertEquals(List.of("a=0"), scan(store().open("data-0"), FIRST, LAST));
    assertEquals(List.of("a=10"), scan(store().open("data-10"), FIRST, LAST));
    save(store().open("data-1"), "-a..b");
    assertEquals(Set.of("data-0", "data-1", "data-10"), store().partitions());
    assertEquals("0", get(store().open("data-0"), "a"));
  }

  @Test
  void aDiscardedPartitionIsGoneAndBeginsEmpty() {
    save(store().open("data-0"), "a=0");
    save(store().open("data-1"), "a=1");
    store().discard("data-0");
    store().discard("data-7"); // which never existed
    assertEquals(Set.of("data-1"), store().partitions());
    assertEquals(List.of(), scan(store().open("data-0"), FIRST, LAST));
    save(store().open("data-0"), "b=2");
    assertEquals(List.of("b=2"), scan(reopened(), FIRST, LAST));
    assertEquals("1", get(store().open("data-1"), "a"));
    store().discard("data-0");
    assertEquals(List.of(), scan(reopened(), FIRST, LAST));
  }

  @Test
  void whatWasSavedIsThereAfterReopening() {
    save(state(), "a=1", "b=2");
    state().batch().put(bytes("c"), bytes("never saved"));
    KeyedState state = reopened();
    assertEquals(List.of("a=1", "b=2"), scan(state, FIRST, LAST));
    assertEquals(Set.of("data-0"), store().partitions());
    save(state, "-a..b");
    assertEquals(List.of("b=2"), scan(reopened(), FIRST, LAST));
  }

  @Test
  void twoClaimsGetTwoSlotsAndAClosedSlotIsClaimedAgain() {
    save(state(), "a=first");
    int slot = store().slot();
    assertTrue(store().intact());
    StateStore second = another();
    assertNotEquals(slot, second.slot());
    assertEquals(List.of(), scan(second.open("data-0"), FIRST, LAST));
    save(second.open("data-0"), "a=second");
    assertEquals("first", get(state(), "a"));
    assertEquals("first", get(reopened(), "a"));
    assertEquals(slot, store().slot());
    int number = second.slot();
    second.close();
    StateStore again = another();
    assertEquals(number, again.slot());
    assertEquals("second", get(again.open("data-0"), "a"));
    again.close();
  }

  @Test
  void anySequenceOfSavesGivesWhatASortedMapGives() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      store().discard("data-0");
      KeyedState state = state();
      NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
      for (int save = 0; save < 30; save++) {
        KeyedState.Batch batch = state.batch();
        for (int i = random.nextInt(20); i > 0; i--) {
          change(batch, expected, random);
        }
        state.save(batch);
        assertSame(expected, state, random, "seed " + seed + " save " + save);
      }
      assertSame(expected, seed % 10 == 0 ? reopened() : state, random, "seed " + seed);
    }
  }

  private static byte[] key(Random random) {
    byte[] key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) new int[] {0, 1, 0x7f, 0x80, 0xff}[random.nextInt(5)];
    }
    return key;
  }

  private static void change(
      KeyedState.Batch batch, NavigableMap<byte[], byte[]> expected, Random random) {
    byte[] key = key(random);
    byte[] to = key(random);
    if (random.nextInt(8) > 0 || Arrays.compareUnsigned(key, to) > 0) {
      byte[] value = new byte[random.nextInt(4)];
      random.nextBytes(value);
      batch.put(key, value);
      expected.put(key, value);
    } else if (random.nextBoolean()) {
      batch.delete(key);
      expected.remove(key);
    } else {
      batch.deleteRange(key, to);
      expected.subMap(key, to).clear();
    }
  }

  private static void assertSame(
      NavigableMap<byte[], byte[]> expected, KeyedState state, Random random, String when) {
    byte[] from = key(random);
    byte[] to = key(random);
    List<String> wanted = new ArrayList<>();
    if (Arrays.compareUnsigned(from, to) < 0) {
      for (Map.Entry<byte[], byte[]> entry : expected.subMap(from, to).entrySet()) {
        wanted.add(Arrays.toString(entry.getKey()) + Arrays.toString(entry.getValue()));
      }
    }
    List<String> found = new ArrayList<>();
    state.scan(from, to, (key, value) -> found.add(Arrays.toString(key) + Arrays.toString(value)));
    assertEquals(wanted, found, when);
    assertArrayEquals(expected.get(from), state.get(from), when);
  }
}
