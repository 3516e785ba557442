package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Fetched;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The task's own table: what is sold of a code in the closed ten minutes that end at each row. */
final class RollingSumExampleTest {
  private static final RollingSum TEN_MINUTES =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.ACCEPT);

  private Shard shard = TEN_MINUTES.open(new MemoryState(), Shard.NO_CLOCK, 1, Long.MAX_VALUE);
  private final CollectedOutput output = new CollectedOutput();

  @Test
  void theExampleTableComesOutByteForByte() {
    assertTotal("10:32", 1, 20, "20");
    assertTotal("10:33", 2, 20, "20");
    assertTotal("10:37", 1, 20, "40");
    assertTotal("10:45", 2, 20, "20");
    assertTotal("10:46", 2, 60, "80");
    assertTotal("10:47", 1, 20, "40"); // the row at 10:37 counts, because the interval is closed
    assertTotal("10:48", 2, 20, "100");
    assertTotal("10:49", 1, 30, "50");
    assertTotal("10:50", 2, 20, "120");
    assertTotal("10:51", 2, 60, "180");
  }

  @Test
  void aRowOneNanosecondOlderThanTheWindowDoesNotCount() {
    assertEquals(
        List.of("1: {\"StockCode\":\"1\",\"Epoch\":1000,\"10minutesSum\":5}"), row("1000"));
    assertEquals(
        List.of("1: {\"StockCode\":\"1\",\"Epoch\":1600.0,\"10minutesSum\":10}"), row("1600.0"));
    assertEquals(
        List.of("1: {\"StockCode\":\"1\",\"Epoch\":2200.000000001,\"10minutesSum\":5}"),
        row("2200.000000001"));
  }

  /** Limits are worded like flags, and times like InvoiceDate. */
  @Test
  void aDeadLetterNamesTheLimitInTheUnitsOfTheUser() {
    var unused = row("5000.5");
    assertEquals(List.of("late"), row("4940.25"));
    assertEquals(
        "InvoiceDate 4940.25 is more than 1m behind the partition's clock 5000.5",
        output.lastMessage());
    assertEquals(List.of("future"), row("13601"));
    assertEquals(
        "InvoiceDate 13601 is more than 1h ahead of the record timestamp 10000",
        output.lastMessage());
    assertEquals(List.of("future"), row("9223372036.854775807"));
    assertEquals(
        "InvoiceDate 9223372036.854775807 is beyond 9223372036.854775806 (April 2262),"
            + " where the clock ends",
        output.lastMessage());
  }

  /** With zero, or seconds in place of milliseconds, the record is wrong rather than the row. */
  @Test
  void aDeadLetterWhoseRecordTimestampLooksWrongNamesTheCure() {
    for (long stampMillis : new long[] {-1, 0, 1_700_000_000}) {
      assertEquals(List.of("future"), row("1700000000", stampMillis));
      String said = output.lastMessage();
      assertTrue(said.contains("--future.max off"), said);
      assertTrue(said.contains("message.timestamp.type=LogAppendTime"), said);
    }
    assertEquals(List.of("future"), row("1700000000", 1_600_000_000_000L));
    assertFalse(output.lastMessage().contains("--future.max"), output.lastMessage());
  }

  @Test
  void withoutALimitAnyEventTimeIsBelievedThatTheClockCanHold() {
    RollingSum job =
        new RollingSum(
            TEN_MINUTES.window(), TEN_MINUTES.grace(), Optional.empty(), TEN_MINUTES.miskeyed());
    shard = job.open(new MemoryState(), Shard.NO_CLOCK, 1, Long.MAX_VALUE);
    long[] stampsMillis = {Long.MIN_VALUE, -1, 0, 1_700_000_000};
    for (int i = 0; i < stampsMillis.length; i++) {
      String answer =
          "{\"StockCode\":\"1\",\"Epoch\":1700000000,\"10minutesSum\":" + 5 * (i + 1) + "}";
      assertEquals(List.of("1: " + answer), row("1700000000", stampsMillis[i]));
    }
    assertEquals(List.of("future"), row("9223372036.854775807", Long.MAX_VALUE));
    assertEquals(1_700_000_000_000_000_000L, shard.clockNanos());
    assertEquals(
        List.of("1: {\"StockCode\":\"1\",\"Epoch\":9223372036.854775806,\"10minutesSum\":5}"),
        row("9223372036.854775806", 0));
  }

  private List<String> row(String epoch) {
    return row(epoch, 10_000_000);
  }

  private List<String> row(String epoch, long timestampMillis) {
    String json = "{\"StockCode\":\"1\",\"Quantity\":1,\"Price\":5,\"InvoiceDate\":" + epoch + "}";
    shard.apply(0, null, Fetched.view(json.getBytes(UTF_8)), timestampMillis, output);
    return output.taken();
  }

  private void assertTotal(String time, int code, int amount, String total) {
    long epoch = LocalDateTime.parse("2010-12-01T" + time).toEpochSecond(ZoneOffset.UTC);
    // A row as the original producer writes it, including the blanks.
    String json =
        String.format(
            "{\"Invoice\": \"489434\", \"StockCode\": \"%d\", \"Description\": NaN,"
                + " \"Quantity\": 2, \"Price\": %d.0, \"Customer ID\": 13085.0,"
                + " \"Country\": \"France\", \"InvoiceDate\": %d.0}",
            code, amount / 2, epoch);
    shard.apply(0, null, Fetched.view(json.getBytes(UTF_8)), epoch * 1000, output);
    String answer =
        String.format(
            "%1$d: {\"StockCode\":\"%1$d\",\"Epoch\":%2$d.0,\"10minutesSum\":%3$s}",
            code, epoch, total);
    assertEquals(List.of(answer), output.taken(), time);
  }
}
