package dev.tally.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import dev.tally.jobs.rollingsum.RollingSum;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** What `tally state` reads first. */
final class SavedPositionTest {
  private static final RollingSum JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.FAIL);
  private static final byte[] KEY = {KeyedState.ENGINE_PREFIX};
  private static final byte[] ROW =
      "{\"StockCode\":\"a\",\"Price\":2,\"Quantity\":3,\"InvoiceDate\":1700000000}"
          .getBytes(StandardCharsets.UTF_8);

  private final MemoryState state = new MemoryState();

  private void savePosition(String fingerprint, long clockNanos) {
    KeyedState.Batch batch = state.batch();
    new Position(
            5,
            Optional.empty(),
            3,
            clockNanos,
            Uuid.ONE_UUID,
            fingerprint,
            new Horizon(JOB.sliceNanos()))
        .write(batch);
    state.save(batch);
  }

  private Optional<SavedPosition> read() {
    return SavedPosition.read(state, RollingSum::ofFingerprint);
  }

  @Test
  void readingAStateWritesNothing() {
    Shard shard = JOB.open(state, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
    shard.apply(0, null, ByteBuffer.wrap(ROW), 1_700_000_000_000L, Task.SILENCE);
    KeyedState.Batch batch = state.batch();
    shard.save(batch);
    state.save(batch);
    savePosition(JOB.fingerprint(4), shard.clockNanos());
    MemoryState before = state.copy();
    SavedPosition found = read().orElseThrow();
    assertEquals(5, found.offset());
    assertEquals(shard.clockNanos(), found.clockNanos());
    assertEquals(shard.horizonNanos(), found.horizonNanos());
    assertEquals(before.entries().size(), state.entries().size());
    before.entries().forEach((key, value) -> assertArrayEquals(value, state.get(key)));
  }

  @Test
  void nothingSavedIsNothingRead() {
    assertEquals(Optional.empty(), read());
  }

  @Test
  void aStateOfANewerVersionNamesIt() {
    savePosition(JOB.fingerprint(4), 0);
    byte[] position = requireNonNull(state.get(KEY)).clone();
    position[0] = 3;
    put(position);
    Stop stop = assertThrows(Stop.class, this::read);
    assertEquals(Stop.Reason.REFUSED, stop.reason());
    assertTrue(String.valueOf(stop.getMessage()).contains("newer"), stop.getMessage());
    assertTrue(String.valueOf(stop.getMessage()).contains("layout 3"), stop.getMessage());
  }

  @Test
  void aStateOfAnOlderVersionIsReportedAsToBeRebuilt() {
    put(new byte[] {1});
    Damaged damaged = assertThrows(Damaged.class, this::read);
    assertTrue(String.valueOf(damaged.getMessage()).contains("layout 1"), damaged.getMessage());
  }

  @Test
  void aStateWithSettingsOfAnotherJobIsRefused() {
    savePosition("wibble=1", 0);
    Stop stop = assertThrows(Stop.class, this::read);
    assertEquals(Stop.Reason.REFUSED, stop.reason());
    assertTrue(String.valueOf(stop.getMessage()).contains("wibble=1"), stop.getMessage());
  }

  private void put(byte[] position) {
    KeyedState.Batch batch = state.batch();
    batch.put(KEY, position);
    state.save(batch);
  }
}
