package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class PositionTest {
  private static final long SLICE_NANOS = 60;
  private static final byte[] KEY = {KeyedState.ENGINE_PREFIX};
  private static final Uuid TOPIC = new Uuid(0x1122334455667788L, -2);

  private static Position position(long offset, Optional<Integer> epoch, long clock) {
    Horizon horizon = new Horizon(SLICE_NANOS);
    horizon.note(120, 7);
    horizon.note(500, 9);
    return new Position(offset, epoch, 3, clock, TOPIC, "window=600000ms grünes=1", horizon);
  }

  private static MemoryState saved(Position position) {
    MemoryState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    position.write(batch);
    state.save(batch);
    return state;
  }

  private static MemoryState with(byte[] bytes) {
    MemoryState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    batch.put(KEY, bytes);
    state.save(batch);
    return state;
  }

  private static byte[] bytesOf(Position position) {
    byte[] bytes = saved(position).get(KEY);
    assertNotNull(bytes);
    return bytes;
  }

  private static void assertRoundTrip(Position written) throws Position.UnknownLayout {
    Position read = Position.read(saved(written), SLICE_NANOS);
    assertNotNull(read);
    assertEquals(written.offset(), read.offset());
    assertEquals(written.leaderEpoch(), read.leaderEpoch());
    assertEquals(written.exactFrom(), read.exactFrom());
    assertEquals(written.clockNanos(), read.clockNanos());
    assertEquals(written.topicId(), read.topicId());
    assertEquals(written.fingerprint(), read.fingerprint());
    assertEquals(7, read.horizon().replayFrom(125, 99));
    assertEquals(9, read.horizon().replayFrom(180, 99));
    // The horizon goes on where it was, within the slice it was in and in the next.
    read.horizon().note(539, 10);
    read.horizon().note(540, 11);
    assertEquals(9, read.horizon().replayFrom(539, 99));
    assertEquals(11, read.horizon().replayFrom(540, 99));
  }

  @Test
  void aPositionIsReadBackAsItWasSaved() throws Position.UnknownLayout {
    assertRoundTrip(position(12, Optional.of(5), 500));
    assertRoundTrip(position(Long.MAX_VALUE, Optional.of(0), Long.MAX_VALUE));
    assertRoundTrip(position(0, Optional.empty(), Shard.NO_CLOCK));
  }

  @Test
  void nothingSavedIsNoPosition() throws Position.UnknownLayout {
    assertNull(Position.read(new MemoryState(), SLICE_NANOS));
  }

  @Test
  void aNewerLayoutIsNamedAndNotMistakenForDamage() {
    byte[] bytes = bytesOf(position(12, Optional.of(5), 500));
    bytes[0] = 3;
    Position.UnknownLayout newer =
        assertThrows(Position.UnknownLayout.class, () -> Position.read(with(bytes), SLICE_NANOS));
    assertTrue(newer.newer());
    assertEquals("layout 3, this version reads 2", newer.getMessage());
    bytes[0] = 0;
    Position.UnknownLayout older =
        assertThrows(Position.UnknownLayout.class, () -> Position.read(with(bytes), SLICE_NANOS));
    assertFalse(older.newer());
  }

  @Test
  void aPositionTruncatedAnywhereIsRefused() {
    byte[] whole = bytesOf(position(12, Optional.of(5), 500));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Position.UnknownLayout damaged =
          assertThrows(Position.UnknownLayout.class, () -> Position.read(with(cut), SLICE_NANOS));
      assertFalse(damaged.newer());
    }
  }

  @Test
  void bytesThatThisVersionWouldNotWriteAreRefused() {
    byte[] whole = bytesOf(position(12, Optional.of(5), 500));
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    byte[] negativeCount = Arrays.copyOf(whole, whole.length - 2 * 2 * Long.BYTES);
    negativeCount[negativeCount.length - Integer.BYTES] = -1;
    for (byte[] bytes : new byte[][] {longer, negativeCount}) {
      assertThrows(Position.UnknownLayout.class, () -> Position.read(with(bytes), SLICE_NANOS));
    }
  }
}
