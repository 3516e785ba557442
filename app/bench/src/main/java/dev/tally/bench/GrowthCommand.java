package dev.tally.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "growth",
    description = {
      "Rows per second over rows in the window, keys, partitions and disorder.",
      "One of them is varied at a time. Every contestant runs beside copy in each round, and is"
          + " measured once the window is full."
    })
final class GrowthCommand implements Callable<Integer> {
  private static final int WINDOW_ROWS = 600_000;
  private static final int PARTITIONS = 4;

  /** What is varied. */
  enum Series {
    WINDOW("rows in the window"),
    KEYS("keys"),
    PARTITIONS("partitions"),
    DISORDER("% out of order");

    private final String title;

    Series(String title) {
      this.title = title;
    }
  }

  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--series",
      split = ",",
      defaultValue = "window,keys,partitions,disorder",
      description = "default: ${DEFAULT-VALUE}")
  private List<Series> series = List.of();

  @Option(
      names = "--window",
      split = ",",
      defaultValue = "60000,600000,6000000",
      description = "rows in the ten minutes; default: ${DEFAULT-VALUE}")
  private List<Integer> windowRows = List.of();

  @Option(
      names = "--keys",
      split = ",",
      defaultValue = "1,4000,1000000",
      description = "StockCodes, all equally frequent; default: ${DEFAULT-VALUE}")
  private List<Integer> keys = List.of();

  @Option(
      names = "--partitions",
      split = ",",
      defaultValue = "1,4,64",
      description = "of all topics; default: ${DEFAULT-VALUE}")
  private List<Integer> partitions = List.of();

  @Option(
      names = "--disorder",
      split = ",",
      defaultValue = "0,1,20",
      description = "percent of rows up to half a minute out of order; default: ${DEFAULT-VALUE}")
  private List<Integer> disorderPercents = List.of();

  @Option(
      names = "--rows",
      defaultValue = "20000000",
      description =
          "rows that are there; those of a window or half of them, whichever is more, come before"
              + " what is measured; default: ${DEFAULT-VALUE}")
  private long rows;

  @Option(
      names = "--at-most",
      defaultValue = "60",
      description =
          "seconds for each run from its first answer on; who has not filled the window by then is"
              + " measured on the second half of what it did; default: ${DEFAULT-VALUE}")
  private int secondsMax;

  @Override
  public Integer call() throws Exception {
    boolean sound = true;
    for (Series each : series) {
      System.out.printf(
          """
          | %s | | rows/s | ratio to copy | window filled %% | CPU us/row | ratio to copy |\
           peak memory MB | broker bytes/row | disk bytes/row in the window | compared | wrong |
          |---|---|---|---|---|---|---|---|---|---|---|---|
          """,
          each.title);
      for (int at : values(each)) {
        sound &= measure(each, at);
      }
      System.out.println();
    }
    return sound ? 0 : 1;
  }

  private List<Integer> values(Series series) {
    return switch (series) {
      case WINDOW -> windowRows;
      case KEYS -> keys;
      case PARTITIONS -> partitions;
      case DISORDER -> disorderPercents;
    };
  }

  private Workload workload(Series series, int at) {
    return switch (series) {
      case WINDOW -> Workload.of(rows, PARTITIONS, Workload.REAL_KEYS, at, 0);
      case KEYS -> Workload.of(rows, PARTITIONS, at, WINDOW_ROWS, 0);
      case PARTITIONS -> Workload.of(rows, at, Workload.REAL_KEYS, WINDOW_ROWS, 0);
      case DISORDER -> Workload.of(rows, PARTITIONS, Workload.REAL_KEYS, WINDOW_ROWS, at);
    };
  }

  private boolean measure(Series series, int at) throws Exception {
    Comparison comparison =
        Comparison.of(
            contestants(), workload(series, at), bench.rounds(), Duration.ofSeconds(secondsMax));
    comparison.save(bench.csv(), "growth", series.title, Integer.toString(at));
    comparison.contestants().forEach(each -> System.out.println(line(comparison, each, at)));
    return comparison.sound();
  }

  private List<Contestant> contestants() {
    Contestant copy = Contestants.copy();
    Stream<Contestant> others =
        bench.contestants().stream().filter(each -> !each.name().equals(copy.name()));
    return Stream.concat(Stream.of(copy), others).toList();
  }

  /** Medians. */
  private static String line(Comparison comparison, Contestant contestant, int at) {
    List<Throughput.Figures> runs = comparison.figures(contestant);
    return String.format(
        "| %,d | %s | %,.0f | %.3f | %.0f | %.2f | %.2f | %.0f | %.1f | %.1f | %,d | %,d |",
        at,
        contestant.name(),
        Median.of(runs, Throughput.Figures::perSecondSettled),
        comparison.ratio(contestant, Throughput.Figures::perSecondSettled),
        Median.of(runs, run -> 100 * run.windowFilled()),
        Median.of(runs, Throughput.Figures::cpuMicrosPerRow),
        comparison.ratio(contestant, Throughput.Figures::cpuMicrosPerRow),
        Median.of(runs, run -> run.peakMemoryBytes() / 1e6),
        Median.of(runs, Throughput.Figures::brokerBytesPerRow),
        Median.of(runs, Throughput.Figures::diskBytesPerWindowRow),
        comparison.compared(contestant),
        comparison.wrong(contestant));
  }
}
