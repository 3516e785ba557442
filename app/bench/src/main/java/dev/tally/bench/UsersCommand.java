package dev.tally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "users",
    description = {
      "Distinct users of each minute in frames of 2 kB: frames per second, and what each costs.",
      "Ratios are to the first contestant, round by round."
    })
final class UsersCommand implements Callable<Integer> {
  private static final String INPUT = "frames";
  private static final int WARM_UP = 0;

  private record Measure(String name, ToDoubleFunction<UsersRun.Figures> value) {}

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("frames/s", UsersRun.Figures::perSecond),
          new Measure("s until done", UsersRun.Figures::doneSeconds),
          new Measure("CPU us/frame", UsersRun.Figures::cpuMicrosPerRecord),
          new Measure("peak memory bytes", UsersRun.Figures::peakMemoryBytes),
          new Measure("broker bytes/frame", UsersRun.Figures::brokerBytesPerRecord),
          new Measure("minutes right", UsersRun.Figures::right));

  /** What one contestant did in one round. */
  private record Run(Contestant contestant, int round, UsersRun.Figures figures) {}

  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--frames",
      defaultValue = "1000000",
      description = "frames that are there; default: ${DEFAULT-VALUE}")
  private long frames;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "of all topics; default: ${DEFAULT-VALUE}")
  private int partitions;

  @Option(
      names = "--at-most",
      defaultValue = "300",
      description = "seconds for each run to read all frames; default: ${DEFAULT-VALUE}")
  private int secondsMax;

  private final List<Run> runs = new ArrayList<>();
  private int failures;

  @Override
  public Integer call() throws Exception {
    List<Contestant> contestants = bench.contestants(Contestants.ofUsers());
    FrameLoad load = new FrameLoad(frames, partitions);
    try (Brokers brokers = Brokers.start()) {
      brokers.createTopic(INPUT, partitions);
      Map<String, Long> users = load.send(brokers.bootstrapServers(), INPUT);
      UsersRun run = new UsersRun(brokers, INPUT, load, users, Duration.ofSeconds(secondsMax));
      // The broker's JVM compiles, too; the first contestant must not pay for that.
      measure(run, contestants.get(0), WARM_UP, 0);
      for (int round = 1; round <= bench.rounds(); round++) {
        for (Contestant contestant : contestants) {
          measure(run, contestant, round, contestants.indexOf(contestant));
        }
      }
    }
    System.out.println(
        """
        | | frames/s | ratio | s until done | ratio | CPU us/frame | ratio | peak memory MB |\
         broker bytes/frame | minutes | right |
        |---|---|---|---|---|---|---|---|---|---|---|""");
    contestants.forEach(each -> System.out.println(line(each, contestants.get(0))));
    return sound() ? 0 : 1;
  }

  /** One that fails, for want of memory say, does not end the others' measurement. */
  private void measure(UsersRun usersRun, Contestant contestant, int round, int index)
      throws Exception {
    try {
      UsersRun.Figures figures = usersRun.run(contestant, "bench-" + round + "-" + index);
      System.err.printf(
          "%s, round %d: %,.0f frames/s, done after %.1f s, %d of %d minutes right%n",
          contestant.name(),
          round,
          figures.perSecond(),
          figures.doneSeconds(),
          figures.right(),
          figures.minutes());
      if (round != WARM_UP) {
        runs.add(new Run(contestant, round, figures));
        for (Measure measure : MEASURES) {
          double value = measure.value().applyAsDouble(figures);
          bench
              .csv()
              .add(new Point("users", "", "", contestant.name(), round, measure.name(), value));
        }
      }
    } catch (IllegalStateException e) {
      failures++;
      System.err.printf("%s, round %d failed: %s%n", contestant.name(), round, e.getMessage());
    }
  }

  private List<UsersRun.Figures> figures(Contestant contestant) {
    return runs.stream()
        .filter(run -> run.contestant().equals(contestant))
        .map(Run::figures)
        .toList();
  }

  /** The median of each round's ratio; NaN if one of the two failed. */
  private double ratio(
      Contestant contestant, Contestant first, ToDoubleFunction<UsersRun.Figures> value) {
    List<Double> ratios = new ArrayList<>();
    for (Run run : runs) {
      for (Run other : runs) {
        if (run.contestant().equals(contestant)
            && other.contestant().equals(first)
            && run.round() == other.round()) {
          ratios.add(value.applyAsDouble(run.figures()) / value.applyAsDouble(other.figures()));
        }
      }
    }
    return Median.of(ratios, ratio -> ratio);
  }

  /** Medians. */
  private String line(Contestant contestant, Contestant first) {
    List<UsersRun.Figures> all = figures(contestant);
    return String.format(
        "| %s | %,.0f | %.3f | %.1f | %.2f | %.2f | %.2f | %.0f | %.1f | %.0f | %.0f |",
        contestant.name(),
        Median.of(all, UsersRun.Figures::perSecond),
        ratio(contestant, first, UsersRun.Figures::perSecond),
        Median.of(all, UsersRun.Figures::doneSeconds),
        ratio(contestant, first, UsersRun.Figures::doneSeconds),
        Median.of(all, UsersRun.Figures::cpuMicrosPerRecord),
        ratio(contestant, first, UsersRun.Figures::cpuMicrosPerRecord),
        Median.of(all, run -> run.peakMemoryBytes() / 1e6),
        Median.of(all, UsersRun.Figures::brokerBytesPerRecord),
        Median.of(all, UsersRun.Figures::minutes),
        Median.of(all, UsersRun.Figures::right));
  }

  /** Whether everybody counted every minute right. */
  private boolean sound() {
    return failures == 0
        && runs.stream().allMatch(run -> run.figures().right() == run.figures().minutes());
  }
}
