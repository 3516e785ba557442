package dev.tally.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StartFromTest {
  @Test
  void theBeginningATimeAndOffsetsAreRead() {
    assertEquals(new StartFrom.Earliest(), StartFrom.parse("earliest"));
    assertEquals(
        new StartFrom.Time(Instant.parse("2026-01-31T11:00:00Z").toEpochMilli()),
        StartFrom.parse("2026-01-31T12:00:00+01:00"));
    assertEquals(new StartFrom.Offsets(Map.of(0, 1200L, 11, 0L)), StartFrom.parse("0:1200,11:0"));
  }

  /** The audit reads the same --config file as the job. */
  @Test
  void aTimeIsReadInEveryFormThatTheJobAccepts() {
    assertEquals(new StartFrom.Time(1_700_000_000_000L), StartFrom.parse("1700000000000"));
    assertEquals(
        new StartFrom.Time(
            LocalDateTime.parse("2026-01-31T12:00:00")
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli()),
        StartFrom.parse("2026-01-31T12:00:00"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "latest",
        "",
        "yesterday",
        "0:1,",
        "0:1,x",
        "0:",
        "0:-1",
        "+999999999-12-31T23:59:59Z"
      })
  void anythingElseIsRefused(String text) {
    assertEquals(Stop.Reason.USAGE, assertThrows(Stop.class, () -> StartFrom.parse(text)).reason());
  }
}
