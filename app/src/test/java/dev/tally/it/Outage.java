package dev.tally.it;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows that keep coming, an instance that the brokers will lose, and perhaps one that stays. */
final class Outage implements AutoCloseable {
  private static final String NAME = "lost";
  private static final int PARTITIONS = 4;
  private static final int ROWS_PER_SECOND = 1_000;

  private final Cluster kafka;
  private final Trial trial;
  private final int threads;
  private final Instance lost;
  private final @Nullable Instance other;
  private final Load load;

  /** How the instances are started. */
  static final class Plan {
    private final String protocol;
    private boolean replaced;
    private boolean calm;
    private int threads = 1;
    private final List<String> ofTheLost = new ArrayList<>();

    Plan(String protocol) {
      this.protocol = protocol;
    }

    /** Another instance can take over. */
    Plan replaced() {
      replaced = true;
      return this;
    }

    Plan threads(int threads) {
      this.threads = threads;
      return this;
    }

    /** Few transactions a second, where nothing depends on how many there are. */
    Plan calm() {
      calm = true;
      return this;
    }

    /** Flags of the instance that will be lost. */
    Plan with(String... flags) {
      ofTheLost.addAll(List.of(flags));
      return this;
    }
  }

  private Outage(Cluster kafka, Path folder, Plan plan) throws Exception {
    this.kafka = kafka;
    this.trial = Trial.create(kafka, folder, PARTITIONS);
    this.threads = plan.threads;
    List<String> flags = new ArrayList<>();
    flags.add("--group.protocol=" + plan.protocol);
    flags.add("--threads=" + threads);
    if (plan.protocol.equals("classic")) {
      flags.add(MainJob.SHORT_SESSION); // under the consumer protocol the brokers set it
    }
    if (plan.calm) {
      flags.add("--commit.interval.ms=100");
    }
    this.other = plan.replaced ? trial.start(flags.toArray(String[]::new)) : null;
    flags.addAll(plan.ofTheLost);
    flags.add("--instance.id=" + NAME);
    flags.add("--state.dir=" + folder.resolve("state-of-" + trial.group()));
    this.lost = trial.start(flags.toArray(String[]::new));
    this.load = Load.start(kafka, trial.input(), ROWS_PER_SECOND);
  }

  /** Returns when all instances are at work. */
  static Outage prepare(Cluster kafka, Path folder, Plan plan) throws Exception {
    Outage outage = new Outage(kafka, folder, plan);
    boolean prepared = false;
    try {
      outage.awaitBack();
      prepared = true;
      return outage;
    } finally {
      if (!prepared) {
        outage.close();
      }
    }
  }

  Instance lost() {
    return lost;
  }

  Instance other() {
    return requireNonNull(other);
  }

  /** All instances. */
  Instance[] instances() {
    return other == null ? new Instance[] {lost} : new Instance[] {lost, other};
  }

  /** Whether a transaction of the lost one is open. */
  boolean inTransaction() throws Exception {
    return kafka.inTransaction(trial.group() + "-" + NAME);
  }

  /** Waits until the brokers have given up the transaction and the membership of the lost one. */
  void awaitGivenUp() throws Exception {
    int staying = other == null ? 0 : threads;
    Await.until(
        "it is given up",
        lost::output,
        () -> !inTransaction() && kafka.shares(trial.group()).size() == staying);
    if (other != null) {
      trial.awaitProgress(ROWS_PER_SECOND, other);
    }
  }

  /** Waits until it takes part again, as the same process. */
  void awaitBack() throws Exception {
    trial.awaitShared(threads * instances().length, instances());
    awaitProgress();
  }

  /** Waits until some more rows are answered. */
  void awaitProgress() throws Exception {
    trial.awaitProgress(ROWS_PER_SECOND, instances());
  }

  /** No more rows come from here on. */
  void endLoad() throws Exception {
    load.end();
  }

  /**
   * Ends the load and the instances, and checks every answer.
   *
   * @return rows that were answered
   */
  long finish() throws Exception {
    return finish(instances());
  }

  /** The same where only these are left. */
  long finish(Instance... instances) throws Exception {
    long rows = load.end();
    trial.awaitAnswered(instances);
    Trial.end(instances);
    for (Instance instance : instances) {
      // What is ridden out is worth a line, and no more.
      instance.awaitEnd().saysNot("\tat ").saysNot(" ERROR ");
    }
    trial.assertExact(rows);
    return rows;
  }

  @Override
  public void close() {
    load.close();
    Stream.of(instances()).forEach(Instance::close);
  }
}
