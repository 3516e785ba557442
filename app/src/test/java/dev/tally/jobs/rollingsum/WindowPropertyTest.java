package dev.tally.jobs.rollingsum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Fetched;
import dev.tally.job.KeyedState;
import dev.tally.job.MemoryState;
import dev.tally.job.Shard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Runs random histories through the job and through the definition: every row must give the same
 * answer, byte for byte, or the same dead letter, whatever is saved, dropped or lost in between.
 *
 * <p>`-Dtally.seed=N` replays one history, `-Dtally.histories=N` tries more of them.
 */
final class WindowPropertyTest {
  private static final int HISTORIES = Integer.getInteger("tally.histories", 150);
  private static final int ROWS = 150;

  /**
   * What is done to the job between rows, in per cent of the rows.
   *
   * @param save the state is saved
   * @param trim after a save, windows are dropped from memory
   * @param reopen after a save, the job ends and begins again from what is saved
   * @param crash the job ends without a save, and silently replays what is not saved
   * @param loadBytesMax how much is read into memory at once
   */
  private record Life(int save, int trim, int reopen, int crash, long loadBytesMax) {}

  @Test
  void aJobThatIsNeverDisturbedAnswersAsTheDefinitionDoes() {
    forEachSeed(1, random -> new Life(0, 0, 0, 0, Long.MAX_VALUE));
  }

  @Test
  void savingAndReopeningAfterEveryRowChangesNoAnswer() {
    forEachSeed(2, random -> new Life(100, 0, 100, 0, Long.MAX_VALUE));
  }

  @Test
  void savingAndReopeningAfterSomeRowsChangesNoAnswer() {
    forEachSeed(3, random -> new Life(10 + random.nextInt(50), 0, 30, 0, Long.MAX_VALUE));
  }

  @Test
  void windowsThatAreDroppedFromMemoryAndReadBackGiveTheSameAnswers() {
    forEachSeed(4, random -> new Life(5 + random.nextInt(95), 60, 5, 0, Long.MAX_VALUE));
  }

  @Test
  void aReopenedJobThatMayLoadNothingGivesTheSameAnswers() {
    forEachSeed(5, random -> new Life(30, 20, 50, 0, random.nextInt(3) * 700L));
  }

  @Test
  void aJobThatLosesItsMemoryAndReplaysSilentlyGivesTheSameAnswers() {
    forEachSeed(6, random -> new Life(15, 20, 20, 10, random.nextInt(4) * 700L));
  }

  private interface LifeOfSeed {
    Life of(Random random);
  }

  private static void forEachSeed(int kind, LifeOfSeed life) {
    Long only = Long.getLong("tally.seed");
    if (only != null) {
      run(only, life);
      return;
    }
    for (int i = 0; i < HISTORIES; i++) {
      run(1_000_000L * kind + i, life);
    }
  }

  private static void run(long seed, LifeOfSeed life) {
    Random random = new Random(seed);
    try {
      new Run(random, life.of(random)).toItsEnd();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("replay this history with -Dtally.seed=" + seed, e);
    }
  }

  private static final class Run {
    private final Random random;
    private final Life life;
    private final Histories histories;
    private final NaiveRollingSum naive;
    private final CollectedOutput output = new CollectedOutput();
    private final List<NaiveRollingSum.Row> sinceSave = new ArrayList<>();
    private MemoryState saved = new MemoryState();
    private long savedClockNanos = Shard.NO_CLOCK;
    private Shard shard;

    Run(Random random, Life life) {
      this.random = random;
      this.life = life;
      this.histories = new Histories(random);
      this.naive = new NaiveRollingSum(histories.job, histories.partitions);
      this.shard = open();
    }

    private Shard open() {
      return histories.job.open(saved, savedClockNanos, histories.partitions, life.loadBytesMax);
    }

    void toItsEnd() {
      for (int i = 0; i < ROWS; i++) {
        NaiveRollingSum.Row row = histories.next();
        shard.apply(
            0,
            Fetched.viewOrNull(row.key()),
            Fetched.viewOrNull(row.value()),
            row.timestampMillis(),
            output.live(true));
        String expected = naive.next(row);
        assertEquals(List.of(expected), output.taken(), "row " + i);
        if (!stopsTheJob(expected)) {
          sinceSave.add(row);
        }
        Long clock = naive.clockNanos();
        assertEquals(clock == null ? Shard.NO_CLOCK : clock, shard.clockNanos());
        disturb();
      }
    }

    /** Whether the job stops at the row, which is then not answered and so in no replay. */
    private boolean stopsTheJob(String expected) {
      return expected.equals("miskeyed") && histories.job.miskeyed() == RollingSum.Miskeyed.FAIL;
    }

    private boolean happens(int inAHundred) {
      return random.nextInt(100) < inAHundred;
    }

    private void disturb() {
      if (happens(life.save)) {
        save();
        if (happens(life.trim)) {
          trim();
        }
        if (happens(life.reopen)) {
          saved = saved.copy();
          shard = open();
          assertEquals(savedClockNanos, shard.clockNanos());
          assertTrue(shard.memoryBytes() <= Math.max(0, life.loadBytesMax));
        }
      } else if (happens(life.trim)) {
        shard.trimTo(0); // drops nothing, because there are unsaved rows
      } else if (happens(life.crash)) {
        saved = saved.copy();
        shard = open();
        for (NaiveRollingSum.Row row : sinceSave) {
          shard.apply(
              0,
              Fetched.viewOrNull(row.key()),
              Fetched.viewOrNull(row.value()),
              row.timestampMillis(),
              output.live(false));
          output.taken();
        }
      }
    }

    private void save() {
      KeyedState.Batch batch = saved.batch();
      shard.save(batch);
      saved.save(batch);
      savedClockNanos = shard.clockNanos();
      sinceSave.clear();
      assertTrue(saved.scan(new byte[] {1}, new byte[] {2}, this::reachesHorizon));
    }

    private void trim() {
      if (random.nextBoolean()) {
        shard.trimTo(0);
        assertEquals(0, shard.memoryBytes(), "everything is saved and may be dropped");
      } else {
        long limit = random.nextInt(4_000);
        shard.trimTo(limit);
        assertTrue(shard.memoryBytes() <= limit);
      }
    }

    /** Whether no slice that has expired as a whole is left on disk. */
    private boolean reachesHorizon(byte[] key, byte[] value) {
      long slice = ByteBuffer.wrap(key).getLong(1);
      long ofHorizon = Math.floorDiv(shard.horizonNanos(), histories.job.sliceNanos());
      assertTrue(slice >= ofHorizon, "an expired slice is still on disk");
      return true;
    }
  }
}
