package dev.tally.bench;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "micro",
    description = {
      "Nanoseconds and allocated bytes per row of parse, window and output, and per frame of 2 kB.",
      "Each is measured alone by JMH, in as many processes as --rounds says."
    })
final class MicroCommand implements Callable<Integer> {
  // By name: it is compiled after us.
  private static final String MICRO = "^dev\\.tally\\.jobs\\..*\\.Micro\\.";

  @ParentCommand private Bench bench = new Bench();

  @Override
  public Integer call() throws Exception {
    Options options =
        new OptionsBuilder()
            .include(MICRO)
            .forks(bench.rounds())
            .warmupIterations(2)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(3)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    System.out.println("| | ns/row | +- | allocated bytes/row |");
    System.out.println("|---|---|---|---|");
    for (RunResult result : results) {
      report(result);
    }
    return 0;
  }

  private void report(RunResult result) throws Exception {
    Result<?> time = result.getPrimaryResult();
    Result<?> allocated = requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
    System.out.printf(
        "| %s | %.1f | %.1f | %.1f |%n",
        time.getLabel(), time.getScore(), time.getScoreError(), allocated.getScore());
    save(time.getLabel(), "ns/row", time.getScore());
    save(time.getLabel(), "allocated bytes/row", allocated.getScore());
  }

  private void save(String part, String measure, double value) throws Exception {
    bench.csv().add(new Point("micro", "", "", part, bench.rounds(), measure, value));
  }
}
