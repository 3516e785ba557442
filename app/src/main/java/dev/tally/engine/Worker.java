package dev.tally.engine;

import dev.tally.OutOfMemory;
import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The thread that repeats an engine's steps, and the three remedies for what fails: rewind,
 * reconnect, stop. {@link RetryBudget} bounds each of them.
 */
public final class Worker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private static final long NAP_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Job job;
  private final EngineConfig config;
  private final TopicLayout topics;
  private final StateStore.Slots slots;
  private final Session.Factory sessions;
  private final WorkerClock clock;
  private final Counts counts = new Counts();
  private final RetryBudget budget = new RetryBudget();

  private volatile boolean stopping;
  private volatile boolean finishing;
  private volatile boolean finished;
  private volatile Set<TopicPartition> partitions = Set.of();
  private volatile boolean caughtUp;
  private volatile long firstAnswerNanos;
  private volatile long lastAnswerNanos;
  private @Nullable StateStore store;
  private @Nullable Engine engine;
  private long commitsSeen;

  public Worker(
      Job job,
      EngineConfig config,
      TopicLayout topics,
      StateStore.Slots slots,
      Session.Factory sessions,
      WorkerClock clock) {
    this.job = job;
    this.config = config;
    this.topics = topics;
    this.slots = slots;
    this.sessions = sessions;
    this.clock = clock;
  }

  /** Asks the thread to end after the current step. */
  public void stop() {
    stopping = true;
  }

  /** What it has committed. */
  public Counts counts() {
    return counts;
  }

  /** The partitions that the group has given to it. */
  public Set<TopicPartition> partitions() {
    return partitions;
  }

  /** See {@link Assignment#caughtUp}. */
  public boolean caughtUp() {
    return caughtUp;
  }

  /** When the step began that answered the first row; meaningless before that. */
  public long firstAnswerNanos() {
    return firstAnswerNanos;
  }

  public long lastAnswerNanos() {
    return lastAnswerNanos;
  }

  /** See {@link Assignment#memoryBytes}. To be called by the worker's own thread. */
  public long memoryBytes() {
    return engine == null ? 0 : engine.memoryBytes();
  }

  /**
   * Tells the job that no more records are awaited: what it holds open is closed and committed.
   * {@link #finished} says when that is done; the thread goes on until it is stopped.
   */
  public void finish() {
    finishing = true;
  }

  /** Whether that is committed for every partition that the worker has. */
  public boolean finished() {
    return finished;
  }

  /**
   * Steps until it is asked to stop, then ends in order.
   *
   * @throws Stop when no remedy is left
   */
  @Override
  public void run() {
    try {
      while (!stopping) {
        step();
      }
      leave();
    } catch (OutOfMemoryError e) {
      // At once: closing anything would need memory, too.
      OutOfMemory.haltIfCauseOf(e);
      throw e;
    } catch (Stop stop) {
      // This name does not come back: the other members need not wait for it, and an operator can
      // reset the group's offsets at once, as the message may ask.
      closeEngine(true);
      throw stop;
    } finally {
      close();
    }
  }

  /** Saves everything that is committed and leaves the group. */
  public void leave() {
    if (engine != null) {
      engine.stop();
      engine = null;
    }
  }

  public void close() {
    closeEngine(false);
    closeStore();
  }

  /**
   * One step of the engine, or the remedy for what made it fail.
   *
   * @throws Stop when no remedy is left
   */
  public void step() {
    try {
      Engine engine = opened();
      try {
        stepAndNote(engine);
        nap(engine.restNanos());
      } catch (Rewind e) {
        rewind(engine, e);
      } catch (StateLost e) {
        onStateLost(engine, e);
      }
    } catch (Reconnect e) {
      Engine failed = engine;
      boolean fenced = e.fenced() && (failed == null || !failed.overdue());
      // One fence is survivable; a series of them comes from another process with our name.
      if (fenced && budget.fencedTooOften(clock.nanos().getAsLong())) {
        requireOwnName(e);
      }
      reconnect(e);
    } catch (NameTaken e) {
      closeEngine(false);
      requireOwnName(e);
      reconnect(e);
    }
  }

  private Engine opened() {
    Engine opened = engine;
    if (opened == null) {
      StateStore claimed = store;
      if (claimed == null) {
        claimed = slots.claim();
        store = claimed;
      }
      opened = new Engine(job, config, topics, claimed, sessions, clock, counts);
      engine = opened;
      commitsSeen = 0;
    }
    return opened;
  }

  private void stepAndNote(Engine engine) {
    long beganNanos = clock.nanos().getAsLong();
    try {
      if (finishing) {
        engine.finish();
      }
      engine.step();
    } finally {
      // A step can commit one transaction and fail in the next.
      noteProgress(engine, beganNanos);
    }
  }

  private void noteProgress(Engine engine, long stepBeganNanos) {
    caughtUp = engine.caughtUp();
    finished = engine.finished();
    partitions = engine.partitions();
    if (engine.commits() == commitsSeen) {
      return;
    }
    commitsSeen = engine.commits();
    budget.committed();
    if (firstAnswerNanos == 0 && counts.committed().rows() > 0) {
      firstAnswerNanos = stepBeganNanos;
    }
    lastAnswerNanos = engine.committedNanos();
  }

  private void rewind(Engine engine, Rewind why) {
    // If partitions moved while a transaction was open, the line about the rebalance says which.
    log.atLevel(why.membership() ? Level.DEBUG : Level.WARN)
        .log("{}; going back to what is saved", why.getMessage());
    budget.rewound(why, engine.stuckAt());
    engine.rewind();
  }

  private void onStateLost(Engine engine, StateLost e) {
    StateStore held = store;
    if (held == null || !held.intact()) {
      reconnect(e);
      return;
    }
    log.warn("{}; it is rebuilt from the input", e.getMessage());
    budget.lostState(e);
    engine.rewind();
    try {
      held.discard(e.partition());
    } catch (StateLost again) {
      // Only opening the store anew can tell what is left of it.
      closeEngine(false);
      closeStore();
      reconnect(again);
    }
  }

  private void requireOwnName(RuntimeException e) {
    StateStore held = store;
    if (held != null && held.intact()) {
      throw Stop.refused(
          "another worker uses this one's name towards the brokers (slot %d) and goes on; this"
              + " one ends. Unless it was to be replaced, give every place with a state folder of"
              + " its own another --instance.id and start it again. (%s)",
          held.slot(), e.getMessage());
    }
  }

  private void reconnect(RuntimeException why) {
    long pauseNanos = budget.reconnectPauseNanos(why, clock.nanos().getAsLong());
    // Said first, since closing clients takes its time where no broker answers.
    log.warn("{}; opening new clients", why.getMessage());
    closeEngine(false);
    StateStore held = store;
    if (held != null && !held.intact()) {
      // The folder is gone and its lock with it: another process may take the slot, so this one
      // must claim another.
      closeStore();
    }
    nap(pauseNanos);
  }

  /** In short pieces, so that a stop need not wait for the end of it. */
  private void nap(long nanos) {
    long untilNanos = clock.nanos().getAsLong() + nanos;
    for (long left = nanos; !stopping && left > 0; left = untilNanos - clock.nanos().getAsLong()) {
      clock.parkNanos().accept(Math.min(left, NAP_MAX_NANOS));
    }
  }

  private void closeEngine(boolean leaveGroup) {
    Engine open = engine;
    engine = null;
    caughtUp = false;
    finished = false;
    partitions = Set.of();
    if (open != null) {
      open.abandon(leaveGroup);
    }
  }

  private void closeStore() {
    StateStore open = store;
    store = null;
    if (open != null) {
      open.close();
    }
  }
}
