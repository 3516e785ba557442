package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Shard;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a naive search: how far back must a machine read that has nothing but the log? */
final class HorizonTest {
  private static final long SLICE_NANOS = 100;
  private static final long REACH_NANOS = 1_000; // window and grace

  /** Event time and offset of every row up to now; offsets have gaps, as markers leave them. */
  private record Row(long epoch, long offset) {}

  /**
   * A row before the first one that enters the horizon's slice is older than that slice, and so was
   * the clock: no such row shapes what comes, and none needs to be read. The first one itself does.
   */
  private static long naiveReplayFrom(List<Row> rows, long horizonNanos, long position) {
    long sliceStart = Math.floorDiv(horizonNanos, SLICE_NANOS) * SLICE_NANOS;
    for (Row row : rows) {
      if (row.epoch() >= sliceStart) {
        return row.offset();
      }
    }
    return position;
  }

  @Test
  void aReplayStartsAtTheFirstRowOfTheHorizonsSliceOrLater() throws IOException {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Horizon horizon = new Horizon(SLICE_NANOS);
      List<Row> rows = new ArrayList<>();
      long clock = Shard.NO_CLOCK;
      long offset = random.nextInt(5);
      for (int i = 0; i < 200; i++) {
        long base = clock == Shard.NO_CLOCK ? random.nextInt(3_000) : clock;
        long epoch = Math.max(0, base + random.nextInt(400) - 300);
        epoch += random.nextInt(25) == 0 ? random.nextInt(5_000) : 0;
        // What is late counts nowhere: the engine notes the clock after every record all the same.
        if (clock == Shard.NO_CLOCK || epoch >= clock - 200) {
          rows.add(new Row(epoch, offset));
          clock = Math.max(clock, epoch);
        }
        horizon.note(clock, offset);
        offset += 1 + random.nextInt(3);
        if (random.nextInt(20) == 0) {
          horizon = reread(horizon);
        }
        if (random.nextInt(3) > 0) {
          assertReplay(horizon, rows, clock, offset, "seed " + seed + " row " + i);
        }
      }
    }
  }

  private static void assertReplay(
      Horizon horizon, List<Row> rows, long clock, long position, String when) {
    long horizonNanos = clock - REACH_NANOS;
    long from = horizon.replayFrom(horizonNanos, position);
    assertEquals(naiveReplayFrom(rows, horizonNanos, position), from, when);
    for (Row row : rows) {
      if (row.offset() < from) {
        assertTrue(
            row.epoch() < horizonNanos,
            when + ": a row before the replay offset is within the horizon");
      }
    }
  }

  private static Horizon reread(Horizon horizon) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    horizon.write(new DataOutputStream(bytes));
    return Horizon.read(
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), SLICE_NANOS);
  }

  @Test
  void withoutAClockNothingNeedsToBeRead() {
    Horizon horizon = new Horizon(SLICE_NANOS);
    assertEquals(77, horizon.replayFrom(Shard.NO_CLOCK, 77));
    horizon.note(Shard.NO_CLOCK, 5);
    assertEquals(77, horizon.replayFrom(Shard.NO_CLOCK, 77));
    horizon.note(0, 9);
    assertEquals(9, horizon.replayFrom(-REACH_NANOS, 77));
  }

  @Test
  void aSliceIsNotedOnceByTheRowThatEntersItAtItsFirstNanosecond() {
    Horizon horizon = new Horizon(SLICE_NANOS);
    horizon.note(99, 1);
    horizon.note(100, 2);
    horizon.note(100, 3);
    horizon.note(199, 4);
    assertEquals(1, horizon.replayFrom(99, 5));
    assertEquals(2, horizon.replayFrom(100, 5));
    assertEquals(2, horizon.replayFrom(199, 5));
  }

  @Test
  void theLastSliceOfALongHasNoSuccessor() {
    Horizon horizon = new Horizon(SLICE_NANOS);
    horizon.note(Long.MAX_VALUE - 3, 1);
    horizon.note(Long.MAX_VALUE - 2, 2);
    assertEquals(1, horizon.replayFrom(Long.MAX_VALUE - REACH_NANOS, 3));
  }

  @Test
  void theNotedSlicesStayFewWhateverTheNumberOfRows() throws IOException {
    Horizon horizon = new Horizon(SLICE_NANOS);
    for (long epoch = 0; epoch < 100_000; epoch++) {
      horizon.note(epoch, epoch);
      if (epoch % 50 == 0) {
        horizon.replayFrom(epoch - REACH_NANOS, epoch);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    horizon.write(new DataOutputStream(bytes));
    assertTrue(bytes.size() < 20 * (REACH_NANOS / SLICE_NANOS + 2), bytes.size() + " bytes");
  }
}
