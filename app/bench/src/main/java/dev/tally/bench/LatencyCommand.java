package dev.tally.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "latency",
    description = "Milliseconds from a row's making to its answer in a reader's hands.")
final class LatencyCommand implements Callable<Integer> {
  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--rates",
      split = ",",
      defaultValue = "2000,20000",
      description = "rows per second; default: ${DEFAULT-VALUE}")
  private List<Integer> rates = List.of();

  @Option(
      names = "--warm-up",
      defaultValue = "20",
      description = "seconds before; default: ${DEFAULT-VALUE}")
  private int warmUpSeconds;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "measured; default: ${DEFAULT-VALUE}")
  private int seconds;

  @Override
  public Integer call() throws Exception {
    boolean sound = true;
    System.out.println("| | rows/s | round | rows | p50 ms | p99 ms | p99.9 ms |");
    System.out.println("|---|---|---|---|---|---|---|");
    try (Brokers brokers = Brokers.start()) {
      Latency latency =
          new Latency(brokers, 4, Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(seconds));
      // A broker that has just started is slow, and would be so for the first contestant alone.
      if (!contestants().isEmpty()) {
        latency.run(contestants().get(0), "latency-0", rates.get(0));
      }
      for (int rate : rates) {
        for (int round = 1; round <= bench.rounds(); round++) {
          for (Contestant contestant : contestants()) {
            sound &= measure(latency, contestant, rate, round);
          }
        }
      }
    }
    return sound ? 0 : 1;
  }

  /** Answers of copies do not tell which row they are for. */
  private List<Contestant> contestants() {
    return bench.contestants().stream().filter(each -> !each.copies()).toList();
  }

  private boolean measure(Latency latency, Contestant contestant, int rate, int round)
      throws Exception {
    String run = "latency-" + rate + "-" + round + "-" + contestant.name().replaceAll("\\W+", "-");
    try {
      Latency.Figures figures = latency.run(contestant, run, rate);
      System.out.printf(
          "| %s | %,d | %d | %,d | %.1f | %.1f | %.1f |%n",
          contestant.name(),
          rate,
          round,
          figures.rows(),
          figures.p50(),
          figures.p99(),
          figures.p999());
      save(contestant, rate, round, "p50 ms", figures.p50());
      save(contestant, rate, round, "p99 ms", figures.p99());
      save(contestant, rate, round, "p99.9 ms", figures.p999());
      return true;
    } catch (IllegalStateException e) {
      System.out.printf("| %s | %,d | %d | failed | | | |%n", contestant.name(), rate, round);
      System.err.println(e.getMessage());
      return false;
    }
  }

  private void save(Contestant contestant, int rate, int round, String measure, double value)
      throws IOException {
    String at = Integer.toString(rate);
    bench.csv().add(new Point("latency", "rows/s", at, contestant.name(), round, measure, value));
  }
}
