package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import org.junit.jupiter.api.Test;

/** What windows cost; {@link WindowPropertyTest} is about what they answer. */
final class WindowsTest {
  private static final long WINDOW_NANOS = 1_000;
  private static final long SLICE_NANOS = 100;
  // For a window of a few rows: its record and its slots in the index.
  private static final int WINDOW_BYTES_MAX = 160;

  private final MemoryState state = new MemoryState();
  private Windows windows = new Windows(state, SLICE_NANOS, WINDOW_NANOS);
  private final Sale sale = new Sale();
  private final Sum sum = new Sum();
  private long graceNanos;
  private long nowNanos;

  private void add(String code, long epochNanos) {
    byte[] bytes = code.getBytes(UTF_8);
    sale.code().set(bytes, 0, bytes.length);
    sale.setEpoch(epochNanos, bytes, 0, 0);
    sale.setAmount(1, 0, 1, 0);
    nowNanos = Math.max(nowNanos, epochNanos);
    windows.add(sale, horizonNanos(), sum);
  }

  private long horizonNanos() {
    return nowNanos - graceNanos - WINDOW_NANOS;
  }

  private static long rowsInSums(Windows windows) {
    WindowTable table = windows.table();
    return table.stream().mapToLong(window -> table.rows(window) - table.oldestInSum(window)).sum();
  }

  private void save() {
    KeyedState.Batch batch = state.batch();
    windows.save(batch);
    state.save(batch);
  }

  @Test
  void expiredWindowsAreRemovedWhileOthersCome() {
    for (int i = 0; i < 100_000; i++) {
      add("code-" + i, i);
      long most = (WINDOW_NANOS + 1) * 4 / 3 * WINDOW_BYTES_MAX;
      assertTrue(windows.memoryBytes() <= most, i + ": " + windows.memoryBytes() + " bytes");
    }
  }

  @Test
  void expiredWindowsAreRemovedBySaves() {
    for (int i = 0; i < 1_000; i++) {
      add("code-" + i, 0);
    }
    add("another one", WINDOW_NANOS + 1);
    save();
    assertTrue(windows.memoryBytes() < 2 * WINDOW_BYTES_MAX, windows.memoryBytes() + " bytes");
    assertEquals(1, windows.table().size());
  }

  @Test
  void aRowIsSavedOnceAndInAFewBytes() {
    for (int i = 0; i < 1_000; i++) {
      add("code-" + i % 10, i);
      if (i % 7 == 0) {
        save();
      }
    }
    save();
    long rows = rowsInSums(windows);
    Windows loaded = new Windows(state, SLICE_NANOS, WINDOW_NANOS);
    loaded.load(nowNanos - WINDOW_NANOS, nowNanos, Long.MAX_VALUE);
    assertEquals(rows, rowsInSums(loaded));
    long bytes = state.entries().values().stream().mapToLong(value -> value.length).sum();
    assertTrue(bytes < 15 * rows, bytes + " bytes for " + rows + " rows");
  }

  /** Many windows have the same newest time, others very different ones. */
  @Test
  void theOldestWindowsAreDroppedFirstAndNoMoreThanNeeded() {
    for (int i = 0; i < 5_000; i++) {
      add("code-" + i, i < 2_000 ? 0 : i / 10);
    }
    save();
    long bytes = windows.memoryBytes() / 2;
    windows.trimTo(bytes);
    assertTrue(windows.memoryBytes() <= bytes, windows.memoryBytes() + " bytes");
    assertTrue(windows.memoryBytes() > bytes - bytes / 10, windows.memoryBytes() + " bytes");
    long oldest =
        windows.table().stream().mapToLong(windows.table()::newestNanos).min().orElseThrow();
    assertTrue(oldest > 200, oldest + " ns");
  }

  /** The journal names the StockCode of a row only if the previous row has another window. */
  @Test
  void aWindowThatReusesTheNumberOfAnExpiredOneIsNamedInTheJournal() {
    graceNanos = 100_000;
    windows = new Windows(state, graceNanos / 10, WINDOW_NANOS);
    add("expires", 100_020);
    add("stays", 200_005);
    save();
    windows.trimTo(0);
    add("expires", 100_010); // late, so it is in the journal at once
    add("stays", 202_000); // "expires" has expired, and this window is read back under its number
    add("stays", 102_500); // late, and in the same slice as the late row of "expires"
    save();
    windows = new Windows(state, graceNanos / 10, WINDOW_NANOS);
    windows.load(horizonNanos(), nowNanos, Long.MAX_VALUE);
    add("stays", 102_600);
    assertEquals(2_000_000, sum.micros());
  }

  @Test
  void unsavedRowsStayAndSavedOnesAreFiledAndDropped() {
    for (int i = 0; i < 100; i++) {
      add("code-" + i % 10, i);
    }
    long held = windows.memoryBytes();
    windows.trimTo(0);
    assertEquals(held, windows.memoryBytes());
    save();
    windows.trimTo(held / 2);
    assertTrue(windows.memoryBytes() <= held / 2 && windows.memoryBytes() > 0);
    assertTrue(state.entries().keySet().stream().noneMatch(SliceFormat::isJournal));
    add("code-0", 100);
    assertEquals(11_000_000, sum.micros());
  }
}
