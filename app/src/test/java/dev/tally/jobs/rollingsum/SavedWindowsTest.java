package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tally.job.Fetched;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import dev.tally.jobs.rollingsum.RollingSum.SavedWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People are told of exactly the windows that were saved, however they lie on disk. */
final class SavedWindowsTest {
  private static final long FIRST_SECOND = 1_700_000_000L;
  private static final long WINDOW_SECONDS = 60;
  private static final long GRACE_SECONDS = 20;
  private static final RollingSum JOB =
      new RollingSum(
          Duration.ofSeconds(WINDOW_SECONDS),
          Duration.ofSeconds(GRACE_SECONDS),
          Optional.of(Duration.ofDays(1)),
          RollingSum.Miskeyed.FAIL);

  private record Row(String code, long second, BigDecimal amount) {}

  private final MemoryState state = new MemoryState();
  private final Shard shard = JOB.open(state, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
  private final List<Row> rows = new ArrayList<>();

  private void add(Row row) {
    rows.add(row);
    String text =
        "{\"StockCode\":\"%s\",\"Price\":%s,\"Quantity\":1,\"InvoiceDate\":%d}"
            .formatted(row.code, row.amount.toPlainString(), row.second);
    shard.apply(
        0, null, Fetched.view(text.getBytes(UTF_8)), row.second * 1_000, new CollectedOutput());
  }

  /** Adds rows of five minutes, within the grace; some amounts need more than a long. */
  private void addSome(long firstSecond, Random random) {
    for (int i = 0; i < 600; i++) {
      String code = "code " + random.nextInt(20) * random.nextInt(20);
      long second = firstSecond + i / 2 - random.nextInt((int) GRACE_SECONDS);
      BigDecimal amount =
          random.nextInt(50) == 0
              ? new BigDecimal("123456789012345.000000001")
              : BigDecimal.valueOf(random.nextInt(1_000) - 500, 2);
      add(new Row(code, second, amount));
      if (random.nextInt(40) == 0) {
        save();
        if (random.nextInt(3) == 0) {
          shard.trimTo(random.nextInt(3) * 2_000L);
        }
      }
    }
  }

  private void save() {
    KeyedState.Batch batch = state.batch();
    shard.save(batch);
    state.save(batch);
  }

  private List<SavedWindow> expected() {
    long horizon = shard.horizonNanos() / 1_000_000_000L;
    Map<String, List<Row>> byCode =
        rows.stream()
            .filter(row -> row.second >= horizon)
            .collect(Collectors.groupingBy(Row::code));
    return byCode.values().stream()
        .map(SavedWindowsTest::expected)
        .sorted(
            Comparator.comparingInt(SavedWindow::rows)
                .reversed()
                .thenComparing(SavedWindow::stockCode))
        .toList();
  }

  private static SavedWindow expected(List<Row> ofCode) {
    long newest = ofCode.stream().mapToLong(Row::second).max().orElseThrow();
    List<Row> inSum = ofCode.stream().filter(row -> row.second >= newest - WINDOW_SECONDS).toList();
    BigDecimal sum = inSum.stream().map(Row::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    return new SavedWindow(
        ofCode.get(0).code,
        inSum.size(),
        BigDecimal.valueOf(newest).stripTrailingZeros(),
        sum.stripTrailingZeros());
  }

  /** With memory for all StockCodes at once, for some, and for a few. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 4_000, 800})
  void everythingSavedIsCountedAndNothingIsWritten(long memoryBytesMax) {
    for (int seed = 0; seed < 5; seed++) {
      addSome(FIRST_SECOND + seed * 300L, new Random(seed));
      save();
      MemoryState before = state.copy();
      SavedWindows found = JOB.windows(state, shard.clockNanos(), 1_000, memoryBytesMax);
      assertEquals(expected(), found.largest());
      assertEquals(expected().size(), found.stockCodes());
      assertEquals(expected().stream().mapToLong(SavedWindow::rows).sum(), found.rows());
      assertEquals(expected().subList(0, 3), largest(3, memoryBytesMax));
      assertEquals(List.of(), largest(0, memoryBytesMax));
      assertSame(before, state);
    }
  }

  private List<SavedWindow> largest(int most, long memoryBytesMax) {
    return JOB.windows(state, shard.clockNanos(), most, memoryBytesMax).largest();
  }

  private static void assertSame(MemoryState before, MemoryState after) {
    assertFalse(before.entries().isEmpty());
    assertEquals(before.entries().size(), after.entries().size());
    before.entries().forEach((key, value) -> assertArrayEquals(value, after.get(key)));
  }

  @Test
  void aRowAtTheStartOfTheWindowIsInTheSumAndOneBeforeItIsNot() {
    add(new Row("a", FIRST_SECOND, BigDecimal.ONE));
    add(new Row("a", FIRST_SECOND + 1, BigDecimal.ONE));
    add(new Row("a", FIRST_SECOND + 1 + WINDOW_SECONDS, BigDecimal.ONE));
    save();
    assertEquals(2, largest(1, 1 << 20).get(0).rows());
  }

  @Test
  void aJobsHorizonIsThatOfAShardWithTheSameClock() {
    assertEquals(shard.horizonNanos(), JOB.horizonNanos(shard.clockNanos()));
    add(new Row("a", FIRST_SECOND, BigDecimal.ONE));
    assertEquals(shard.horizonNanos(), JOB.horizonNanos(shard.clockNanos()));
  }
}
