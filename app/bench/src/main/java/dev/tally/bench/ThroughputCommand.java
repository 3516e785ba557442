package dev.tally.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "throughput",
    description = {
      "Rows per second from the first answer on, and what each row costs.",
      "Ratios are to the first contestant, round by round."
    })
final class ThroughputCommand implements Callable<Integer> {
  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--rows",
      defaultValue = "20000000",
      description = "rows that are there; default: ${DEFAULT-VALUE}")
  private long rows;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "of all topics; default: ${DEFAULT-VALUE}")
  private int partitions;

  @Option(
      names = "--keys",
      defaultValue = "0",
      description = "StockCodes; default: those of the real rows, some 4,000")
  private int keys;

  @Option(
      names = "--window-rows",
      defaultValue = "600000",
      description = "rows in the ten minutes; default: ${DEFAULT-VALUE}")
  private int windowRows;

  @Option(
      names = "--disorder",
      defaultValue = "0",
      description = "percent of rows up to half a minute out of order; default: ${DEFAULT-VALUE}")
  private int disorderPercent;

  @Option(
      names = "--at-most",
      defaultValue = "60",
      description =
          "seconds for each run from its first answer on; what is answered by then counts; default:"
              + " ${DEFAULT-VALUE}")
  private int secondsMax;

  @Override
  public Integer call() throws Exception {
    Workload workload = Workload.of(rows, partitions, keys, windowRows, disorderPercent);
    Comparison comparison =
        Comparison.of(
            bench.contestants(), workload, bench.rounds(), Duration.ofSeconds(secondsMax));
    comparison.save(bench.csv(), "throughput", "", "");
    System.out.println(
        """
        | | rows/s | ratio | settled | ratio | window filled % | CPU us/row | ratio |\
         peak memory MB | broker bytes/row | disk bytes/row in the window | answers | compared |\
         wrong |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|""");
    comparison.contestants().forEach(each -> System.out.println(line(comparison, each)));
    return comparison.sound() ? 0 : 1;
  }

  /** Medians. */
  private static String line(Comparison comparison, Contestant contestant) {
    List<Throughput.Figures> runs = comparison.figures(contestant);
    return String.format(
        "| %s | %,.0f | %.3f | %,.0f | %.3f | %.0f | %.2f | %.2f | %.0f | %.1f | %.1f | %,.0f | %,d"
            + " | %,d |",
        contestant.name(),
        Median.of(runs, Throughput.Figures::perSecond),
        comparison.ratio(contestant, Throughput.Figures::perSecond),
        Median.of(runs, Throughput.Figures::perSecondSettled),
        comparison.ratio(contestant, Throughput.Figures::perSecondSettled),
        Median.of(runs, run -> 100 * run.windowFilled()),
        Median.of(runs, Throughput.Figures::cpuMicrosPerRow),
        comparison.ratio(contestant, Throughput.Figures::cpuMicrosPerRow),
        Median.of(runs, run -> run.peakMemoryBytes() / 1e6),
        Median.of(runs, Throughput.Figures::brokerBytesPerRow),
        Median.of(runs, Throughput.Figures::diskBytesPerWindowRow),
        Median.of(runs, run -> run.answers().count()),
        comparison.compared(contestant),
        comparison.wrong(contestant));
  }
}
