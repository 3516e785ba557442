package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
  private static final long WINDOW_NANOS = 600_000_000_000L;
  private static final long SLICE_NANOS = WINDOW_NANOS / 10;
  private static final long[] MICROS = {
    0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1
  };

  private final SliceFormat format = new SliceFormat(SLICE_NANOS, WINDOW_NANOS);
  private final Code code = Code.of("85123A".getBytes(UTF_8));

  private static final class Row {
    private final long epoch;
    private final BigDecimal amount;

    Row(long epoch, BigDecimal amount) {
      this.epoch = epoch;
      this.amount = amount;
    }

    @Override
    public String toString() {
      return epoch + "=" + amount.stripTrailingZeros().toPlainString();
    }
  }

  static List<String> rowsOf(Window window) {
    List<String> rows = new ArrayList<>();
    for (int i = window.firstFrom(Long.MIN_VALUE); i < window.end(); i++) {
      BigDecimal wide = window.wide(i);
      BigDecimal amount = wide == null ? BigDecimal.valueOf(window.micros(i), 6) : wide;
      rows.add(new Row(window.epochNanos(i), amount).toString());
    }
    return rows;
  }

  private Window readBack(KeyedState state) {
    Window window = new Window(code);
    state.scan(
        SliceFormat.sliceStart(0),
        SliceFormat.sliceStart(Long.MAX_VALUE),
        (key, value) -> {
          assertEquals(code, SliceFormat.codeOf(key));
          format.read(key, value, window);
          return true;
        });
    return window;
  }

  private static KeyedState saved(SliceFormat format, Window window, long fromNanos) {
    KeyedState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    format.write(window, fromNanos, batch);
    state.save(batch);
    return state;
  }

  private static Row add(Window window, long epoch, long micros, @Nullable BigDecimal wide) {
    window.restore(epoch, wide == null ? micros : 0, wide, WINDOW_NANOS);
    return new Row(epoch, wide == null ? BigDecimal.valueOf(micros, 6) : wide);
  }

  @Test
  void everyRowComesBackInItsOrder() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Window window = new Window(code);
      List<String> expected = new ArrayList<>();
      long epoch = random.nextInt(3) == 0 ? 0 : random.nextLong(Long.MAX_VALUE / 2);
      for (int i = 0; i < 60; i++) {
        long micros =
            random.nextBoolean() ? MICROS[random.nextInt(MICROS.length)] : random.nextLong();
        BigDecimal wide =
            random.nextInt(3) == 0
                ? new BigDecimal("-999999999999999.999999999")
                    .pow(1 + random.nextInt(2))
                    .scaleByPowerOfTen(random.nextInt(7) - 3)
                : null;
        expected.add(add(window, epoch, micros, wide).toString());
        epoch += random.nextInt(3) == 0 ? 0 : random.nextLong(SLICE_NANOS);
      }
      assertEquals(expected, rowsOf(readBack(saved(format, window, 0))), "seed " + seed);
    }
  }

  @Test
  void amountsAtTheEdgesOfALongComeBack() {
    Window window = new Window(code);
    List<String> expected = new ArrayList<>();
    for (long micros : MICROS) {
      expected.add(add(window, 5, micros, null).toString());
    }
    assertEquals(expected, rowsOf(readBack(saved(format, window, 0))));
  }

  @Test
  void theLayoutIsTheOneThatIsDrawn() {
    Window window = new Window(code);
    add(window, 2 * SLICE_NANOS + 1, 0, null);
    add(window, 2 * SLICE_NANOS + 1, -1, null);
    add(window, 2 * SLICE_NANOS + 301, 1, null);
    add(window, 2 * SLICE_NANOS + 301, 0, new BigDecimal("-0.0000256"));
    KeyedState state = saved(format, window, 0);
    byte[] key = HexFormat.of().parseHex("01" + "0000000000000002" + "383531323341");
    assertArrayEquals(key, SliceFormat.key(2, code));
    assertEquals(
        "01" + "01" + "00" + "02" + "ac02" + "03" + "00" + "00" + "07" + "02" + "ff00",
        HexFormat.of().formatHex(state.get(key)));
  }

  @Test
  void onlySlicesFromTheAskedOneOnAreWrittenAndThoseWhole() {
    Window window = new Window(code);
    add(window, SLICE_NANOS - 1, 1, null);
    Row first = add(window, SLICE_NANOS, 2, null);
    Row second = add(window, SLICE_NANOS + 9, 3, null);
    Row third = add(window, 3 * SLICE_NANOS, 4, null);
    KeyedState state = saved(format, window, SLICE_NANOS + 9);
    assertEquals(
        List.of(first.toString(), second.toString(), third.toString()), rowsOf(readBack(state)));
  }

  @Test
  void keysAreOrderedBySliceThenCodeAndASlicesStartIsBeforeThemAll() {
    byte[][] keys = {
      SliceFormat.sliceStart(0),
      SliceFormat.key(0, Code.of(new byte[] {0})),
      SliceFormat.key(0, Code.of(new byte[] {(byte) 0xff, (byte) 0xff})),
      SliceFormat.sliceStart(1),
      SliceFormat.key(1, code),
      SliceFormat.key(255, code),
      SliceFormat.sliceStart(256),
      SliceFormat.key(256, code),
      SliceFormat.sliceStart(Long.MAX_VALUE),
    };
    for (int i = 1; i < keys.length; i++) {
      assertTrue(Arrays.compareUnsigned(keys[i - 1], keys[i]) < 0, "key " + i);
    }
  }

  @Test
  void whatIsCutOffOrTooLongIsNamed() {
    byte[] key = SliceFormat.key(0, code);
    String[] damaged = {
      "",
      "05",
      "0580",
      "05" + "ff".repeat(10),
      "050000",
      "05000001",
      "0500000500",
      "0500ffffffff070101" + "0500ffffffff0f0101", // scales that no BigDecimal can be added with
      "05000016" + "01".repeat(22), // longer than any amount
      "ffffffffffffffffff0101", // back in time
      "80e0ba84bf0301", // the next slice
    };
    for (String hex : damaged) {
      byte[] value = HexFormat.of().parseHex(hex);
      assertThrows(Damaged.class, () -> format.read(key, value, new Window(code)), hex);
    }
    for (int length : new int[] {1, 8, 9}) {
      assertThrows(Damaged.class, () -> SliceFormat.codeOf(new byte[length]));
    }
  }
}
