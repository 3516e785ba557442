package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the middle of the work: nothing is lost, nothing is repeated, nothing is wrong. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class CrashTest {
  private static final int ROWS_PER_SECOND = 4_000;

  private final Cluster kafka;
  private final Path folder;
  private final Trial trial;

  CrashTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.folder = folder;
    this.trial = Trial.create(kafka, folder, 4);
  }

  @Test
  void killedAndStartedAgainOnItsState() throws Exception {
    try (Load load = load()) {
      for (int kills = 0; kills < 4; kills++) {
        try (Instance instance = trial.start()) {
          trial.awaitProgress(9_000, instance);
          if (kills % 2 == 0) {
            trial.killInTransaction(instance);
          } else {
            instance.kill();
          }
        }
      }
      finish(load);
    }
  }

  @Test
  void killedAndStartedAgainWithoutItsState() throws Exception {
    try (Load load = load()) {
      for (int kills = 0; kills < 2; kills++) {
        try (Instance instance = trial.start()) {
          trial.awaitProgress(9_000, instance);
          trial.killInTransaction(instance);
          trial.deleteState();
        }
      }
      finish(load);
    }
  }

  @Test
  void killedAndStartedOnAnotherFolderUnderAnotherName() throws Exception {
    try (Load load = load()) {
      try (Instance instance = trial.start(MainJob.SHORT_SESSION)) {
        trial.awaitProgress(9_000, instance);
        trial.killInTransaction(instance);
      }
      finish(
          load,
          "--state.dir=" + folder.resolve("other"),
          "--instance.id=other",
          MainJob.SHORT_SESSION);
    }
  }

  @Test
  void oneOfThreeIsKilledAndTheOthersTakeOver() throws Exception {
    new MainJob(kafka, folder).oneOfThreeIsKilledAndTheOthersTakeOver();
  }

  @Test
  @DisabledIfSystemProperty(named = "tally.broker", matches = "oldest", disabledReason = "from 4.0")
  void oneOfTwoIsKilledUnderTheConsumerProtocol() throws Exception {
    String protocol = "--group.protocol=consumer";
    try (Instance first = trial.start(protocol);
        Instance second = trial.start(protocol)) {
      trial.awaitShared(2, first, second);
      try (Load load = load()) {
        trial.awaitProgress(9_000, first, second);
        first.kill();
        trial.awaitProgress(9_000, second);
        try (Instance again = trial.start(protocol)) {
          trial.awaitShared(2, second, again);
          trial.awaitProgress(9_000, second, again);
          long rows = load.end();
          trial.awaitAnswered(second, again);
          Trial.end(second, again);
          trial.assertExact(rows);
        }
      }
    }
  }

  private Load load() {
    return Load.start(kafka, trial.input(), ROWS_PER_SECOND);
  }

  /** Starts again, ends in order once every row is answered, and checks every answer. */
  private void finish(Load load, String... flags) throws Exception {
    long rows = trial.finish(load, 9_000, flags);
    assertTrue(rows > 18_000, rows + " rows");
  }
}
