package dev.tally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How fast a contestant counts the users of frames that are already there. */
final class UsersRun {
  private static final Duration START_ATMOST = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 50;
  // What is not right by then is wrong.
  private static final Duration RESULTS_AFTER_ALL_READ = Duration.ofSeconds(60);

  /**
   * What came of one run.
   *
   * @param perSecond records from the first committed offset on to the last
   * @param doneSeconds from the start of the process until the users of every minute are right and
   *     committed; for who counts no users, until all is read
   * @param cpuMicrosPerRecord processor time of the whole run, start included
   * @param brokerBytesPerRecord everything that the broker stored for it
   * @param right minutes with the right number of users
   * @param minutes that are expected
   */
  record Figures(
      double perSecond,
      double doneSeconds,
      double cpuMicrosPerRecord,
      long peakMemoryBytes,
      double brokerBytesPerRecord,
      long right,
      long minutes) {}

  private record Look(long nanos, long committed) {}

  private final Brokers brokers;
  private final String input;
  private final FrameLoad load;
  private final Map<String, Long> users;
  private final Duration atMost;

  /**
   * On a topic that holds the load.
   *
   * @param users of each minute
   * @param atMost how long a contestant may take to read it all
   */
  UsersRun(
      Brokers brokers, String input, FrameLoad load, Map<String, Long> users, Duration atMost) {
    this.brokers = brokers;
    this.input = input;
    this.load = load;
    this.users = users;
    this.atMost = atMost;
  }

  /**
   * Runs a contestant once, from the topic's beginning, on nothing.
   *
   * @param run a name that no run before had
   */
  Figures run(Contestant contestant, String run) throws Exception {
    String output = run + "-users";
    brokers.createTopic(output, load.partitions());
    long bytesBefore = brokers.logBytesWithout(input);
    Contestant.Assignment assignment =
        new Contestant.Assignment(
            brokers.bootstrapServers(), input, output, run, brokers.folder().resolve(run));
    Map<String, Long> expected = contestant.copies() ? Map.of() : users;
    try (MinuteCounts counts =
        new MinuteCounts(brokers.bootstrapServers(), output, load.partitions(), expected)) {
      long startNanos = System.nanoTime();
      try (Running running = Running.start(contestant, assignment)) {
        List<Look> looks = looks(running, run);
        long doneNanos = awaitResults(running, counts, contestant.copies());
        return new Figures(
            perSecond(looks),
            (doneNanos - startNanos) / 1e9,
            running.cpu().toNanos() / 1e3 / load.records(),
            running.peakMemoryBytes(),
            (brokers.logBytesWithout(input) - bytesBefore) / (double) load.records(),
            counts.right(),
            expected.size());
      }
    } finally {
      brokers.deleteTopicsOf(run);
      Brokers.deleteTree(assignment.state());
    }
  }

  private double perSecond(List<Look> looks) {
    Look first = looks.get(0);
    Look last = looks.get(looks.size() - 1);
    double seconds = Math.max(1, last.nanos() - first.nanos()) / 1e9;
    return (last.committed() - first.committed()) / seconds;
  }

  /** All looks that saw the group go on, until it has read everything. */
  private List<Look> looks(Running running, String group) throws Exception {
    List<Look> looks = new ArrayList<>();
    long startNanos = System.nanoTime();
    while (true) {
      running.requireAlive();
      Look look = new Look(System.nanoTime(), brokers.committed(group, input));
      boolean moved =
          looks.isEmpty()
              ? look.committed() > 0
              : look.committed() > looks.get(looks.size() - 1).committed();
      if (moved) {
        looks.add(look);
      }
      if (look.committed() >= load.records()) {
        return looks;
      }
      long waitedNanos = look.nanos() - startNanos;
      if (waitedNanos > (looks.isEmpty() ? START_ATMOST : atMost).toNanos()) {
        throw new IllegalStateException(
            "it has read " + look.committed() + " of " + load.records() + " records");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** When the last of them was right. */
  private long awaitResults(Running running, MinuteCounts counts, boolean copies)
      throws InterruptedException {
    long readNanos = System.nanoTime();
    while (!copies
        && !counts.allRight()
        && System.nanoTime() - readNanos < RESULTS_AFTER_ALL_READ.toNanos()) {
      running.requireAlive();
      counts.read(Duration.ofMillis(LOOK_MILLIS));
    }
    return System.nanoTime();
  }
}
