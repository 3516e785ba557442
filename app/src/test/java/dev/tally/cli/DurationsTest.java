package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S, 500ms",
    "0ms, PT0S, 0s",
    "90s, PT90S, 90s",
    "10m, PT10M, 10m",
    "600s, PT10M, 10m",
    "1h, PT1H, 1h",
    "2d, PT48H, 2d",
    "36h, PT36H, 36h",
    "61000ms, PT61S, 61s",
    "999999999d, P999999999D, 999999999d"
  })
  void aDurationIsReadAndSpelledInTheLargestUnitThatDividesIt(
      String text, Duration duration, String spelled) {
    assertEquals(duration, new Durations().convert(text));
    assertEquals(spelled, Durations.spelled(duration));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "m",
        "-1m",
        "1.5m",
        "10 m",
        "10M",
        "PT10M",
        "1w",
        "1234567890s",
        "\u0661s"
      })
  void anythingElseIsRefusedWithExamples(String text) {
    TypeConversionException refused =
        assertThrows(TypeConversionException.class, () -> new Durations().convert(text));
    String said = String.valueOf(refused.getMessage());
    assertTrue(said.contains("'" + text + "'") && said.contains("10m"), said);
  }
}
