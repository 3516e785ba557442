package dev.tally.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "recovery",
    description = {
      "Milliseconds from the start of a process to its first new answer.",
      "It is started while rows come: after an end in order, and right after kill -9 with its disk"
          + " and without. The answer counts once it is in a reader's hands."
    })
final class RecoveryCommand implements Callable<Integer> {
  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--after",
      split = ",",
      defaultValue = "stop,kill,loss",
      description = "default: ${DEFAULT-VALUE}")
  private List<Recovery.After> afters = List.of();

  @Option(
      names = "--window-rows",
      defaultValue = "600000",
      description = "rows in the ten minutes; default: ${DEFAULT-VALUE}")
  private int windowRows;

  @Override
  public Integer call() throws Exception {
    boolean sound = true;
    System.out.println("| | after | first new answer, ms |");
    System.out.println("|---|---|---|");
    try (Brokers brokers = Brokers.start()) {
      // Twice a window, so that it is full.
      Workload workload = Workload.of(2L * windowRows, 4, Workload.REAL_KEYS, windowRows, 0);
      Recovery recovery = new Recovery(brokers, workload);
      for (Contestant contestant : bench.contestants()) {
        for (Recovery.After after : afters) {
          sound &= measure(recovery, contestant, after);
        }
      }
    }
    return sound ? 0 : 1;
  }

  private boolean measure(Recovery recovery, Contestant contestant, Recovery.After after)
      throws Exception {
    String run = "recovery-" + contestant.name().replaceAll("\\W+", "-") + "-" + after;
    try {
      List<Duration> took = recovery.run(contestant, run, after, bench.rounds());
      String millis =
          took.stream()
              .map(each -> Long.toString(each.toMillis()))
              .collect(Collectors.joining(", "));
      System.out.printf("| %s | %s | %s |%n", contestant.name(), after.title(), millis);
      save(contestant, after, took);
      return true;
    } catch (IllegalStateException e) {
      System.out.printf("| %s | %s | failed |%n", contestant.name(), after.title());
      System.err.println(e.getMessage());
      return false;
    }
  }

  private void save(Contestant contestant, Recovery.After after, List<Duration> took)
      throws IOException {
    for (int i = 0; i < took.size(); i++) {
      long millis = took.get(i).toMillis();
      bench
          .csv()
          .add(
              new Point(
                  "recovery",
                  "after",
                  after.title(),
                  contestant.name(),
                  i + 1,
                  "first answer ms",
                  millis));
    }
  }
}
