package dev.tally.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Damaged;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import dev.tally.jobs.rollingsum.RollingSum;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Any bytes that are saved as a position are one, or are refused by name. */
final class PositionFuzzTest implements FuzzTarget {
  private static final byte[] KEY = {KeyedState.ENGINE_PREFIX};
  private static final Uuid TOPIC = new Uuid(0x1122334455667788L, -2);
  private static final RollingSum JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.FAIL);
  private static final long CLOCK = 1_795_191_575_500_000_000L;

  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        bytes(40, Optional.of(5), 3, CLOCK, JOB.fingerprint(4)),
        bytes(0, Optional.empty(), 0, Shard.NO_CLOCK, JOB.fingerprint(1)),
        bytes(
            Long.MAX_VALUE,
            Optional.of(0),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            "gr\u00fcn \ud83d\ude00"),
        bytes(
            5,
            Optional.empty(),
            0,
            CLOCK,
            JOB.fingerprint(1).replace("=600000ms", "=" + "9".repeat(18) + "ms")),
        new byte[0]);
  }

  private static byte[] bytes(
      long offset, Optional<Integer> epoch, long exactFrom, long clock, String fingerprint) {
    Horizon horizon = new Horizon(JOB.sliceNanos());
    for (int i = 0; i < 12; i++) {
      horizon.note(CLOCK - (12 - i) * JOB.sliceNanos(), 3L * i);
    }
    return bytes(new Position(offset, epoch, exactFrom, clock, TOPIC, fingerprint, horizon));
  }

  private static byte[] bytes(Position position) {
    MemoryState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    position.write(batch);
    state.save(batch);
    return Objects.requireNonNull(state.get(KEY));
  }

  @Override
  public List<String> tokens() {
    return List.of(
        "\u0000",
        "\u0001",
        "\u0002",
        "window=0ms",
        "window=99999999999999999ms",
        "grace=9223372036854775807ms",
        "grace=9223372036854775808ms",
        "miskeyed=skipped",
        "\u0000\u0000\u0000\u000c",
        "\u0000\u0000\u0000\u000b",
        "\u007f\u00ff");
  }

  @Override
  public boolean accepts(byte[] input) {
    MemoryState state = new MemoryState();
    KeyedState.Batch batch = state.batch();
    batch.put(KEY, input);
    state.save(batch);
    look(state);
    try {
      Position position = Objects.requireNonNull(Position.read(state, JOB.sliceNanos()));
      assertArrayEquals(input, bytes(position));
      begin(position);
      return true;
    } catch (Position.UnknownLayout e) {
      assertTrue(String.valueOf(e.getMessage()).length() > 5);
      assertEquals(input.length > 0 && input[0] > 2, e.newer());
      return false;
    }
  }

  /** As `tally state` does. */
  private static void look(KeyedState state) {
    try {
      SavedPosition found = SavedPosition.read(state, RollingSum::ofFingerprint).orElseThrow();
      RollingSum.ofFingerprint(found.fingerprint()).windows(state, found.clockNanos(), 10, 1 << 20);
    } catch (Stop stop) {
      assertEquals(Stop.Reason.REFUSED, stop.reason());
    } catch (Damaged e) {
      assertTrue(String.valueOf(e.getMessage()).length() > 5);
    }
  }

  private static void begin(Position position) {
    String metadata = new Checkpoint(TOPIC, 7, CLOCK, JOB.fingerprint(4)).text();
    PartitionInfo found =
        new PartitionInfo(
            TOPIC, 4, 0, 100, 0, new OffsetAndMetadata(50, Optional.empty(), metadata));
    StartPoint.Rules rules = new StartPoint.Rules(JOB.fingerprint(4), false, false, false);
    try {
      StartPoint start = StartPoint.decide(new TopicPartition("data", 0), found, position, rules);
      assertTrue(start.from() >= 7 && start.from() <= 50, start.toString());
    } catch (Stop stop) {
      assertEquals(Stop.Reason.REFUSED, stop.reason());
    }
  }
}
