package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.job.KeyedState;
import dev.tally.job.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that share a folder, a name, or, one after the other, a partition. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class SharedNamesTest {
  private static final int ROWS_PER_SECOND = 3_000;

  private final Cluster kafka;
  private final Path folder;
  private final Trial trial;

  SharedNamesTest(Cluster kafka, @TempDir Path folder) throws Exception {
    this.kafka = kafka;
    this.folder = folder;
    this.trial = Trial.create(kafka, folder, 4);
  }

  private Load load() {
    return Load.start(kafka, trial.input(), ROWS_PER_SECOND);
  }

  @Test
  void instancesOnOneFolderEachTakeSlotsOfTheirOwnHoweverManyThreadsTheyHave() throws Exception {
    try (Load load = load();
        Instance first = trial.start("--threads=3")) {
      trial.awaitShared(3, first);
      try (Instance second = trial.start("--threads=2")) {
        trial.awaitShared(5, first, second);
        for (int slot = 0; slot < 5; slot++) {
          assertTrue(Files.exists(slot(slot).resolve("db")), "slot " + slot);
        }
        trial.awaitProgress(6_000, first, second);
        first.kill();
        // It has more threads than there are free slots: it takes those of the dead one and makes
        // more.
        try (Instance third = trial.start("--threads=4")) {
          trial.awaitShared(6, second, third);
          trial.awaitProgress(6_000, second, third);
          long rows = load.end();
          trial.awaitAnswered(second, third);
          Trial.end(second, third);
          assertTrue(Files.exists(slot(5)) && Files.notExists(slot(6)));
          trial.assertExact(rows);
        }
      }
    }
  }

  private Path slot(int number) {
    return trial.state().resolve(trial.group()).resolve("slot-" + number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void ofTwoPlacesThatUseOneInstanceIdOneStopsAndTheOtherGoesOn(String protocol) throws Exception {
    String[] a = named("a", protocol);
    String[] b = named("b", protocol);
    try (Load load = load();
        Instance first = trial.start(a)) {
      trial.awaitProgress(6_000, first);
      try (Instance second = trial.start(b)) {
        Await.until(
            "one of them stops",
            () -> first.output() + "-----\n" + second.output(),
            () -> !first.alive() || !second.alive());
        Instance stopped = first.alive() ? second : first;
        Instance left = first.alive() ? first : second;
        stopped
            .awaitEnd()
            .stopped(
                Outcome.REFUSED, "another worker uses", "goes on; this one ends", "--instance.id");
        trial.awaitProgress(6_000, left);
        long rows = load.end();
        trial.awaitAnswered(left);
        left.terminate().done();
        trial.assertExact(rows);
      }
    }
  }

  private String[] named(String place, String protocol) {
    return new String[] {
      "--state.dir=" + folder.resolve(place), "--instance.id=same", "--group.protocol=" + protocol
    };
  }

  @Test
  void aWorkerThatStandsStillBetweenCommitAndSaveWhileItsPartitionsMoveOnDoesNoHarm()
      throws Exception {
    StandStill disk = new StandStill();
    InProcess.Setup setup =
        new InProcess.Setup(
            InProcess.JOB,
            trial.state(),
            "zombie",
            Duration.ofSeconds(5),
            Duration.ofMillis(1), // so that each step saves
            Map.of("consumer.max.poll.interval.ms", "2000"),
            false,
            slots -> () -> disk.store(slots.claim()));
    try (Load load = load();
        InProcess zombie = InProcess.start(trial, setup)) {
      trial.awaitProgress(6_000);
      disk.standStill();
      disk.awaitStandingStill();
      try (Instance other = trial.start("--group.protocol=consumer")) {
        trial.awaitShared(1, other);
        trial.awaitProgress(6_000, other);
        disk.goOn();
        // It comes back and takes its share again, with the state that it once left.
        trial.awaitShared(2, other);
        trial.awaitProgress(6_000, other);
        other.terminate().done();
      }
      trial.awaitShared(1);
      trial.awaitProgress(6_000);
      long rows = load.end();
      trial.awaitAnswered();
      assertTrue(zombie.running());
      zombie.stop();
      trial.assertExact(rows);
    }
  }

  /** A real disk on which a save can be held up. */
  private static final class StandStill {
    private final CountDownLatch standing = new CountDownLatch(1);
    private final CountDownLatch going = new CountDownLatch(1);
    private volatile boolean wanted;

    void standStill() {
      wanted = true;
    }

    void awaitStandingStill() throws InterruptedException {
      assertTrue(standing.await(60, SECONDS), "nothing is saved");
    }

    void goOn() {
      going.countDown();
    }

    private synchronized void pass() {
      if (wanted) {
        wanted = false;
        standing.countDown();
        try {
          going.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    StateStore store(StateStore store) {
      return new StateStore() {
        @Override
        public int slot() {
          return store.slot();
        }

        @Override
        public boolean intact() {
          return store.intact();
        }

        @Override
        public Set<String> partitions() {
          return store.partitions();
        }

        @Override
        public KeyedState open(String partition) {
          return state(store.open(partition));
        }

        @Override
        public void discard(String partition) {
          store.discard(partition);
        }

        @Override
        public void close() {
          store.close();
        }
      };
    }

    private KeyedState state(KeyedState state) {
      return new KeyedState() {
        @Override
        public byte @Nullable [] get(byte[] key) {
          return state.get(key);
        }

        @Override
        public boolean scan(byte[] from, byte[] to, Visitor visitor) {
          return state.scan(from, to, visitor);
        }

        @Override
        public Batch batch() {
          return state.batch();
        }

        @Override
        public void save(Batch batch) {
          pass();
          state.save(batch);
        }
      };
    }
  }
}
