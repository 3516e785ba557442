package dev.tally.daemon;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutageTest {
  // Amid the range of System.nanoTime, which may end while brokers are away.
  private static final long BEGAN_NANOS = Long.MAX_VALUE - SECONDS.toNanos(40);

  private final Outage outage = new Outage();
  private final List<String> said = new ArrayList<>();

  private void unanswered(long second) {
    outage
        .unanswered(BEGAN_NANOS + SECONDS.toNanos(second), "timed out")
        .ifPresent(line -> said.add(second + ": " + line));
    assertTrue(outage.lost());
  }

  private void answered(long second) {
    outage
        .answered(BEGAN_NANOS + SECONDS.toNanos(second))
        .ifPresent(line -> said.add(second + ": " + line));
    assertFalse(outage.lost());
  }

  @Test
  void brokersThatAnswerAreNotReported() {
    for (long second = 0; second < 1000; second += 3) {
      answered(second);
    }
    assertEquals(List.of(), said);
  }

  @Test
  void anOutageIsReportedAtItsStartEachMinuteAndAtItsEnd() {
    answered(0);
    for (long second = 3; second <= 135; second += 3) {
      unanswered(second);
    }
    answered(138);
    answered(141);
    unanswered(144);
    answered(147);
    assertEquals(
        List.of(
            "3: no answer from the brokers (timed out). Waiting for them; nothing is lost"
                + " meanwhile",
            "63: still no answer from the brokers after 1 min 0 s (timed out)",
            "123: still no answer from the brokers after 2 min 0 s (timed out)",
            "138: the brokers answer again after 2 min 15 s",
            "144: no answer from the brokers (timed out). Waiting for them; nothing is lost"
                + " meanwhile",
            "147: the brokers answer again after 3 s"),
        said);
  }
}
