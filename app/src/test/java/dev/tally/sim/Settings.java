package dev.tally.sim;

import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.job.DeadLetterReason;
import dev.tally.jobs.rollingsum.RollingSum;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The flags that operators start their processes with. They can change; a process keeps those that
 * it was started with.
 */
final class Settings {
  /** Flags that do not shape answers; they never change. */
  record Limits(
      Duration commitInterval, Duration saveInterval, long memoryBytesMax, int recordsPerLook) {
    static Limits chosenBy(Random random) {
      return new Limits(
          Duration.ofMillis(random.nextInt(3) * 40L),
          Duration.ofMillis(Chance.oneOf(random, 0, 0, 200, 3000, 60_000)),
          Chance.oneOf(random, 300, 700, 1500, 4000, 1 << 20, 1 << 20),
          (int) Chance.oneOf(random, 1, 3, 10, 1024));
    }
  }

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  Rules rules;
  boolean stopsOnUnreadable;
  boolean startFromGiven;
  boolean rebuildOnSettingsChange;
  boolean continueOnMissingHistory;
  private final Limits limits;
  private boolean changed;

  Settings(Rules rules, Limits limits) {
    this.rules = rules;
    this.limits = limits;
  }

  /** Changes what shapes answers; a worker stops at that unless a rebuild is allowed. */
  void change(Rules next, boolean rebuild) {
    rules = next;
    rebuildOnSettingsChange = rebuild;
    changed = true;
  }

  /** Whether what shapes answers was ever changed. */
  boolean changed() {
    return changed;
  }

  long memoryBytesMax() {
    return limits.memoryBytesMax();
  }

  int recordsPerLook() {
    return limits.recordsPerLook();
  }

  /** Reasons for which a record stops the worker instead of becoming a dead letter. */
  Set<DeadLetterReason> fatal() {
    Set<DeadLetterReason> fatal = EnumSet.noneOf(DeadLetterReason.class);
    if (rules.miskeyed() == RollingSum.Miskeyed.FAIL) {
      fatal.add(DeadLetterReason.MISKEYED);
    }
    if (stopsOnUnreadable) {
      fatal.add(DeadLetterReason.UNREADABLE);
    }
    return fatal;
  }

  EngineConfig config() {
    return new EngineConfig(
        "group",
        World.INPUT,
        Optional.empty(),
        List.of(OutputTopic.answers(World.OUTPUT)),
        World.DEAD_LETTERS,
        fatal(),
        startFromGiven,
        rebuildOnSettingsChange,
        continueOnMissingHistory,
        limits.commitInterval(),
        TRANSACTION_TIMEOUT,
        limits.saveInterval(),
        limits.memoryBytesMax());
  }
}
