package dev.tally.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Contestants on one workload, in turn, round after round. */
final class Comparison {
  private static final String INPUT = "data";
  private static final int WARM_UP = 0;

  private record Measure(String name, ToDoubleFunction<Throughput.Figures> value) {}

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("rows/s", Throughput.Figures::perSecond),
          new Measure("settled rows/s", Throughput.Figures::perSecondSettled),
          new Measure("window filled", Throughput.Figures::windowFilled),
          new Measure("CPU us/row", Throughput.Figures::cpuMicrosPerRow),
          new Measure("peak memory bytes", Throughput.Figures::peakMemoryBytes),
          new Measure("broker bytes/row", Throughput.Figures::brokerBytesPerRow),
          new Measure("disk bytes/row", Throughput.Figures::diskBytesPerWindowRow),
          new Measure("answers", run -> run.answers().count()),
          new Measure("wrong answers", run -> run.answers().wrong()));

  /** What one contestant did in one round. */
  private record Run(Contestant contestant, int round, Throughput.Figures figures) {}

  private final List<Contestant> contestants;
  private final List<Run> runs = new ArrayList<>();
  private int failures;

  private Comparison(List<Contestant> contestants) {
    this.contestants = contestants;
  }

  /**
   * Starts a broker, loads the workload once and runs everybody on it.
   *
   * @param contestants the first of them is what ratios are to
   * @param atMost see {@link Throughput}
   */
  static Comparison of(List<Contestant> contestants, Workload workload, int rounds, Duration atMost)
      throws Exception {
    Comparison comparison = new Comparison(contestants);
    try (Brokers brokers = Brokers.start()) {
      brokers.createTopic(INPUT, workload.partitions());
      Load.all(brokers.bootstrapServers(), INPUT, workload);
      Throughput throughput =
          new Throughput(brokers, INPUT, workload, new Expected(workload), atMost);
      // The broker's JVM compiles, too; the first contestant must not pay for that.
      comparison.run(throughput, contestants.get(0), WARM_UP);
      for (int round = 1; round <= rounds; round++) {
        for (Contestant contestant : contestants) {
          comparison.run(throughput, contestant, round);
        }
      }
    }
    return comparison;
  }

  /** One that fails, for want of memory say, does not end the others' measurement. */
  private void run(Throughput throughput, Contestant contestant, int round) throws Exception {
    String name = "bench-" + round + "-" + contestants.indexOf(contestant);
    try {
      Throughput.Figures figures = throughput.run(contestant, name);
      System.err.printf(
          "%s, round %d: %,.0f rows/s%n", contestant.name(), round, figures.perSecond());
      if (round != WARM_UP) {
        runs.add(new Run(contestant, round, figures));
      }
    } catch (IllegalStateException e) {
      failures++;
      System.err.printf("%s, round %d failed: %s%n", contestant.name(), round, e.getMessage());
    }
  }

  List<Contestant> contestants() {
    return contestants;
  }

  List<Throughput.Figures> figures(Contestant contestant) {
    return runs(contestant).stream().map(Run::figures).toList();
  }

  private List<Run> runs(Contestant contestant) {
    return runs.stream().filter(run -> run.contestant().equals(contestant)).toList();
  }

  /** The median of each round's ratio to the first contestant; NaN if one of the two failed. */
  double ratio(Contestant contestant, ToDoubleFunction<Throughput.Figures> value) {
    List<Double> ratios = new ArrayList<>();
    for (Run run : runs(contestant)) {
      for (Run first : runs(contestants.get(0))) {
        if (run.round() == first.round()) {
          ratios.add(value.applyAsDouble(run.figures()) / value.applyAsDouble(first.figures()));
        }
      }
    }
    return Median.of(ratios, ratio -> ratio);
  }

  long wrong(Contestant contestant) {
    return figures(contestant).stream().mapToLong(run -> run.answers().wrong()).sum();
  }

  long compared(Contestant contestant) {
    return figures(contestant).stream().mapToLong(run -> run.answers().compared()).sum();
  }

  /** Whether everybody answered, and none of the answers that were compared is wrong. */
  boolean sound() {
    return failures == 0 && contestants.stream().allMatch(each -> wrong(each) == 0);
  }

  /** Adds every run to what is kept of the command. */
  void save(Point.Sink sink, String command, String series, String at) throws IOException {
    for (Run run : runs) {
      String name = run.contestant().name();
      for (Measure measure : MEASURES) {
        double value = measure.value().applyAsDouble(run.figures());
        sink.add(new Point(command, series, at, name, run.round(), measure.name(), value));
      }
    }
  }
}
