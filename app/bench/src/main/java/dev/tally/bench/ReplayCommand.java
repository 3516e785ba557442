package dev.tally.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "replay",
    description = {
      "Rows per second when tally reads history again.",
      "Its disk is gone and it replays in silence, as fast as it can, what it answered before. Both"
          + " rates are those of a fresh process."
    })
final class ReplayCommand implements Callable<Integer> {
  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--rows",
      defaultValue = "3000000",
      description = "all of them in the window; default: ${DEFAULT-VALUE}")
  private long rows;

  @Override
  public Integer call() throws Exception {
    List<Contestant> contestants =
        bench.contestants().stream().filter(Contestants::isTally).toList();
    Workload workload = Workload.of(rows, 4, Workload.REAL_KEYS, 600_000, 0);
    System.out.println("| | round | answered live, rows/s | replayed in silence, rows/s | ratio |");
    System.out.println("|---|---|---|---|---|");
    try (Brokers brokers = Brokers.start()) {
      Replay replay = new Replay(brokers, workload);
      for (int round = 1; round <= bench.rounds(); round++) {
        for (Contestant contestant : contestants) {
          String run = "replay-" + round + "-" + contestants.indexOf(contestant);
          Replay.Figures figures = replay.run(contestant, run);
          System.out.printf(
              "| %s | %d | %,.0f | %,.0f | %.2f |%n",
              contestant.name(),
              round,
              figures.live(),
              figures.silent(),
              figures.silent() / figures.live());
          save(contestant, round, "live rows/s", figures.live());
          save(contestant, round, "silent rows/s", figures.silent());
        }
      }
    }
    return 0;
  }

  private void save(Contestant contestant, int round, String measure, double value)
      throws Exception {
    bench.csv().add(new Point("replay", "", "", contestant.name(), round, measure, value));
  }
}
