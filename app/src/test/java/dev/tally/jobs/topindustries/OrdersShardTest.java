package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tally.job.DeadLetterReason;
import dev.tally.job.MemoryState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OrdersShardTest {
  private static final Source SOURCE = new Source(1, 1, 3, 4);
  private static final Instant NOON = Instant.parse("2023-03-27T12:00:00Z");

  private final List<Object> sent = new ArrayList<>(); // facts and ranges
  private final List<String> refused = new ArrayList<>();
  private final Output output =
      new Output() {
        @Override
        public boolean live() {
          return true;
        }

        @Override
        public void answer(int topic, byte @Nullable [] key, byte[] value) {
          ByteBuffer bytes = ByteBuffer.wrap(value);
          sent.add(value[0] == Fact.KIND ? Fact.read(bytes) : RangeRecord.read(bytes));
        }

        @Override
        public void deadLetter(DeadLetterReason reason, String message) {
          refused.add(reason.text() + ": " + message);
        }
      };

  private static Shard open(Optional<Duration> futureMax) {
    Shard shard =
        new TopIndustries(Duration.ZERO, Duration.ZERO, futureMax, RankBy.ABSOLUTE, false, false)
            .orders()
            .open(new MemoryState(), Shard.NO_CLOCK, 4, Long.MAX_VALUE);
    shard.resume(SOURCE, 5, "");
    return shard;
  }

  private void apply(Shard shard, long offset, String time) {
    String json =
        String.format(
            "{\"order_id\":\"00000000-0000-0000-0000-00000000000%d\",\"customer_id\":"
                + "\"00000000-0000-0000-0000-000000000000\",\"amount\":1,\"timestamp\":\"%s\"}",
            offset, time);
    shard.apply(offset, null, ByteBuffer.wrap(json.getBytes(UTF_8)), NOON.toEpochMilli(), output);
  }

  @Test
  void factsComeBeforeTheRangeThatCoversThem() {
    Shard shard = open(Optional.of(Duration.ofHours(1)));
    apply(shard, 5, "2023-03-27T11:59:58.5");
    apply(shard, 7, "2023-03-20T00:00:00"); // late, which is nothing
    shard.flush(9, output);
    shard.flush(9, output);
    assertEquals(3, sent.size());
    Fact second = (Fact) sent.get(1);
    assertEquals(3, second.partition());
    assertEquals(7, second.offset());
    assertEquals(Instant.parse("2023-03-20T00:00:00Z"), second.order().time());
    long clock = NOON.getEpochSecond() - 2;
    assertEquals(new Range(SOURCE, 5, 9, true, false, clock), sent.get(2));
    assertEquals(List.of(), refused);
  }

  @Test
  void aTimeNearItsRecordTimestampIsBelievedAtOnceAndNotBeyondIt() {
    Shard shard = open(Optional.of(Duration.ofHours(1)));
    apply(shard, 5, "2023-03-27T11:10:00");
    apply(shard, 6, "2023-03-27T11:20:00");
    apply(shard, 7, "2023-03-27T11:30:00");
    shard.flush(8, output);
    apply(shard, 8, "2023-03-27T12:30:00"); // ahead of it
    shard.flush(9, output);
    long noon = NOON.getEpochSecond();
    assertEquals(new Range(SOURCE, 5, 8, true, false, noon - 1_800), sent.get(3));
    assertEquals(new Range(SOURCE, 8, 9, true, false, noon), sent.get(5));
  }

  @Test
  void aTimeIsInTheFutureByTheNanosecond() {
    Shard shard = open(Optional.of(Duration.ofHours(1)));
    apply(shard, 5, "2023-03-27T13:00:00");
    apply(shard, 6, "2023-03-27T13:00:00.000000001");
    assertEquals(1, sent.size());
    assertEquals(
        List.of(
            "future: timestamp 2023-03-27T13:00:00.000000001Z is more than 1h ahead of the record"
                + " timestamp 1679918400000"),
        refused);
    assertFalse(shard.memo().contains(";"));
  }

  @Test
  void whatTheClockCannotTellIsInTheFutureToo() {
    Shard shard = open(Optional.empty());
    apply(shard, 5, "2262-04-11T23:47:15Z");
    apply(shard, 6, "2262-04-11T23:47:16Z");
    assertEquals(1, sent.size());
    assertEquals(
        List.of(
            "future: timestamp 2262-04-11T23:47:16Z is beyond April 2262, where the clock ends"),
        refused);
  }
}
