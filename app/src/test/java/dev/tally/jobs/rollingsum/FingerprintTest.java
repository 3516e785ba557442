package dev.tally.jobs.rollingsum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tally.job.Fetched;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Saved state is used under all settings that have its fingerprint. So the same rows must give the
 * same state under any two settings whose fingerprints are equal.
 */
final class FingerprintTest {
  private static final int HISTORIES = 300;
  private static final int ROWS = 60;

  @Test
  void jobsWithTheSameFingerprintReachTheSameStateInAReplay() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      Histories histories = new Histories(new Random(seed));
      List<NaiveRollingSum.Row> rows = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        rows.add(histories.next());
      }
      for (RollingSum.Miskeyed one : RollingSum.Miskeyed.values()) {
        for (RollingSum.Miskeyed other : RollingSum.Miskeyed.values()) {
          RollingSum first = with(histories.job, one);
          RollingSum second = with(histories.job, other);
          if (first
              .fingerprint(histories.partitions)
              .equals(second.fingerprint(histories.partitions))) {
            assertSameState(
                replayed(first, histories.partitions, rows),
                replayed(second, histories.partitions, rows),
                "seed " + seed + ": " + one + " and " + other);
          }
        }
      }
    }
  }

  @Test
  void skippingAndCountingMiskeyedRowsHaveDifferentFingerprints() {
    RollingSum job = new Histories(new Random(1)).job;
    assertEquals(
        with(job, RollingSum.Miskeyed.FAIL).fingerprint(2),
        with(job, RollingSum.Miskeyed.ACCEPT).fingerprint(2));
    assertNotEquals(
        with(job, RollingSum.Miskeyed.FAIL).fingerprint(2),
        with(job, RollingSum.Miskeyed.DEAD_LETTER).fingerprint(2));
  }

  /**
   * Every version so far has written this text. If one letter of it changed, all saved state would
   * be refused.
   */
  @Test
  void aFingerprintIsTheTextItHasAlwaysBeen() {
    RollingSum job =
        new RollingSum(
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Optional.of(Duration.ofHours(1)),
            RollingSum.Miskeyed.FAIL);
    assertEquals(
        "semantics=1 window=600000ms grace=60000ms future.max=3600000ms partitions=4"
            + " miskeyed=counted",
        job.fingerprint(4));
    assertEquals(job, RollingSum.ofFingerprint(job.fingerprint(4)));
  }

  @Test
  void aJobThatBelievesAnyEventTimeSaysSoInItsFingerprint() {
    RollingSum job =
        new RollingSum(
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Optional.empty(),
            RollingSum.Miskeyed.DEAD_LETTER);
    assertEquals(
        "semantics=1 window=600000ms grace=60000ms future.max=off partitions=4 miskeyed=skipped",
        job.fingerprint(4));
    assertEquals(job, RollingSum.ofFingerprint(job.fingerprint(4)));
  }

  private static RollingSum with(RollingSum job, RollingSum.Miskeyed miskeyed) {
    return new RollingSum(job.window(), job.grace(), job.futureMax(), miskeyed);
  }

  private static MemoryState replayed(
      RollingSum job, int partitions, List<NaiveRollingSum.Row> rows) {
    MemoryState saved = new MemoryState();
    Shard shard = job.open(saved, Shard.NO_CLOCK, partitions, Long.MAX_VALUE);
    CollectedOutput silence = new CollectedOutput().live(false);
    for (NaiveRollingSum.Row row : rows) {
      shard.apply(
          0,
          Fetched.viewOrNull(row.key()),
          Fetched.viewOrNull(row.value()),
          row.timestampMillis(),
          silence);
    }
    KeyedState.Batch batch = saved.batch();
    shard.save(batch);
    saved.save(batch);
    return saved;
  }

  private static void assertSameState(MemoryState first, MemoryState second, String what) {
    assertEquals(first.entries().size(), second.entries().size(), what);
    Iterator<Map.Entry<byte[], byte[]>> others = second.entries().entrySet().iterator();
    first
        .entries()
        .forEach(
            (key, value) -> {
              Map.Entry<byte[], byte[]> other = others.next();
              assertArrayEquals(key, other.getKey(), what);
              assertArrayEquals(value, other.getValue(), what);
            });
  }
}
