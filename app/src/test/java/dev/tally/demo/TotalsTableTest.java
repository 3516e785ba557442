package dev.tally.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class TotalsTableTest {
  private static final TotalsView VIEW =
      new TotalsView(
          new Flow(
              Duration.ofMillis(14_900),
              28_000,
              2_001,
              27_990,
              1_998,
              3,
              7,
              List.of(
                  new Flow.Member("host-1", List.of(0, 2)), new Flow.Member("host-2", List.of()))),
          OptionalLong.of(12),
          OptionalLong.empty(),
          "10minutesSum",
          List.of(
              new TotalsView.Total("85123A", 1_234, "312312312.75"),
              new TotalsView.Total("red\033[31m", 5, "-0.001")));

  @Test
  void showsRatesLagLatencyInstancesAndTotals() {
    assertEquals(
        """
        tally demo, 14 s. Ctrl-C ends it and verifies every answer.
        rows in 28,000 (2,001/s)   answers out 27,990 (1,998/s)   dead letters 3   lag 7
        latency, row made to answer read, last second: p50 12 ms, p99 -
        instance host-1: partitions 0 2
        instance host-2: partitions -

        StockCode                   answers         10minutesSum
        85123A                        1,234         312312312.75
        red?[31m                          5               -0.001
        """,
        String.join("\n", TotalsTable.lines(VIEW, 100, 100)) + "\n");
  }

  @Test
  void whatDoesNotFitSideBySideMovesToTheNextLine() {
    assertEquals(
        """
        tally demo, 14 s. Ctrl-C ends it and verifies every answer.
        rows in 28,000 (2,001/s)   answers out 27,990 (1,998/s)
        dead letters 3   lag 7
        latency, row made to answer read, last second:
        p50 12 ms, p99 -
        """,
        String.join("\n", TotalsTable.lines(VIEW, 60, 5)) + "\n");
  }

  @Test
  void fitsTheTerminal() {
    List<String> lines = TotalsTable.lines(VIEW, 20, 8);
    assertEquals(8, lines.size());
    assertEquals("tally demo, 14 s.", lines.get(0));
    assertEquals(20, lines.stream().mapToInt(String::length).max().orElse(0));
  }

  @Test
  void isOneLineWhereThereIsNoTerminal() {
    assertEquals(
        "14 s: rows in 28,000 (2,001/s), answers out 27,990 (1,998/s), dead letters 3, lag 7,"
            + " latency p50 12 ms, p99 -, partitions 0 2 | -",
        TotalsTable.line(VIEW));
  }

  @Test
  void isDrawnOverThePreviousOne() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(new PrintStream(out, true, StandardCharsets.UTF_8), true);
    screen.draw(List.of("a", "b"));
    screen.draw(List.of("c"));
    assertEquals(
        "a\033[K\nb\033[K\n\033[J\033[2Fc\033[K\n\033[J", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void sendsNoControlSequencesWhereThereIsNoTerminal() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(new PrintStream(out, true, StandardCharsets.UTF_8), false);
    for (int second = 0; second < 4; second++) {
      screen.show(VIEW);
    }
    String shown = out.toString(StandardCharsets.UTF_8);
    assertEquals(2, shown.lines().count());
    assertTrue(shown.chars().allMatch(c -> c == '\n' || c >= ' '), shown);
  }

  @Test
  void aQuantileIsAValueThatOccurred() {
    long[] sorted = {1, 2, 3, 4, 100};
    assertEquals(OptionalLong.of(3), AnswerReader.quantile(sorted, 0.5));
    assertEquals(OptionalLong.of(100), AnswerReader.quantile(sorted, 0.99));
    assertEquals(OptionalLong.of(1), AnswerReader.quantile(new long[] {1}, 0.5));
    assertEquals(OptionalLong.empty(), AnswerReader.quantile(new long[0], 0.5));
  }
}
