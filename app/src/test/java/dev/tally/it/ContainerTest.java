package dev.tally.it;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The main job on the Kafka that others run: the project's own image. */
@StartsProcesses
final class ContainerTest {
  private static final String IMAGE = "apache/kafka-native:4.3.1";

  private static @Nullable KafkaContainer container;
  private static @Nullable Cluster kafka;

  @BeforeAll
  static void start() {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "no container engine runs here");
    KafkaContainer started = new KafkaContainer(IMAGE);
    container = started;
    started.start();
    kafka = new Cluster(started.getBootstrapServers());
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      kafka.close();
    }
    if (container != null) {
      container.stop();
    }
  }

  @Test
  void theMainJobIsExactInAContainer(@TempDir Path folder) throws Exception {
    if (kafka == null) {
      throw new IllegalStateException("the container was not started");
    }
    MainJob job = new MainJob(kafka, folder);
    for (int partitions : new int[] {1, 4}) {
      job.answersTheCaptureExactly(partitions);
      job.answersTheBundledRowsExactly(partitions);
      job.threeInstancesShareTheWork(partitions);
    }
    job.nothingIsReplayedAfterAnOrderlyEnd();
    job.oneOfThreeIsKilledAndTheOthersTakeOver();
  }
}
