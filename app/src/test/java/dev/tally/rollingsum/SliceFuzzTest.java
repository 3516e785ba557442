package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Damaged;
import dev.tally.job.Fetched;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any entry that is saved is a window's slice, or is refused as damage: where all is loaded, where
 * a cold window is read back, and where people look at it. Its first byte is the key's length.
 */
final class SliceFuzzTest implements FuzzTarget {
  private static final RollingSum JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Duration.ofHours(1),
          RollingSum.Miskeyed.ACCEPT);
  private static final long CLOCK = 1_795_191_575_500_000_000L;
  private static final SliceFormat FORMAT =
      new SliceFormat(JOB.sliceNanos(), JOB.window().toNanos());
  private static final Code CODE = Code.of("85123A".getBytes(UTF_8));
  private static final byte[] ROW =
      "{\"StockCode\":\"85123A\",\"Price\":1,\"Quantity\":1,\"InvoiceDate\":1795191575.5}"
          .getBytes(UTF_8);

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (long slicesBack = 0; slicesBack < 12; slicesBack++) {
      Window window = new Window(CODE);
      long epoch = CLOCK - slicesBack * JOB.sliceNanos();
      for (int i = 0; i < 4; i++) {
        BigDecimal wide = i == 2 ? new BigDecimal("-1234567890123.000000000001") : null;
        window.restore(epoch + i, wide == null ? -3_000_000L * i : 0, wide, JOB.window().toNanos());
      }
      MemoryState state = new MemoryState();
      write(window, state);
      state.scan(new byte[] {1}, new byte[] {2}, (key, value) -> seeds.add(input(key, value)));
    }
    byte[] start = SliceFormat.sliceStart(FORMAT.sliceOf(CLOCK));
    seeds.add(input(start, new byte[] {0, 1})); // a key without a code
    seeds.add(input(Arrays.copyOf(start, start.length - 1), new byte[] {0, 1}));
    return seeds;
  }

  private static byte[] input(byte[] key, byte[] value) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(key.length);
    input.writeBytes(key);
    input.writeBytes(value);
    return input.toByteArray();
  }

  private static void write(Window window, KeyedState state) {
    KeyedState.Batch batch = state.batch();
    FORMAT.write(window, 0, batch);
    state.save(batch);
  }

  @Override
  public List<String> tokens() {
    return List.of(
        "\u0000",
        "\u0001",
        "\u0000\u0000\u0001",
        "\u0000\u001e\u0001\u0001",
        "\u0000\u001f\u0001",
        "\u0000\u0000\u007f",
        "\u007f",
        "85123A");
  }

  @Override
  public boolean accepts(byte[] input) {
    int keyLength = input.length == 0 ? 0 : Math.min(input.length - 1, input[0] & 0xff);
    if (keyLength == 0) {
      return false; // no state takes it
    }
    byte[] key = Arrays.copyOfRange(input, 1, 1 + keyLength);
    byte[] value = Arrays.copyOfRange(input, Math.min(input.length, 1 + keyLength), input.length);
    MemoryState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    batch.put(key, value);
    state.save(batch);
    boolean sound = !damaged(() -> JOB.windows(state, CLOCK));
    assertEquals(sound, !damaged(() -> JOB.open(state, CLOCK, 1, Long.MAX_VALUE)));
    damaged(() -> readBackCold(state));
    return sound && !JOB.windows(state, CLOCK).isEmpty() && comesBack(key, value);
  }

  private static boolean damaged(Runnable read) {
    try {
      read.run();
      return false;
    } catch (Damaged e) {
      assertTrue(String.valueOf(e.getMessage()).length() > 5, "says what is wrong");
      return true;
    }
  }

  private static void readBackCold(KeyedState state) {
    Shard cold = JOB.open(state, CLOCK, 1, 0);
    cold.apply(null, Fetched.view(ROW), CLOCK / 1_000_000, new CollectedOutput());
  }

  /** What was read is written, and then read again: the same rows. */
  private static boolean comesBack(byte[] key, byte[] value) {
    Window first = new Window(SliceFormat.codeOf(key));
    FORMAT.read(key, value, first);
    MemoryState state = new MemoryState();
    write(first, state);
    Window second = new Window(SliceFormat.codeOf(key));
    state.scan(
        new byte[] {1},
        new byte[] {2},
        (writtenKey, written) -> {
          assertEquals(Arrays.toString(key), Arrays.toString(writtenKey));
          FORMAT.read(writtenKey, written, second);
          return true;
        });
    assertEquals(SliceFormatTest.rowsOf(first), SliceFormatTest.rowsOf(second));
    assertEquals(first.describe(), second.describe());
    return true;
  }
}
