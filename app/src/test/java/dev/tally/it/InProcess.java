package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tally.Stop;
import dev.tally.daemon.Daemon;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.engine.kafka.StartFrom;
import dev.tally.job.Job;
import dev.tally.job.StateStore;
import dev.tally.jobs.rollingsum.RollingSum;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.PollBudget;
import dev.tally.state.RocksSlots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

/**
 * The daemon in this process, on real brokers and a real disk. Limits that the command line does
 * not offer can be set, and its job or its disk can be made slow.
 */
final class InProcess implements AutoCloseable {
  static final Job JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.FAIL);

  private static final int END_SECONDS = 90;

  private final Daemon daemon;
  private final CompletableFuture<Void> ended;

  private InProcess(Daemon daemon, CompletableFuture<Void> ended) {
    this.daemon = daemon;
    this.ended = ended;
  }

  /** What differs from a start on the command line. */
  record Setup(
      Job job,
      Path stateFolder,
      String instanceId,
      Duration transactionTimeout,
      Duration saveInterval,
      Map<String, String> clientSettings,
      boolean untilEnd,
      UnaryOperator<StateStore.Slots> disk) {
    static Setup of(Trial trial, Job job, Duration transactionTimeout) {
      return new Setup(
          job,
          trial.state(),
          "one",
          transactionTimeout,
          Duration.ofSeconds(1),
          Map.of(),
          true,
          UnaryOperator.identity());
    }
  }

  static InProcess start(Trial trial, Setup setup) {
    EngineConfig engine =
        new EngineConfig(
            trial.group(),
            trial.input(),
            Optional.empty(),
            List.of(OutputTopic.answers(trial.output())),
            trial.letters(),
            Set.of(),
            false,
            false,
            false,
            Duration.ofMillis(5),
            setup.transactionTimeout(),
            setup.saveInterval(),
            64 << 20);
    Daemon.Config config =
        new Daemon.Config(
            new ClientSettings(trial.kafka().bootstrapServers(), setup.clientSettings()),
            engine,
            setup.instanceId(),
            GroupProtocol.CONSUMER,
            StartFrom.parse("earliest"),
            1,
            1,
            PollBudget.partOfHeap(1),
            setup.untilEnd());
    RocksSlots slots = new RocksSlots(setup.stateFolder(), trial.group());
    Daemon daemon = new Daemon(setup.job(), config, setup.disk().apply(slots));
    CompletableFuture<Void> ended =
        CompletableFuture.runAsync(
            () -> {
              try (slots) {
                daemon.run();
              }
            },
            task -> {
              Thread thread = new Thread(task, "daemon");
              thread.setDaemon(true);
              thread.start();
            });
    return new InProcess(daemon, ended);
  }

  boolean running() {
    return !ended.isDone();
  }

  /** Asks it to end, and waits until it has ended in order. */
  void stop() throws Exception {
    daemon.stop();
    awaitEnd();
  }

  /**
   * Waits for the end.
   *
   * @throws Stop if that is how it ended
   */
  void awaitEnd() throws Exception {
    try {
      ended.get(END_SECONDS, SECONDS);
    } catch (ExecutionException | CompletionException e) {
      throw e.getCause() instanceof Stop stop ? stop : e;
    }
  }

  @Override
  public void close() {
    daemon.stop();
  }
}
