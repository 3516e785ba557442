package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.audit.Kind;
import dev.tally.audit.Report;
import dev.tally.audit.StartFrom;
import dev.tally.audit.rollingsum.OnMiskeyed;
import dev.tally.audit.rollingsum.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two jobs on one input, with different windows and, as by default, one dead-letter topic. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class TwoGroupsTest {
  private static final Rules FIVE_MINUTES =
      new Rules(
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          OnMiskeyed.FAIL);
  private static final int ROWS = 202;

  private final Cluster kafka;
  private final Trial ten;
  private final Trial five;

  TwoGroupsTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.ten = Trial.create(kafka, folder, 2);
    this.five =
        new Trial(
            kafka,
            folder,
            ten.input(),
            ten.output() + "-five",
            ten.letters(),
            ten.group() + "-five",
            new ArrayList<>());
  }

  @BeforeEach
  void send() throws Exception {
    ten.send(0, ROWS - 2);
    kafka.send(
        List.of(
            Sales.record(ten.input(), "a", "no row"), Sales.record(ten.input(), "b", "nor this")));
  }

  @Test
  void eachWritesWhatItMust() throws Exception {
    ten.runUntilEnd().done();
    five.runUntilEnd("--window=5m").done();
    assertEquals(4, kafka.read(ten.letters()).size());
    ten.assertExact(ROWS);
    five.assertExact(ROWS, FIVE_MINUTES);
  }

  @Test
  void whatOneHasNotWrittenIsMissingAlthoughTheOtherHas() throws Exception {
    ten.runUntilEnd().done();
    five.runUntilEnd("--window=5m", "--dead.letter.topic=" + five.output() + "-letters").done();
    Report report = five.audit(FIVE_MINUTES, new StartFrom.Earliest());
    assertEquals(2, report.count(Kind.MISSING), report::toString);
    assertEquals(2, report.disagreements(), report::toString);
    assertTrue(report.toString().contains("2 dead letters of groups other than"), report::toString);
  }
}
