package dev.tally.cli;

import dev.tally.daemon.Daemon;
import dev.tally.job.Job;
import dev.tally.state.RocksSlots;
import java.time.Duration;
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
      // Only now: anyone who sees this line can rely on a signal to end the job in good order.
      log.info(
          "{}{}",
          options.command().name(),
          Configuration.describe(options.command(), options.resolved(config)));
      return ended(daemon);
    }
  }

  /** The reason comes before the totals: the last lines are what people look at. */
  private static int ended(Daemon daemon) {
    int exitCode = 0;
    try {
      daemon.run();
    } catch (RuntimeException | Error e) {
      exitCode = Tally.onFailureOfService(e);
    }
    log.info("ended with code {} {}", exitCode, daemon.summary());
    return exitCode;
  }
}
