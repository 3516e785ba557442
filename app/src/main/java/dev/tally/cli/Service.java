package dev.tally.cli;

import dev.tally.daemon.Daemon;
import dev.tally.daemon.Stages;
import dev.tally.job.Job;
import dev.tally.state.RocksSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a job until a signal or its end, and logs what every job logs first and last. */
final class Service {
  private static final Logger log = LoggerFactory.getLogger(Service.class);

  // Longer than the daemon itself waits for its workers.
  private static final Duration STOP_MAX = Duration.ofSeconds(40);

  private Service() {}

  /**
   * Runs a job to its end.
   *
   * @param options what the configuration was read from
   * @return the process's exit code; the reason for any but 0 has been logged
   * @throws dev.tally.Stop if the state folder cannot be used
   */
  static int run(Job job, DaemonOptions options, Daemon.Config config) {
    try (RocksSlots slots = new RocksSlots(options.stateFolder(), config.engine().groupId())) {
      Daemon daemon = new Daemon(job, config, slots);
      Termination.onSignal(daemon::stop, STOP_MAX);
      started(options, config);
      return ended(daemon::run, daemon::summary);
    }
  }

  /**
   * One stage of a job.
   *
   * @param name for the log
   */
  record Stage(String name, Job job, Daemon.Config config) {}

  /** The same for a job of several stages, the first of which the configuration is read from. */
  static int run(DaemonOptions options, Daemon.Config first, List<Stage> stages) {
    List<RocksSlots> slots = new ArrayList<>();
    try {
      List<Stages.Stage> all = new ArrayList<>();
      for (Stage stage : stages) {
        RocksSlots own = new RocksSlots(options.stateFolder(), stage.config().engine().groupId());
        slots.add(own);
        all.add(new Stages.Stage(stage.name(), stage.job(), stage.config(), own));
      }
      Stages process = new Stages(all);
      Termination.onSignal(process::stop, STOP_MAX);
      started(options, first);
      return ended(process::run, process::summary);
    } finally {
      slots.forEach(RocksSlots::close);
    }
  }

  // Only after a signal would end the job in good order: anyone who sees this line relies on it.
  private static void started(DaemonOptions options, Daemon.Config config) {
    log.info(
        "{}{}",
        options.command().name(),
        Configuration.describe(options.command(), options.resolved(config)));
  }

  /** The reason comes before the totals: the last lines are what people look at. */
  private static int ended(Runnable process, Supplier<String> summary) {
    int exitCode = 0;
    try {
      process.run();
    } catch (RuntimeException | Error e) {
      exitCode = Tally.onFailureOfService(e);
    }
    log.info("ended with code {} {}", exitCode, summary.get());
    return exitCode;
  }
}
