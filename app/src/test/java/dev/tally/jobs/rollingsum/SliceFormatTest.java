package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SliceFormatTest {
  private static final long SLICE_NANOS = 60_000_000_000L;
  private static final long[] MICROS = {
    0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1
  };
  private static final StockCode CODE = StockCode.of("85123A".getBytes(UTF_8));
  private static final StockCode LONG = StockCode.of("a".repeat(300).getBytes(UTF_8));
  private static final StockCode OTHER = StockCode.of("BANK CHARGES".getBytes(UTF_8));

  private final SliceFormat format = new SliceFormat(SLICE_NANOS);
  private final WindowTable table = new WindowTable();
  private final Journal journal = new Journal(format);
  private final MemoryState state = new MemoryState();
  private final List<String> expected = new ArrayList<>();

  /** Adds a row to a window and to the journal; only its place matters here, not its sum. */
  private void add(StockCode code, long epoch, long micros, @Nullable BigDecimal wide) {
    int window = table.find(code);
    if (window == WindowTable.NONE) {
      window = table.add(code);
    }
    if (table.isFull(window)) {
      table.makeRoom(window, 0);
    }
    table.append(window, epoch, micros, wide);
    journal.add(table, window, epoch, micros, wide);
    expected.add(text(code, epoch, wide == null ? BigDecimal.valueOf(micros, 6) : wide));
  }

  private static String text(StockCode code, long epoch, BigDecimal amount) {
    return code + " " + epoch + "=" + amount.stripTrailingZeros().toPlainString();
  }

  private void addRandom(Random random, StockCode code, long epoch) {
    boolean wide = random.nextInt(3) == 0;
    long micros = random.nextBoolean() ? MICROS[random.nextInt(MICROS.length)] : random.nextLong();
    BigDecimal amount =
        new BigDecimal("-999999999999999.999999999")
            .pow(1 + random.nextInt(2))
            .scaleByPowerOfTen(random.nextInt(7) - 3);
    add(code, epoch, wide ? 0 : micros, wide ? amount : null);
  }

  private void saveJournal(long fromSlice) {
    KeyedState.Batch batch = state.batch();
    journal.save(batch, fromSlice);
    state.save(batch);
  }

  private void file(long firstSlice) {
    KeyedState.Batch batch = state.batch();
    table.stream().forEach(window -> file(window, firstSlice, batch));
    state.save(batch);
  }

  private void file(int window, long firstSlice, KeyedState.Batch batch) {
    int row = 0;
    while (row < table.rows(window)) {
      long slice = format.sliceOf(table.epochNanos(window, row));
      row = slice < firstSlice ? row + 1 : format.file(slice, table, window, row, batch);
    }
  }

  private List<String> readBack() {
    List<String> found = new ArrayList<>();
    state.scan(
        SliceFormat.sliceStart(0),
        SliceFormat.sliceStart(Long.MAX_VALUE),
        (key, value) -> {
          format.read(
              key,
              value,
              (epoch, row) -> {
                BigDecimal wide = row.wide();
                BigDecimal plain = BigDecimal.valueOf(row.micros(), 6);
                found.add(text(row.code(), epoch, wide == null ? plain : wide));
              });
          return true;
        });
    return found;
  }

  @Test
  void everyFiledRowIsReadBackInOrder() {
    Random random = new Random(1);
    long epoch = random.nextLong(Long.MAX_VALUE / 2);
    for (int i = 0; i < 5_000; i++) {
      addRandom(random, CODE, epoch);
      epoch += random.nextInt(3) == 0 ? 0 : random.nextLong(SLICE_NANOS);
    }
    file(0);
    assertEquals(expected, readBack());
  }

  @Test
  void everyRowOfTheJournalIsReadBackBySliceInTheOrderOfArrival() {
    Random random = new Random(2);
    StockCode[] codes = new StockCode[300];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = StockCode.of((i % 2 == 0 ? "c" : "a long code ").concat("" + i).getBytes(UTF_8));
    }
    long epoch = 1_700_000_000_000_000_000L;
    for (int i = 0; i < 100_000; i++) {
      addRandom(
          random, codes[random.nextInt(codes.length)], epoch - random.nextLong(2 * SLICE_NANOS));
      epoch += random.nextLong(SLICE_NANOS / 10_000);
      if (random.nextInt(10_000) == 0) {
        saveJournal(0);
        assertEquals(0, journal.memoryBytes());
      }
    }
    saveJournal(0);
    List<String> bySlice = new ArrayList<>(expected);
    bySlice.sort(
        (a, b) -> Long.compare(format.sliceOf(epochOf(a)), format.sliceOf(epochOf(b)))); // stable
    assertEquals(bySlice, readBack());
    assertTrue(
        state.entries().values().stream().allMatch(value -> value.length < (1 << 18) + 1_100),
        "no entry is much longer than the limit");
  }

  private static long epochOf(String row) {
    return Long.parseLong(row.substring(row.lastIndexOf(' ') + 1, row.lastIndexOf('=')));
  }

  @Test
  void aWindowThatReusesANumberIsNotTakenForTheOldOne() {
    add(CODE, 1, 1, null);
    int window = table.find(CODE);
    table.remove(window);
    journal.forget(window);
    add(OTHER, 2, 2, null);
    assertEquals(window, table.find(OTHER));
    saveJournal(0);
    assertEquals(expected, readBack());
  }

  @Test
  void amountsAtTheLimitsOfALongAreReadBack() {
    for (long micros : MICROS) {
      add(CODE, 5, micros, null);
    }
    file(0);
    assertEquals(expected, readBack());
    state.save(deletingAll());
    saveJournal(0);
    assertEquals(expected, readBack());
  }

  private KeyedState.Batch deletingAll() {
    KeyedState.Batch batch = state.batch();
    batch.deleteRange(SliceFormat.sliceStart(0), SliceFormat.sliceStart(Long.MAX_VALUE));
    return batch;
  }

  @Test
  void theLayoutIsAsDrawn() {
    add(CODE, 2 * SLICE_NANOS + 1, 0, null);
    add(CODE, 2 * SLICE_NANOS + 1, -1, null);
    add(CODE, 2 * SLICE_NANOS + 301, 1, null);
    add(CODE, 2 * SLICE_NANOS + 301, 0, new BigDecimal("-0.0000256"));
    file(0);
    byte[] key = HexFormat.of().parseHex("01" + "0000000000000002" + "00" + "383531323341");
    assertArrayEquals(key, SliceFormat.filedKey(2, CODE));
    String rest = "00" + "00" + "01" + "08" + "5802" + "02" + "41" + "00" + "020e" + "ff00";
    assertEquals("00" + "02" + "00" + rest, hex(key));

    add(OTHER, 2 * SLICE_NANOS + 300, 1, null);
    add(CODE, 2 * SLICE_NANOS + 300, 1, null);
    journal.comesAfter(258);
    add(CODE, SLICE_NANOS, 1, null);
    add(LONG, SLICE_NANOS + 1, 1, null);
    saveJournal(0);
    String named = "06" + "383531323341";
    assertEquals(
        ("80" + "02" + "00" + named + rest)
            + ("80" + "01" + "02" + "0c" + "42414e4b2043484152474553")
            + ("80" + "00" + "02" + named),
        hex(HexFormat.of().parseHex("01" + "0000000000000002" + "01" + "0000000000000000")));
    assertEquals(
        "80" + "00" + "02" + named + "80" + "02" + "02" + "812c" + "61".repeat(300),
        hex(HexFormat.of().parseHex("01" + "0000000000000001" + "01" + "0000000000000103")));
  }

  private @Nullable String hex(byte[] key) {
    byte[] value = state.get(key);
    return value == null ? null : HexFormat.of().formatHex(value);
  }

  @Test
  void onlySlicesFromTheGivenOneOnAreWritten() {
    add(CODE, SLICE_NANOS - 1, 1, null);
    add(CODE, SLICE_NANOS, 2, null);
    add(CODE, 3 * SLICE_NANOS, 4, null);
    List<String> fromTheSecond = expected.subList(1, 3);
    file(1);
    assertEquals(fromTheSecond, readBack());
    state.save(deletingAll());
    saveJournal(1);
    assertEquals(fromTheSecond, readBack());
  }

  @Test
  void theJournalIsDeletedUpToAKey() {
    for (long slice = 1; slice <= 3; slice++) {
      add(CODE, slice * SLICE_NANOS, 1, null);
      saveJournal(0);
      add(CODE, slice * SLICE_NANOS, 2, null);
      saveJournal(0);
    }
    file(0);
    int filed = 6;
    assertEquals(filed + 6, readBack().size());
    KeyedState.Batch batch = state.batch();
    byte[] lastKey = SliceFormat.journalKey(2, 2);
    for (long slice = 1; slice <= 3; slice++) {
      SliceFormat.deleteJournal(slice, lastKey, batch);
    }
    state.save(batch);
    assertNull(state.get(SliceFormat.journalKey(1, 0)));
    assertNull(state.get(SliceFormat.journalKey(1, 1)));
    assertNull(state.get(SliceFormat.journalKey(2, 2)));
    assertEquals(
        filed + 3, readBack().size(), "filed rows stay, and so does the rest of the journal");
  }

  @Test
  void keysAreOrderedBySliceThenFiledRowsByCodeThenTheJournal() {
    byte[][] keys = {
      SliceFormat.sliceStart(0),
      SliceFormat.filedKey(0, StockCode.of(new byte[] {0})),
      SliceFormat.filedKey(0, StockCode.of(new byte[] {(byte) 0xff, (byte) 0xff})),
      SliceFormat.journalKey(0, 0),
      SliceFormat.journalKey(0, 255),
      SliceFormat.journalKey(0, 256),
      SliceFormat.sliceStart(1),
      SliceFormat.filedKey(1, CODE),
      SliceFormat.filedKey(255, CODE),
      SliceFormat.sliceStart(256),
      SliceFormat.filedKey(256, CODE),
      SliceFormat.sliceStart(Long.MAX_VALUE),
    };
    for (int i = 1; i < keys.length; i++) {
      assertTrue(Arrays.compareUnsigned(keys[i - 1], keys[i]) < 0, "key " + i);
    }
  }

  @Test
  void whatIsCutOffOrTooLongIsRefused() {
    String[] damaged = {
      "",
      "00",
      "0002",
      "1802000000",
      "0302000000",
      "40" + "00" + "00", // an amount without bytes
      "41" + "00" + "0201", // an amount that is cut off
      "41" + "00" + "013f" + "01", // a scale that addition cannot cope with
      "41" + "00" + "1600" + "01".repeat(22), // longer than any amount
      "00" + "01" + "00", // before the slice
      "28" + "00b864d94572" + "00".repeat(3), // after it
      "80" + "00" + "00", // no name
      "80" + "00" + "00" + "00", // an empty one
      "80" + "00" + "00" + "05" + "41", // one that is cut off
      "80" + "00" + "00" + "81",
      "80" + "00" + "00" + "8401" + "41".repeat(1_025), // longer than any name
    };
    for (String hex : damaged) {
      assertDamaged(SliceFormat.filedKey(0, CODE), hex);
      assertDamaged(SliceFormat.journalKey(0, 0), hex);
    }
    String sound = "00" + "00" + "00";
    String named = "80" + "00" + "00" + "01" + "41";
    assertDamaged(SliceFormat.journalKey(0, 0), sound); // without a StockCode
    for (int length : new int[] {9, 10}) {
      assertDamaged(Arrays.copyOf(SliceFormat.filedKey(0, CODE), length), sound);
    }
    assertDamaged(Arrays.copyOf(SliceFormat.journalKey(0, 0), 17), named);
    assertDamaged(HexFormat.of().parseHex("01" + "0000000000000000" + "02" + "41"), sound);
    assertDamaged(SliceFormat.filedKey(Long.MAX_VALUE - 1, CODE), sound);
  }

  private void assertDamaged(byte[] key, String value) {
    byte[] bytes = HexFormat.of().parseHex(value);
    assertThrows(Damaged.class, () -> format.read(key, bytes, (epoch, row) -> {}), value);
  }
}
