package dev.tally.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ProgressBarTest {
  @Test
  void aKnownTotalShowsShareRateAndTimeLeft() {
    assertEquals(
        "[####................]  24%  14,340 rows  1,000 rows/s  ETA 0:44",
        ProgressBar.line("rows", 14_340, 57_363, 1000.4, 80));
  }

  @Test
  void anUnknownTotalShowsCountAndRate() {
    assertEquals(
        "1,234,567 frames  281,810 frames/s",
        ProgressBar.line("frames", 1_234_567, ProgressBar.ENDLESS, 281_810, 80));
  }

  @Test
  void theTimeLeftIsUnknownAtFirstAndHasHoursWhereItIsLong() {
    assertTrue(ProgressBar.line("rows", 0, 10, 0, 80).endsWith("ETA -"));
    assertTrue(ProgressBar.line("rows", 0, 7_262, 1, 80).endsWith("ETA 2:01:02"));
  }

  @Test
  void theLineFitsTheTerminal() {
    String line = ProgressBar.line("rows", 999_999_999_998L, 999_999_999_999L, 999_999, 80);
    assertTrue(line.length() < 80, line);
    assertTrue(line.startsWith("[###################.]  99%"), line);
    assertTrue(ProgressBar.line("rows", 10, 10, 1, 80).startsWith("[####################] 100%"));
  }

  @Test
  void inANarrowTerminalTheBarIsLeftOutSoThatTheLineNeverWraps() {
    assertEquals(
        "24%  14,340 rows  1,000 rows/s  ETA 0:44",
        ProgressBar.line("rows", 14_340, 57_363, 1000.4, 60));
    for (int columns = 1; columns <= 100; columns++) {
      for (long total : new long[] {57_363, ProgressBar.ENDLESS}) {
        String line = ProgressBar.line("rows", 14_340, total, 1000.4, columns);
        assertTrue(line.length() < columns, columns + ": " + line);
      }
    }
  }
}
