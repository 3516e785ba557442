package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Instances of one trial that come and go. One that ends by itself fails the test, and so does one
 * that prints a stack trace, whatever it lives through.
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

  /** An empty one. */
  Fleet(Trial trial, String... flags) {
    this.trial = trial;
    this.flags = flags;
  }

  /** Those that run; all of them do. */
  Instance[] running() {
    running.forEach(Instance::requireAlive);
    return running.toArray(Instance[]::new);
  }

  /** Starts as many as are missing, of one or two threads, or ends as many as are too many. */
  void scaleTo(int instances, Random random) throws Exception {
    while (running.size() < instances) {
      start("--threads=" + (1 + random.nextInt(THREADS_MAX)));
    }
    while (running.size() > instances) {
      if (random.nextBoolean()) {
        killOne(random);
      } else {
        terminations++;
        terminate(takeOne(random));
      }
    }
  }

  void start(String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of(more));
    running.add(trial.start(all.toArray(String[]::new)));
    starts++;
  }

  /** SIGKILL to any of them. */
  void killOne(Random random) throws Exception {
    kills++;
    note(takeOne(random).kill().killed());
  }

  private void terminate(Instance instance) throws Exception {
    // Before that line it is a JVM that is coming up, and not ours to end in order.
    note(instance.awaitOutput("INFO rolling-sum").terminate().done());
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
   * Ends the trouble: what is sent is answered, all end in order, and every answer is looked at.
   *
   * @return how many rows there were
   */
  long finish(Load load) throws Exception {
    long rows = load.end();
    trial.awaitAnswered(running());
    for (Instance instance : running) {
      terminate(instance);
    }
    running.clear();
    trial.assertExact(rows);
    return rows;
  }

  /** How often those that have ended had opened new clients. */
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
