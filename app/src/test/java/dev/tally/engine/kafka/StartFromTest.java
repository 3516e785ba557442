package dev.tally.engine.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.Stop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StartFromTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "-1",
        "2026-02-30T00:00:00Z",
        "+999999999-12-31T23:59:59Z", // milliseconds since 1970 do not reach so far
        "-999999999-01-01T00:00:00"
      })
  void textThatIsNoTimeIsAUsageError(String text) {
    Stop stop = assertThrows(Stop.class, () -> StartFrom.parse(text));
    assertEquals(Stop.Reason.USAGE, stop.reason());
  }
}
