package dev.tally.engine;

import dev.tally.OutOfMemory;
import dev.tally.Stop;
import dev.tally.job.Job;
import dev.tally.job.StateLost;
import dev.tally.job.StateStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that repeats an engine's steps, and the three remedies for what fails: rewind,
 * reconnect, stop. Each is bounded; nothing loops for ever.
 */
public final class Worker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  // The same records are tried this often; what fails then would fail for ever.
  private static final int REWINDS_MAX = 3;
  // The same, where other partitions' records are committed in between.
  private static final int TRIES_MAX = 20;
  // A group that changes all the time is no fault of the records.
  private static final int REWINDS_IN_A_ROW_MAX = 100;
  // Without one commit in between. With the pauses below and the clients' own waiting this rides
  // out some minutes without brokers; after that whoever started us shall know.
  private static final int RECONNECTS_MAX = 30;
  // Somebody else who uses our name fences us each time we come back.
  private static final int FENCES_MAX = 5;
  private static final long FENCES_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(1);
  // Whatever else was committed in between: a partition may stand still while others go on.
  private static final int RECONNECTS_WITHIN_MAX = 100;
  private static final long RECONNECTS_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long NAP_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long RECONNECT_PAUSE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long RECONNECT_PAUSE_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Job job;
  private final EngineConfig config;
  private final TopicLayout topics;
  private final StateStore.Slots slots;
  private final Session.Factory sessions;
  private final WorkerClock pace;

  private volatile boolean stopping;
  private final Counts counts = new Counts();
  private volatile Set<TopicPartition> partitions = Set.of();
  private volatile boolean settled;
  private volatile long firstAnswerNanos;
  private volatile long lastAnswerNanos;
  private @Nullable StateStore store;
  private @Nullable Engine engine;
  private long commitsSeen;
  private int rewinds;
  private int stateLosses;
  private int membershipRewinds;
  private final Deque<Long> fencedNanos = new ArrayDeque<>();
  private final Deque<Long> reconnectedNanos = new ArrayDeque<>();
  // How often the transaction that begins at this partition's offset has been tried in vain.
  private final Map<TopicPartition, Tries> tries = new HashMap<>();
  private int reconnects;

  public Worker(
      Job job,
      EngineConfig config,
      TopicLayout topics,
      StateStore.Slots slots,
      Session.Factory sessions,
      WorkerClock pace) {
    this.job = job;
    this.config = config;
    this.topics = topics;
    this.slots = slots;
    this.sessions = sessions;
    this.pace = pace;
  }

  /** Asks the thread to end after the step it is in. */
  public void stop() {
    stopping = true;
  }

  /** What it has committed. */
  public Counts counts() {
    return counts;
  }

  /** What the group has given it. */
  public Set<TopicPartition> partitions() {
    return partitions;
  }

  /** See {@link Engine#settled}. */
  public boolean settled() {
    return settled;
  }

  /** When the step began that gave the first row its answer; meaningless without one. */
  public long firstAnswerNanos() {
    return firstAnswerNanos;
  }

  public long lastAnswerNanos() {
    return lastAnswerNanos;
  }

  /** See {@link Engine#memoryBytes}. */
  long memoryBytes() {
    return engine == null ? 0 : engine.memoryBytes();
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
      // At once: to close anything would need memory, too.
      OutOfMemory.haltIfCauseOf(e);
      throw e;
    } catch (Stop stop) {
      // Nobody comes back under our name: others need not wait for that, and an operator can reset
      // the group's offsets at once, as the message may ask.
      closeEngine(true);
      throw stop;
    } finally {
      close();
    }
  }

  /** Saves everything that is committed and leaves the group. */
  void leave() {
    if (engine != null) {
      engine.stop();
      engine = null;
    }
  }

  void close() {
    closeEngine(false);
    closeStore();
  }

  /**
   * One step of the engine, or the remedy for what made it fail.
   *
   * @throws Stop when no remedy is left
   */
  void step() {
    try {
      Engine engine = opened();
      try {
        stepAndNote(engine);
        nap(engine.restNanos());
      } catch (Rewind e) {
        countRewind(engine, e);
        engine.rewind();
      } catch (StateLost e) {
        onStateLost(engine, e);
      }
    } catch (Reconnect e) {
      Engine failed = engine;
      if (e.fenced() && (failed == null || !failed.overdue())) {
        countFence(e);
      }
      reconnect(e);
    } catch (NameTaken e) {
      onNameTaken(e);
    }
  }

  private void stepAndNote(Engine engine) {
    long beganNanos = pace.nanos().getAsLong();
    try {
      engine.step();
    } finally {
      // What fails may be the second transaction of a step, the first being committed.
      noteProgress(engine, beganNanos);
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
      opened = new Engine(job, config, topics, claimed, sessions, pace, counts);
      engine = opened;
      commitsSeen = 0;
    }
    return opened;
  }

  private void noteProgress(Engine engine, long stepBeganNanos) {
    settled = engine.settled();
    partitions = engine.partitions();
    if (engine.commits() == commitsSeen) {
      return;
    }
    commitsSeen = engine.commits();
    rewinds = 0;
    stateLosses = 0;
    membershipRewinds = 0;
    reconnects = 0;
    if (firstAnswerNanos == 0 && counts.committed().rows() > 0) {
      firstAnswerNanos = stepBeganNanos;
    }
    lastAnswerNanos = engine.committedNanos();
  }

  private void countRewind(Engine engine, Rewind e) {
    if (e.membership()) {
      // Partitions moved while a transaction was open; the line about the rebalance says which.
      log.debug("{}; going back to what is saved", e.getMessage());
      if (++membershipRewinds == REWINDS_IN_A_ROW_MAX) {
        throw Stop.kafka(
            "the group changed %d times before anything could be committed: %s",
            REWINDS_IN_A_ROW_MAX, e.getMessage());
      }
      return;
    }
    log.warn("{}; going back to what is saved", e.getMessage());
    rewinds++;
    engine
        .uncommitted()
        .forEach(
            (partition, answeredTo) -> {
              int count = tries.merge(partition, new Tries(answeredTo, 1), Tries::plus).count();
              if (rewinds == REWINDS_MAX || count == TRIES_MAX) {
                throw Stop.refused(
                    "%d transactions with rows from %s offset %d on could not be committed: %s",
                    count, partition, answeredTo, e.getMessage());
              }
            });
    // Without any row to blame there is still an end.
    if (rewinds == REWINDS_IN_A_ROW_MAX) {
      throw Stop.refused("%d transactions in a row failed: %s", rewinds, e.getMessage());
    }
  }

  /** Tries at one offset; another offset begins to count anew. */
  private record Tries(long answeredTo, int count) {
    Tries plus(Tries next) {
      return answeredTo == next.answeredTo ? new Tries(answeredTo, count + 1) : next;
    }
  }

  private void onStateLost(Engine engine, StateLost e) {
    StateStore held = store;
    if (held == null || !held.intact()) {
      reconnect(e);
      return;
    }
    log.warn("{}; it is rebuilt from the input", e.getMessage());
    if (++stateLosses == REWINDS_MAX) {
      throw Stop.disk("saved state was lost %d times in a row: %s", REWINDS_MAX, e.getMessage());
    }
    engine.rewind();
    try {
      held.discard(e.partition());
    } catch (StateLost again) {
      // Then only opening it anew can tell what is left of it.
      closeEngine(false);
      closeStore();
      reconnect(again);
    }
  }

  private void onNameTaken(NameTaken e) {
    closeEngine(false);
    requireOwnName(e);
    reconnect(e);
  }

  /** One fence is survivable; a series of them is somebody with our name. */
  private void countFence(Reconnect e) {
    long now = pace.nanos().getAsLong();
    fencedNanos.addLast(now);
    fencedNanos.removeIf(fenced -> now - fenced > FENCES_WITHIN_NANOS);
    if (fencedNanos.size() >= FENCES_MAX) {
      requireOwnName(e);
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
    // Records that could not be sent to brokers that were away are not to blame.
    rewinds = 0;
    tries.clear();
    long now = pace.nanos().getAsLong();
    reconnectedNanos.addLast(now);
    reconnectedNanos.removeIf(reconnected -> now - reconnected > RECONNECTS_WITHIN_NANOS);
    if (reconnectedNanos.size() > RECONNECTS_WITHIN_MAX) {
      throw Stop.kafka(
          "opened new clients %d times within %d minutes: %s",
          reconnectedNanos.size(),
          TimeUnit.NANOSECONDS.toMinutes(RECONNECTS_WITHIN_NANOS),
          why.getMessage());
    }
    if (++reconnects > RECONNECTS_MAX) {
      throw Stop.kafka(
          "gave up after opening new clients %d times: %s", RECONNECTS_MAX, why.getMessage());
    }
    long pauseNanos = RECONNECT_PAUSE_MIN_NANOS << Math.min(reconnects - 1, 10);
    pauseNanos = Math.min(pauseNanos, RECONNECT_PAUSE_MAX_NANOS);
    // First, since closing clients takes its time where no broker answers.
    log.warn("{}; opening new clients", why.getMessage());
    closeEngine(false);
    StateStore held = store;
    if (held != null && !held.intact()) {
      // The folder is gone with its lock: somebody else may take the slot, so must we another.
      closeStore();
    }
    nap(pauseNanos);
  }

  /** In short pieces, so that a stop need not wait for the end of it. */
  private void nap(long nanos) {
    long untilNanos = pace.nanos().getAsLong() + nanos;
    for (long left = nanos; !stopping && left > 0; left = untilNanos - pace.nanos().getAsLong()) {
      pace.parkNanos().accept(Math.min(left, NAP_MAX_NANOS));
    }
  }

  private void closeEngine(boolean leaveGroup) {
    Engine open = engine;
    engine = null;
    settled = false;
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
