package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Instances of one trial that come and go. One that ends by itself fails the test; so does one that
 * prints a stack trace.
 */
final class Fleet implements AutoCloseable {
  private static final int THREADS_MAX = 2;

  private final Trial trial;
  private final String[] flags;
  private final List<Instance> running = new ArrayList<>();
  private int starts;
  private int kills;
  private int terminations;
  private long rewinds;
  private long reconnects;

  /** A fleet that has no instances yet. */
  Fleet(Trial trial, String... flags) {
    this.trial = trial;
    this.flags = flags;
  }

  /** The instances, each of which must still run. */
  Instance[] running() {
    running.forEach(Instance::requireAlive);
    return running.toArray(Instance[]::new);
  }

  /** Starts or ends instances until there are this many; new ones have one or two threads. */
  void scaleTo(int instances, Random random) throws Exception {
    while (running.size() < instances) {
      start("--threads=" + (1 + random.nextInt(THREADS_MAX)));
    }
    while (running.size() > instances) {
      if (random.nextBoolean()) {
        killOne(random);
      } else {
        terminations++;
        note(awaitBegun(takeOne(random)).terminate().done());
      }
    }
  }

  void start(String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of(more));
    running.add(trial.start(all.toArray(String[]::new)));
    starts++;
  }

  /** Sends SIGKILL to one of them. */
  void killOne(Random random) throws Exception {
    kills++;
    note(takeOne(random).kill().killed());
  }

  /** Before that line it is a JVM that is starting, which SIGTERM ends as it ends any JVM. */
  private static Instance awaitBegun(Instance instance) throws Exception {
    return instance.awaitOutput("INFO rolling-sum");
  }

  private Instance takeOne(Random random) {
    return running.remove(random.nextInt(running.size()));
  }

  private void note(Outcome ended) {
    assertFalse(ended.output().contains("\tat "), () -> "a stack trace:\n" + ended.output());
    rewinds += ended.count("going back to what is saved");
    reconnects += ended.count("opening new clients");
  }

  /**
   * Ends the trouble: every row is answered, all instances end in order, and every answer is
   * checked.
   *
   * @return how many rows there were
   */
  long finish(Load load) throws Exception {
    long rows = load.end();
    trial.awaitAnswered(running());
    for (Instance instance : running) {
      awaitBegun(instance).askToEnd();
    }
    for (Instance instance : running) {
      note(instance.awaitEnd().done());
    }
    running.clear();
    trial.assertExact(rows);
    return rows;
  }

  /** How often the instances that have ended opened new clients. */
  long reconnects() {
    return reconnects;
  }

  @Override
  public String toString() {
    return "%d instances started, %d killed, %d terminated; %d rewinds, %d reconnects"
        .formatted(starts, kills, terminations, rewinds, reconnects);
  }

  @Override
  public void close() {
    running.forEach(Instance::close);
  }
}
