package dev.tally.it;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@StartsProcesses
@ExtendWith(SharedBroker.class)
final class MainJobTest {
  private final MainJob job;

  MainJobTest(Cluster kafka, @TempDir Path folder) {
    this.job = new MainJob(kafka, folder);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void everyCapturedRowGetsItsExactAnswer(int partitions) throws Exception {
    job.answersTheCaptureExactly(partitions);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void everyBundledRowGetsItsExactAnswer(int partitions) throws Exception {
    job.answersTheBundledRowsExactly(partitions);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void threeInstancesShareTheWork(int partitions) throws Exception {
    job.threeInstancesShareTheWork(partitions);
  }

  @Test
  void nothingIsReplayedAfterAnOrderlyEndUnderLoad() throws Exception {
    job.nothingIsReplayedAfterAnOrderlyEnd();
  }
}
