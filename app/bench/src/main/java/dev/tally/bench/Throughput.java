package dev.tally.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How fast a contestant works through what is already there. */
final class Throughput {
  private static final Duration START_ATMOST = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 50;
  // Markers of transactions count as offsets, so the last rows can come behind what looks like all.
  private static final Duration ALL_QUIET = Duration.ofSeconds(3);
  // Who answers when event time has passed has none to pass the last rows: it is done, too.
  private static final Duration SOME_QUIET = Duration.ofSeconds(20);

  /**
   * What came of one run.
   *
   * @param windowRows rows that a full window has
   * @param cpuMicrosPerRow processor time of the contestant's process from its first answers on
   * @param brokerBytesPerRow everything that the broker stored for it
   * @param diskBytes what it keeps on disk at the end, compacted
   */
  record Figures(
      Answers answers,
      long windowRows,
      double cpuMicrosPerRow,
      long peakMemoryBytes,
      double brokerBytesPerRow,
      long diskBytes) {

    double perSecond() {
      return answers.perSecond();
    }

    /**
     * Rows per second once the window was full. Who did not get well beyond that is taken by the
     * second half of what it did, which is no worse than what would have come.
     */
    double perSecondFull() {
      boolean wellBeyond = answers.count() - windowRows > windowRows / 10;
      return answers.perSecondAfter(wellBeyond ? windowRows : answers.count() / 2);
    }

    /** Share of a full window that was reached at the end. */
    double windowFilled() {
      return Math.min(1, answers.count() / (double) windowRows);
    }

    double diskBytesPerWindowRow() {
      return diskBytes / (double) Math.max(1, Math.min(windowRows, answers.count()));
    }
  }

  private record Look(long nanos, long millis, long answered, Duration cpu) {}

  private final Brokers brokers;
  private final String input;
  private final Workload workload;
  private final @Nullable Expected expected;
  private final Duration atMost;

  /**
   * On a topic that holds the workload.
   *
   * @param atMost how long a contestant may take from its first answer on; what it has answered by
   *     then counts
   */
  Throughput(
      Brokers brokers,
      String input,
      Workload workload,
      @Nullable Expected expected,
      Duration atMost) {
    this.brokers = brokers;
    this.input = input;
    this.workload = workload;
    this.expected = expected;
    this.atMost = atMost;
  }

  /**
   * Runs a contestant once, from the topic's beginning, on nothing.
   *
   * @param run a name that no run before had
   */
  Figures run(Contestant contestant, String run) throws Exception {
    String output = run + "-agg";
    brokers.createTopic(output, workload.partitions());
    long bytesBefore = brokers.logBytesWithout(input);
    Contestant.Assignment assignment =
        new Contestant.Assignment(
            brokers.bootstrapServers(), input, output, run, brokers.folder().resolve(run));
    try {
      Look first;
      Look last;
      long peakMemoryBytes;
      try (Running running = Running.start(contestant, assignment)) {
        first = awaitFirst(running, output);
        last = awaitLast(running, output, first);
        peakMemoryBytes = running.peakMemoryBytes();
      }
      Answers answers =
          Answers.read(
              brokers.bootstrapServers(),
              output,
              workload.partitions(),
              contestant.copies() ? null : expected,
              last.millis());
      Compaction.of(assignment.state());
      return new Figures(
          answers,
          workload.windowRows(),
          micros(last.cpu().minus(first.cpu())) / Math.max(1, last.answered() - first.answered()),
          peakMemoryBytes,
          (brokers.logBytesWithout(input) - bytesBefore) / (double) Math.max(1, answers.count()),
          Brokers.sizeOf(assignment.state()));
    } finally {
      brokers.deleteTopicsOf(run);
      Brokers.deleteTree(assignment.state());
    }
  }

  private static double micros(Duration duration) {
    return duration.toNanos() / 1000.0;
  }

  private Look look(Running running, String output) throws Exception {
    running.requireAlive();
    return new Look(
        System.nanoTime(),
        System.currentTimeMillis(),
        brokers.end(output, workload.partitions()),
        running.cpu());
  }

  private Look awaitFirst(Running running, String output) throws Exception {
    long beganNanos = System.nanoTime();
    while (true) {
      Look look = look(running, output);
      if (look.answered() > 0) {
        return look;
      }
      if (look.nanos() - beganNanos > START_ATMOST.toNanos()) {
        throw new IllegalStateException("no answer in " + START_ATMOST);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** The look that saw the last answers come. */
  private Look awaitLast(Running running, String output, Look first) throws Exception {
    Look last = first;
    while (true) {
      Look look = look(running, output);
      if (look.answered() > last.answered()) {
        last = look;
      }
      Duration quiet = last.answered() >= workload.rows() ? ALL_QUIET : SOME_QUIET;
      if (look.nanos() - last.nanos() > quiet.toNanos()
          || look.nanos() - first.nanos() > atMost.toNanos()) {
        return last;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }
}
