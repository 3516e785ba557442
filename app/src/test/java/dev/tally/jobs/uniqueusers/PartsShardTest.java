package dev.tally.jobs.uniqueusers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.Source;
import dev.tally.job.StageLife;
import dev.tally.jobs.sources.Range;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PartsShardTest {
  private static final long HOUR = 1_468_242_000; // 2016-07-11T13:00:00Z

  private final List<Part> parts = new ArrayList<>();

  private final StageLife.Sink sink =
      new StageLife.Sink() {
        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {
          parts.add(Part.read(ByteBuffer.wrap(value)));
        }

        @Override
        public void deadLetter(StageLife.Rec record, DeadLetterReason reason) {
          throw new AssertionError(reason);
        }
      };

  private final StageLife life =
      new StageLife(
          new UniqueUsers(
                  Duration.ofSeconds(5),
                  Duration.ofHours(1),
                  Optional.of(Duration.ofHours(1)),
                  false,
                  false)
              .parts(),
          new Source(1, 1, 0, 1),
          sink);

  private static byte[] frame(long ts) {
    return ("{\"uid\":\"a\",\"ts\":" + ts + "}").getBytes(UTF_8);
  }

  /** A history of a topic that is then written to live, years later. */
  @Test
  void aFrameNearItsRecordTimestampCountsWhateverTheMedianIsAndTellsTheTime() {
    long now = HOUR + 10 * 365 * 86_400;
    for (int i = 0; i < 63; i++) {
      life.append(frame(HOUR + i), now * 1000, 0);
    }
    life.append(frame(now - 3599), now * 1000, 0);
    life.append(frame(now + 3600), now * 1000, 0);
    life.compute(65);
    life.commit();
    assertEquals(
        now, parts.get(parts.size() - 1).range().clockSeconds(), "no later than the records came");
  }

  @Test
  void theClockComesWithTheLastPartOfARangeOnceAllThatItClosesIsThere() {
    for (long ts : new long[] {HOUR + 1, HOUR + 3601, HOUR + 7201}) {
      life.append(frame(ts), ts * 1000, 0);
    }
    life.compute(3);
    life.commit();
    assertEquals(
        List.of(false, false, true), parts.stream().map(part -> part.range().last()).toList());
    assertEquals(
        List.of(Range.NO_CLOCK, Range.NO_CLOCK, HOUR + 7201),
        parts.stream().map(part -> part.range().clockSeconds()).toList());
  }
}
