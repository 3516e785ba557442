package dev.tally.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.demo.MinutesView.Window;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class MinutesTableTest {
  private static final Ink INK = new Ink('#', '-');
  private static final Flow FLOW =
      new Flow(
          Duration.ofMillis(74_900),
          74_000,
          1_001,
          412,
          2,
          0,
          203,
          List.of(
              new Flow.Member("host-1", List.of(0, 2)), new Flow.Member("host-2", List.of(1, 3))));
  private static final Window CORRECTED = closed("minute", "2026-01-31T16:39:00Z", 40_000, 2);
  private static final Window CLOSED = closed("minute", "2026-01-31T16:40:00Z", 20_000, 1);
  private static final Window OPEN =
      new Window(
          "minute", "2026-01-31T16:41:00Z", 10_000, true, 12_000, false, OptionalLong.empty(), 0);
  private static final Window HOUR =
      new Window(
          "hour", "2026-01-31T16:00:00Z", 131_500, false, 240_000, false, OptionalLong.empty(), 0);
  private static final Window DAY = closed("day", "2026-01-30T00:00:00Z", 50_000, 0);
  private static final MinutesView VIEW =
      new MinutesView(FLOW, List.of(CORRECTED, CLOSED, OPEN), List.of(HOUR, DAY));

  private static Window closed(String kind, String start, long users, int corrections) {
    return new Window(kind, start, users, true, 60_000, true, OptionalLong.of(5_610), corrections);
  }

  private static String text(MinutesView view, int columns, int rows) {
    return String.join("\n", MinutesTable.lines(view, columns, rows, INK)) + "\n";
  }

  @Test
  void showsMinutesAsBarsAndTheLongerWindowsBelow() {
    assertEquals(
        """
        tally demo of unique-users, 74 s. Ctrl-C ends it and verifies every result.
        frames in 74,000 (1,001/s)   results out 412 (2/s)   dead letters 0   lag 203
        instance host-1: partitions 0 2
        instance host-2: partitions 1 3

        UTC                 users      frames
        16:39              40,000      60,000  ##########  final after 5.6 s, 2 corrections
        16:40              20,000      60,000  #####       final after 5.6 s, 1 correction
        16:41              10,000      12,000  ---         open
        hour 16:00       ~131,500     240,000  so far
        day 2026-01-30     50,000      60,000  final after 5.6 s
        ~ is an estimate; 95 of 100 are within 0.6 %.
        """,
        text(VIEW, 85, 24));
  }

  @Test
  void theLastMinutesStayWhereThereIsNoRoomForAll() {
    MinutesView minutes = new MinutesView(FLOW, List.of(CORRECTED, CLOSED, OPEN), List.of(DAY));
    String shown = text(minutes, 97, 8);
    assertTrue(shown.contains("16:41") && shown.contains("day 2026-01-30"), shown);
    assertTrue(!shown.contains("16:39") && !shown.contains("16:40"), shown);
  }

  @Test
  void leavesTheBarsOutWhereTheyWouldBeTooShort() {
    List<String> lines = MinutesTable.lines(VIEW, 82, 24, INK);
    assertTrue(lines.contains("16:41              10,000      12,000  open"), lines.toString());
  }

  @Test
  void fitsTheTerminal() {
    List<String> lines = MinutesTable.lines(VIEW, 20, 8, INK);
    assertEquals(8, lines.size());
    assertEquals(20, lines.stream().mapToInt(String::length).max().orElse(0));
  }

  @Test
  void isOneLineWithTheLastTwoMinutesWhereThereIsNoTerminal() {
    assertEquals(
        "74 s: frames in 74,000 (1,001/s), results out 412 (2/s), dead letters 0, lag 203,"
            + " 16:40 20,000 users (final after 5.6 s, 1 correction),"
            + " 16:41 10,000 users (open), partitions 0 2 | 1 3",
        MinutesTable.line(VIEW));
  }

  @Test
  void isDrawnWhileThereIsNoResultYet() {
    Flow nobody = new Flow(Duration.ZERO, 0, 0, 0, 0, 0, 0, List.of());
    MinutesView none = new MinutesView(nobody, List.of(), List.of());
    assertTrue(MinutesTable.line(none).endsWith(", lag 0, partitions -"));
    assertTrue(text(none, 97, 24).endsWith("UTC                 users      frames\n"));
  }

  @Test
  void barsAreBlocksOnlyWhereTheyCanBeWritten() {
    assertEquals("\u2588\u2588\u2588", Ink.of("UTF-8").bar(0.75, 4, true));
    assertEquals("\u2591\u2591\u2591", Ink.of("UTF-8").bar(0.75, 4, false));
    assertEquals("###", Ink.of("US-ASCII").bar(0.75, 4, true));
    assertEquals("#", Ink.of("US-ASCII").bar(0.000_1, 4, true));
    assertEquals("", Ink.of("no-such-charset").bar(0, 4, true));
  }
}
