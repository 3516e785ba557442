package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RankShardTest {
  private static final Source ORDERS = new Source(1, 1, 0, 1);
  private static final Source FACTS = new Source(2, 2, 0, 1);
  private static final Source TABLE = new Source(9, 9, 0, 1);
  private static final Instant NOON = Instant.parse("2023-03-27T12:00:00Z");
  private static final UUID ANN = new UUID(1, 1);
  private static final TopIndustries SETTINGS =
      new TopIndustries(
          Duration.ofSeconds(5),
          Duration.ofDays(2),
          Optional.of(Duration.ofHours(1)),
          RankBy.ABSOLUTE,
          /* split= */ false,
          /* holesAccepted= */ false);

  private final MemoryState saved = new MemoryState();
  private final Told told = new Told();
  private Shard shard = SETTINGS.rank().open(saved, Shard.NO_CLOCK, 1, Long.MAX_VALUE);
  private long offset;
  private long rowOffset;
  private long ordersTo;
  private long rangesTo;

  RankShardTest() {
    shard.resume(FACTS, 0, "");
  }

  private void apply(byte[] value) {
    shard.apply(offset++, null, ByteBuffer.wrap(value), 0, told);
  }

  private void order(long id, String amount, Instant time) {
    Order order = new Order(new UUID(5, id), ANN, new BigDecimal(amount), time);
    apply(new Fact(0, ordersTo++, order).toBytes());
  }

  /** The partition of the orders says that it is so late. */
  private void clock(Instant time) {
    Range range = new Range(ORDERS, rangesTo, ordersTo, true, false, time.getEpochSecond());
    rangesTo = ordersTo;
    apply(RangeRecord.toBytes(range));
  }

  private void row(Source table, UUID customer, @Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(UTF_8);
    shard.row(table, rowOffset++, customer.toString().getBytes(UTF_8), bytes);
  }

  private void save() {
    KeyedState.Batch batch = saved.batch();
    shard.save(batch);
    saved.save(batch);
  }

  /** The industries that were told, and their values, of the last hour. */
  private List<String> last() {
    String date = told.answers().get(told.answers().size() - 1).substring(0, 20);
    return told.answers().stream()
        .filter(answer -> answer.startsWith(date))
        .map(answer -> answer.replaceAll(".*industry\":\"|\",\"24h_value|,\"30d_avg.*", ""))
        .toList();
  }

  @Test
  void anHourIsToldOnceTheClockHasPassedItByTheGrace() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    order(1, "1.5", NOON.minusSeconds(1));
    clock(NOON.plusSeconds(4));
    assertEquals(List.of(), told.answers());
    clock(NOON.plusSeconds(5));
    assertEquals(
        List.of(
            "2023-03-27T12:00:00Z/1 {\"agg_date\":\"2023-03-27T12:00:00Z\",\"rank\":1,"
                + "\"industry\":\"Food\",\"24h_value\":1.5,\"30d_avg\":0.0,\"delta\":1.5,"
                + "\"change\":null,\"orders\":1,\"days\":0,\"customers_offset\":1}"),
        told.answers());
    clock(NOON.plusSeconds(3_604));
    assertEquals(1, told.answers().size());
  }

  @Test
  void theFirstRankingIsAtMostThirtyThreeDaysBeforeTheClock() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    order(1, "1", Instant.EPOCH);
    clock(NOON.plusSeconds(5));
    assertEquals(33 * 24 + 1, told.answers().size());
    assertTrue(told.answers().get(0).startsWith("2023-02-22T12:00:00Z/1 "));
  }

  @Test
  void anOrderIdWithOtherContentIsAConflictAndARepetitionIsNothing() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    order(1, "1", NOON);
    order(1, "1", NOON);
    order(1, "2", NOON);
    clock(NOON.plusSeconds(3_700));
    assertEquals(
        List.of(
            "conflict: order_id "
                + new UUID(5, 1)
                + " of partition 0, offset 2, has come before"
                + " with another customer, amount or time"),
        told.deadLetters());
    assertEquals(List.of("Food\":1.0"), last());
  }

  @Test
  void anOrderIdThatComesLaterByMoreThanTheLimitIsAnotherOrder() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    order(1, "1", NOON);
    order(1, "2", NOON.plus(Duration.ofDays(2))); // in conflict, and known from now on
    order(1, "4", NOON.plus(Duration.ofDays(4)));
    order(1, "8", NOON.plus(Duration.ofDays(6)).plus(Duration.ofHours(1)));
    assertEquals(2, told.deadLetters().size());
    clock(NOON.plus(Duration.ofDays(7)));
    assertEquals(List.of("Food\":8.0"), last());
  }

  @Test
  void anOrderIdIsKnownByWhatWasRefusedEvenWhenTheFirstOrderIsForgotten() {
    order(1, "1", NOON);
    order(1, "2", NOON.plus(Duration.ofDays(2)));
    clock(NOON.plus(Duration.ofDays(33)).plus(Duration.ofHours(2)));
    shard.flush(offset, told);
    save();
    order(1, "4", NOON.plus(Duration.ofDays(3)));
    assertEquals(2, told.deadLetters().size());
  }

  @Test
  void whatNoStageCanHaveWrittenIsUnreadable() {
    apply(new byte[0]);
    apply(new byte[] {1, 2, 3});
    apply(new byte[] {2});
    assertEquals(3, told.deadLetters().size());
    assertTrue(told.deadLetters().stream().allMatch(letter -> letter.startsWith("unreadable: ")));
  }

  @Test
  void aRowThatCannotBeReadStopsTheRankingUntilALaterOneTakesItsPlace() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    row(TABLE, ANN, "{\"industries\":\"Food\"}");
    order(1, "1", NOON.minusSeconds(1));
    save();
    String memo = shard.memo();
    shard = SETTINGS.rank().open(saved, shard.clockNanos(), 1, Long.MAX_VALUE);
    assertEquals(2, shard.rowsTo(TABLE));
    shard.resume(FACTS, offset, memo);
    Stop stop = assertThrows(Stop.class, () -> clock(NOON.plusSeconds(5)));
    assertTrue(
        String.valueOf(stop.getMessage())
            .startsWith(
                "the row of customer "
                    + ANN
                    + " cannot be read (partition 0, offset 1: industries"
                    + " is not an array: Food)"),
        stop::getMessage);
    assertEquals(List.of(), told.answers());
    row(TABLE, ANN, "{\"industries\":[\"Polymer\"]}");
    clock(NOON.plusSeconds(5));
    assertEquals(List.of("Polymer\":1.0"), last());
  }

  @Test
  void rowsOfATableThatWasCreatedAnewAreForgotten() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    row(TABLE, new UUID(1, 2), "{\"industries\":[\"Polymer\"]}");
    order(1, "1", NOON.minusSeconds(1));
    save();
    assertEquals(2, shard.rowsTo(TABLE));
    Source anew = new Source(9, 10, 0, 1);
    assertEquals(0, shard.rowsTo(anew));
    rowOffset = 0;
    clock(NOON.plusSeconds(5));
    assertEquals(List.of(), told.answers());
    save();
    shard = SETTINGS.rank().open(saved, shard.clockNanos(), 1, Long.MAX_VALUE);
    shard.resume(FACTS, offset, "");
    assertEquals(0, shard.rowsTo(anew));
    row(anew, ANN, "{\"industries\":[\"Colours\"]}");
    clock(NOON.plusSeconds(3_605));
    assertEquals(List.of("Colours\":1.0"), last());
  }

  @Test
  void rowsUnderAKeyThatIsNoUuidArePassedOver() {
    shard.row(TABLE, 6, "Ann".getBytes(UTF_8), "what?".getBytes(UTF_8));
    row(TABLE, new UUID(1, 2), null);
    assertEquals(1, shard.rowsTo(TABLE));
    order(1, "1", NOON.minusSeconds(1));
    clock(NOON.plusSeconds(5));
    assertEquals(List.of(), told.answers());
  }

  @Test
  void whatIsInNoRankingToComeIsForgottenOnTheDiskToo() {
    row(TABLE, ANN, "{\"industries\":[\"Food\"]}");
    for (int hour = 0; hour < 100 * 24; hour++) {
      order(hour, "1", NOON.plus(Duration.ofHours(hour)));
      order(hour, "2", NOON.plus(Duration.ofHours(hour)).plusSeconds(3_600)); // in conflict
      clock(NOON.plus(Duration.ofHours(hour)));
      shard.flush(offset, told);
      save();
    }
    assertEquals(List.of("Food\":24.0"), last());
    // Of each hour an order_id, its index and that of its conflict, and three totals.
    int hours = (31 + 2) * 24 + 3;
    assertTrue(saved.entries().size() <= 6 * hours, saved.entries().size() + " entries");
    assertTrue(shard.memoryBytes() < 1_000_000, shard.memoryBytes() + " bytes");
  }
}
