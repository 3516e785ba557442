package dev.tally.it;

import static java.util.Objects.requireNonNull;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on the oldest supported brokers. Their transactions are simpler than those of the
 * newest: there is no epoch for each, and commits are refused while the group rebalances. {@code
 * -Dtally.broker=oldest} runs other tests there, too, unless they need the consumer protocol.
 */
@StartsProcesses
final class OldestBrokerTest {
  @AutoClose private static @Nullable RunningBroker own;

  private final Cluster kafka;
  private final Path folder;

  @BeforeAll
  static void start() {
    own = RunningBroker.start(Release.OLDEST, Map.of());
  }

  OldestBrokerTest(@TempDir Path folder) {
    this.kafka = requireNonNull(own).cluster();
    this.folder = folder;
  }

  @Test
  void everyCapturedRowGetsItsExactAnswer() throws Exception {
    new MainJob(kafka, folder).answersTheCaptureExactly(4);
  }

  @Test
  void threeInstancesShareTheWork() throws Exception {
    new MainJob(kafka, folder).threeInstancesShareTheWork(4);
  }

  @Test
  void oneOfThreeIsKilledAndTheOthersTakeOver() throws Exception {
    new MainJob(kafka, folder).oneOfThreeIsKilledAndTheOthersTakeOver();
  }

  @Test
  void noWarningTellsOfAFaultThatTheseBrokersDoNotHave() throws Exception {
    Trial.create(kafka, folder, 1).runUntilEnd().done().saysNot("KAFKA-20734");
  }

  @Test
  void theConsumerProtocolIsRefusedWithTheReason() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.runUntilEnd("--group.protocol=consumer").stopped(Outcome.KAFKA, "protocol");
  }
}
