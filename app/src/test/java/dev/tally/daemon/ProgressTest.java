package dev.tally.daemon;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.engine.Counts.Committed;
import dev.tally.job.DeadLetterReason;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final Progress progress = new Progress(0);

  private static Committed committed(long answers, Map<DeadLetterReason, Long> deadLetters) {
    long rows = answers + deadLetters.values().stream().mapToLong(Long::longValue).sum();
    return new Committed(rows, answers, deadLetters, 100, MILLISECONDS.toNanos(900));
  }

  @Test
  void aLineCoversTheLastMinuteAlone() {
    assertFalse(progress.lineDue(SECONDS.toNanos(59)));
    assertTrue(progress.lineDue(SECONDS.toNanos(60)));
    assertEquals(
        "2,000 rows/s, lag 1 row, from poll to commit 9 ms, at most 43 ms, dead letters: 2 late"
            + " and 12,000 future, 4 partitions",
        progress.line(
            committed(107_998, Map.of(DeadLetterReason.FUTURE, 12_000L, DeadLetterReason.LATE, 2L)),
            OptionalLong.of(1),
            4,
            MILLISECONDS.toNanos(43),
            SECONDS.toNanos(60)));
    assertFalse(progress.lineDue(SECONDS.toNanos(119)));
    assertEquals(
        "0 rows/s, no dead letters, 1 partition",
        progress.line(
            committed(107_998, Map.of(DeadLetterReason.FUTURE, 12_000L, DeadLetterReason.LATE, 2L)),
            OptionalLong.empty(),
            1,
            0,
            SECONDS.toNanos(120)));
  }

  @Test
  void anInstanceWithoutPartitionsSaysWhy() {
    assertEquals(
        "standby: 5 members, 4 partitions; others have them all",
        progress.standby(5, 4, SECONDS.toNanos(60)));
    assertFalse(progress.lineDue(SECONDS.toNanos(61)));
  }

  private Optional<String> caughtUp(long answers, long lag, long second) {
    return progress.caughtUp(committed(answers, Map.of()), lag, 4, SECONDS.toNanos(second));
  }

  @Test
  void catchingUpIsReportedOnceUntilTheBacklogIsLongAgain() {
    assertEquals(Optional.empty(), caughtUp(1_500_000, 3_000_000, 3));
    assertEquals(Optional.of("caught up: 400,000 rows to go"), caughtUp(3_000_000, 400_000, 6));
    assertEquals(Optional.empty(), caughtUp(4_000_000, 0, 9));
    assertEquals(Optional.empty(), caughtUp(4_000_000, 50_000, 12), "as after any pause");
    assertEquals(Optional.empty(), caughtUp(4_000_000, 10, 15));
    assertEquals(Optional.empty(), caughtUp(4_000_000, 90_000, 18));
    assertEquals(Optional.of("caught up: 10 rows to go"), caughtUp(4_090_000, 10, 21));
  }

  @Test
  void anInstanceWithoutPartitionsHasNotCaughtUp() {
    assertEquals(
        Optional.empty(), progress.caughtUp(committed(0, Map.of()), 0, 0, SECONDS.toNanos(3)));
    assertEquals(Optional.of("caught up: 0 rows to go"), caughtUp(0, 0, 6));
  }
}
