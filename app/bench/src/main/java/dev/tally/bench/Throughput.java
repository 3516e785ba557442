package dev.tally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How fast a contestant works through what is already there. */
final class Throughput {
  private static final Duration START_ATMOST = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 50;
  // Markers of transactions take offsets, too: the last rows can follow what looks like all.
  private static final Duration ALL_QUIET = Duration.ofSeconds(3);
  // Who answers when event time has passed has none to pass the last rows: it is done, too.
  private static final Duration SOME_QUIET = Duration.ofSeconds(20);

  /**
   * What came of one run.
   *
   * @param settledAfter rows after which a rate counts as settled
   * @param cpuMicrosPerRow processor time of the contestant's process, settled
   * @param brokerBytesPerRow everything that the broker stored for it
   * @param diskBytes what it keeps on disk at the end, compacted
   */
  record Figures(
      Answers answers,
      long windowRows,
      long settledAfter,
      double cpuMicrosPerRow,
      long peakMemoryBytes,
      double brokerBytesPerRow,
      long diskBytes) {

    /** Rows per second from the first answer on, while the JVM still compiles. */
    double perSecond() {
      return answers.perSecond();
    }

    /** Rows per second of who runs for long. */
    double perSecondSettled() {
      return answers.perSecondAfter(settledAfter);
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
      List<Look> looks;
      long peakMemoryBytes;
      try (Running running = Running.start(contestant, assignment)) {
        looks = looks(running, output, awaitFirst(running, output));
        peakMemoryBytes = running.peakMemoryBytes();
      }
      Look last = looks.get(looks.size() - 1);
      Answers answers =
          Answers.read(
              brokers.bootstrapServers(),
              output,
              workload.partitions(),
              contestant.copies() ? null : expected,
              last.millis());
      long settledAfter = settledAfter(answers.count());
      Compaction.of(assignment.state());
      return new Figures(
          answers,
          workload.windowRows(),
          settledAfter,
          cpuMicrosPerRow(looks, settledAfter),
          peakMemoryBytes,
          (brokers.logBytesWithout(input) - bytesBefore) / (double) Math.max(1, answers.count()),
          Brokers.sizeOf(assignment.state()));
    } finally {
      brokers.deleteTopicsOf(run);
      Brokers.deleteTree(assignment.state());
    }
  }

  /**
   * The window has to be full and the JVM's compiler at rest: both take their time at the beginning
   * only. Who did not get well beyond a full window is taken by the second half of what it did,
   * which is no worse than what would have come.
   */
  private long settledAfter(long answered) {
    long full = workload.windowRows();
    boolean wellBeyond = answered - full > full / 10;
    return wellBeyond ? Math.max(full, answered / 2) : answered / 2;
  }

  private static double cpuMicrosPerRow(List<Look> looks, long settledAfter) {
    Look last = looks.get(looks.size() - 1);
    // Who commits everything at once has no look in between.
    Look from =
        looks.stream()
            .filter(look -> look.answered() > settledAfter && look.answered() < last.answered())
            .findFirst()
            .orElse(looks.get(0));
    double micros = last.cpu().minus(from.cpu()).toNanos() / 1000.0;
    return micros / Math.max(1, last.answered() - from.answered());
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

  /** All looks that saw new answers. */
  private List<Look> looks(Running running, String output, Look first) throws Exception {
    List<Look> looks = new ArrayList<>(List.of(first));
    while (true) {
      Look look = look(running, output);
      Look last = looks.get(looks.size() - 1);
      if (look.answered() > last.answered()) {
        looks.add(look);
        last = look;
      }
      Duration quiet = last.answered() >= workload.rows() ? ALL_QUIET : SOME_QUIET;
      if (look.nanos() - last.nanos() > quiet.toNanos()
          || look.nanos() - first.nanos() > atMost.toNanos()) {
        return looks;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }
}
