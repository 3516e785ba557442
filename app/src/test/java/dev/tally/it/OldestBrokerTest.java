package dev.tally.it;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on the oldest brokers that are supported. They know less of transactions than ours:
 * no epoch per transaction, and a commit is refused while the group rebalances. Other tests run
 * there with {@code -Dtally.broker=oldest}, unless they need the consumer protocol.
 */
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
  void nothingIsSaidOfAFaultThatTheseBrokersDoNotHave() throws Exception {
    Trial.create(kafka, folder, 1).runUntilEnd().done().saysNot("KAFKA-20734");
  }

  @Test
  void theConsumerProtocolIsRefusedWithTheReason() throws Exception {
    Trial trial = Trial.create(kafka, folder, 1);
    trial.runUntilEnd("--group.protocol=consumer").stopped(Outcome.KAFKA, "protocol");
  }
}
