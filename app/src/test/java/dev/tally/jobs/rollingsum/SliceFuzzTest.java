package dev.tally.jobs.rollingsum;

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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Any saved entry holds rows of a slice or is refused as damaged: when everything is loaded, when a
 * dropped window is read back, and when people look at it. The first byte of an input is the length
 * of the key.
 */
final class SliceFuzzTest implements FuzzTarget {
  private static final RollingSum JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.ACCEPT);
  private static final long CLOCK = 1_795_191_575_500_000_000L;
  private static final StockCode CODE = StockCode.of("85123A".getBytes(UTF_8));
  private static final byte[] ROW =
      "{\"StockCode\":\"85123A\",\"Price\":1,\"Quantity\":1,\"InvoiceDate\":1795191575.5}"
          .getBytes(UTF_8);

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    MemoryState state = new MemoryState();
    Shard shard = JOB.open(state, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
    for (long slicesBack = 11; slicesBack >= 0; slicesBack--) {
      for (int i = 0; i < 4; i++) {
        shard.apply(
            0,
            null,
            row(CLOCK - slicesBack * JOB.sliceNanos() + i, i),
            CLOCK / 1_000_000,
            new CollectedOutput());
      }
    }
    save(shard, state);
    List<byte[]> seeds = new ArrayList<>();
    state.scan(new byte[] {1}, new byte[] {2}, (key, value) -> seeds.add(input(key, value)));
    shard.trimTo(0);
    state.scan(new byte[] {1}, new byte[] {2}, (key, value) -> seeds.add(input(key, value)));
    byte[] start = SliceFormat.sliceStart(CLOCK / JOB.sliceNanos());
    seeds.add(input(start, new byte[] {0, 1})); // a key that does not say what it is
    seeds.add(input(Arrays.copyOf(start, start.length - 1), new byte[] {0, 1}));
    return seeds;
  }

  private static ByteBuffer row(long epochNanos, int number) {
    String text =
        String.format(
            "{\"StockCode\":\"%s\",\"Price\":%s,\"Quantity\":1,\"InvoiceDate\":%s}",
            number == 3 ? "BANK CHARGES" : CODE,
            number == 2 ? "123456789012345.000000001" : "" + number,
            BigDecimal.valueOf(epochNanos, 9));
    return Fetched.view(text.getBytes(UTF_8));
  }

  private static void save(Shard shard, MemoryState state) {
    KeyedState.Batch batch = state.batch();
    shard.save(batch);
    state.save(batch);
  }

  private static byte[] input(byte[] key, byte[] value) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(key.length);
    input.writeBytes(key);
    input.writeBytes(value);
    return input.toByteArray();
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
        "\u0000\u000685123A",
        "85123A");
  }

  @Override
  public boolean accepts(byte[] input) {
    int keyLength = input.length == 0 ? 0 : Math.min(input.length - 1, input[0] & 0xff);
    if (keyLength == 0) {
      return false; // a key is never empty
    }
    byte[] key = Arrays.copyOfRange(input, 1, 1 + keyLength);
    byte[] value = Arrays.copyOfRange(input, Math.min(input.length, 1 + keyLength), input.length);
    MemoryState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    batch.put(key, value);
    state.save(batch);
    boolean sound = !damaged(() -> windows(state));
    assertEquals(sound, !damaged(() -> JOB.open(state, CLOCK, 1, Long.MAX_VALUE)));
    damaged(() -> readBackCold(state));
    return sound && windows(state).stockCodes() > 0 && isFiled(state);
  }

  private static boolean damaged(Runnable read) {
    try {
      read.run();
      return false;
    } catch (Damaged e) {
      assertTrue(String.valueOf(e.getMessage()).length() > 5, "the message says what is wrong");
      return true;
    }
  }

  private static void readBackCold(KeyedState state) {
    Shard cold = JOB.open(state, CLOCK, 1, 0);
    cold.apply(0, null, Fetched.view(ROW), CLOCK / 1_000_000, new CollectedOutput());
  }

  /** Files by StockCode what was read, and reads it again: the windows must be the same. */
  private static boolean isFiled(MemoryState state) {
    SavedWindows before = windows(state);
    JOB.open(state, CLOCK, 1, Long.MAX_VALUE).trimTo(0);
    assertEquals(before, windows(state));
    assertTrue(state.entries().keySet().stream().noneMatch(SliceFormat::isJournal));
    return true;
  }

  private static SavedWindows windows(KeyedState state) {
    return JOB.windows(state, CLOCK, Integer.MAX_VALUE, Long.MAX_VALUE);
  }
}
