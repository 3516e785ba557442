package dev.tally.daemon;

import dev.tally.job.Job;
import dev.tally.job.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A job of several stages as one process: a daemon for each, with a topic between each and the
 * next. They run side by side, and end together.
 */
public final class Stages {
  /**
   * One stage.
   *
   * @param name for the log
   */
  public record Stage(String name, Job job, Daemon.Config config, StateStore.Slots slots) {}

  private final List<String> names = new ArrayList<>();
  private final List<Daemon> daemons = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** The stages, in the order of a record's way through them. */
  public Stages(List<Stage> stages) {
    Optional<Daemon> before = Optional.empty();
    for (Stage stage : stages) {
      Daemon daemon = new Daemon(stage.name(), before, stage.job(), stage.config(), stage.slots());
      names.add(stage.name());
      daemons.add(daemon);
      before = Optional.of(daemon);
    }
  }

  /** Asks {@link #run} to end in order; returns at once. */
  public void stop() {
    daemons.forEach(Daemon::stop);
  }

  /**
   * Runs all stages until one of them has failed, or all have ended. None begins before all of them
   * are prepared.
   *
   * @throws RuntimeException the first failure
   */
  public void run() {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < daemons.size(); i++) {
      Daemon daemon = daemons.get(i);
      Thread thread = new Thread(() -> run(daemon), names.get(i));
      threads.add(thread);
      thread.start();
      // It creates the topic that the next one reads.
      if (!daemon.awaitPrepared()) {
        stop();
        break;
      }
    }
    daemons.forEach(Daemon::go);
    threads.forEach(Stages::join);
    Daemon.rethrow(failure.get());
  }

  private void run(Daemon daemon) {
    try {
      daemon.run();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      stop();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it came to, a part for each stage. */
  public String summary() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < daemons.size(); i++) {
      parts.add(names.get(i) + " " + daemons.get(i).summary());
    }
    return String.join("; ", parts);
  }
}
