package dev.tally.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * How fast tally reads history again after its disk is gone, in silence, beside how fast it
 * answered the same rows. No row leaves the window, which is long enough: everything has to be read
 * again. Both are fresh processes and both are timed from the line that says where a partition
 * begins to the broker's time of the last answer.
 */
final class Replay {
  private static final Duration ANSWER_ATMOST = Duration.ofMinutes(10);
  private static final Duration QUIET = Duration.ofSeconds(3);
  // Behind what is replayed, some for each partition: their answers show that it has been.
  private static final int MORE_ROWS = 1000;

  /** Rows per second. */
  record Figures(double live, double silent) {}

  private final Brokers brokers;
  private final Workload workload;

  Replay(Brokers brokers, Workload workload) {
    this.brokers = brokers;
    this.workload = workload;
  }

  Figures run(Contestant tally, String run) throws Exception {
    String input = run + "-data";
    String output = run + "-agg";
    brokers.createTopic(input, workload.partitions());
    brokers.createTopic(output, workload.partitions());
    long rows = workload.rows();
    Load.all(brokers.bootstrapServers(), input, workload);
    Contestant.Assignment assignment =
        new Contestant.Assignment(
            brokers.bootstrapServers(), input, output, run, brokers.folder().resolve(run));
    Contestant all = tally.with("--window=" + (rows / workload.rowsPerSecond() + 60) + "s");
    try {
      long liveMillis =
          millis(all, assignment, Pattern.compile(Pattern.quote(input) + "-\\d+: "), rows);
      Brokers.deleteTree(assignment.state());
      Load.some(brokers.bootstrapServers(), input, workload, rows, rows + MORE_ROWS);
      long silentMillis =
          millis(all, assignment, Pattern.compile("replaying [\\d,]+ offsets"), rows + MORE_ROWS);
      return new Figures(1000.0 * rows / liveMillis, 1000.0 * rows / silentMillis);
    } finally {
      brokers.deleteTopicsOf(run);
      Brokers.deleteTree(assignment.state());
    }
  }

  /**
   * Runs it until this number of rows is answered, then kills it; from the first to the last row.
   */
  private long millis(
      Contestant tally, Contestant.Assignment assignment, Pattern beginning, long answers)
      throws Exception {
    Running running = Running.start(tally, assignment);
    try {
      long beganMillis = running.awaitLine(beginning);
      awaitAnswered(running, assignment.output(), answers);
      Answers found =
          Answers.read(
              brokers.bootstrapServers(),
              assignment.output(),
              workload.partitions(),
              null,
              Long.MAX_VALUE);
      if (found.count() != answers) {
        throw new IllegalStateException(found.count() + " answers to " + answers + " rows");
      }
      return found.byMillis().lastKey() - beganMillis;
    } finally {
      running.kill();
    }
  }

  private void awaitAnswered(Running running, String output, long answers) throws Exception {
    long beganNanos = System.nanoTime();
    long changedNanos = beganNanos;
    long end = 0;
    // Markers take offsets, too: the last answers can follow what looks like all.
    while (end < answers || System.nanoTime() - changedNanos < QUIET.toNanos()) {
      running.requireAlive();
      long now = brokers.end(output, workload.partitions());
      if (now != end) {
        end = now;
        changedNanos = System.nanoTime();
      }
      if (System.nanoTime() - beganNanos > ANSWER_ATMOST.toNanos()) {
        throw new IllegalStateException("the rows are not answered in " + ANSWER_ATMOST);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
