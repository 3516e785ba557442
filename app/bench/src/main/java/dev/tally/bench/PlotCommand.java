package dev.tally.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "plot",
    description =
        "Draws medians of what the other commands put into the file of --csv, as SVG pictures.")
final class PlotCommand implements Callable<Integer> {
  @ParentCommand private Bench bench = new Bench();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where the pictures go; created if missing")
  private Path folder = Path.of("");

  @Override
  public Integer call() throws IOException {
    List<Point> points = Point.read(bench.csvRequired());
    Files.createDirectories(folder);
    throughput(of("throughput", points));
    by(of("growth", points), Point::series).forEach(this::growth);
    by(of("latency", points), Point::at).forEach(this::latency);
    by(of("recovery", points), Point::at).forEach(this::recovery);
    return 0;
  }

  private void throughput(List<Point> points) {
    bars(
        "throughput",
        "Throughput, exactly once",
        "settled rows/s; logarithmic scale, median",
        points,
        List.of("settled rows/s"));
  }

  private void latency(String rate, List<Point> points) {
    bars(
        "latency-" + rate,
        "Latency at " + Svg.number(Double.parseDouble(rate)) + " rows/s",
        "ms from a row's making to its answer in a reader's hands; logarithmic scale, median",
        points,
        List.of("p50 ms", "p99 ms"));
  }

  private void recovery(String after, List<Point> points) {
    bars(
        "recovery-" + fileName(after),
        "First new answer after " + after,
        "ms from the start of the process; logarithmic scale, median",
        points,
        List.of("first answer ms"));
  }

  /** Without points there is no picture. */
  private void bars(
      String file, String title, String subtitle, List<Point> points, List<String> measures) {
    Map<String, List<Double>> groups = new LinkedHashMap<>();
    by(points, Point::contestant)
        .forEach(
            (contestant, its) -> {
              List<Double> values = measures.stream().map(measure -> median(its, measure)).toList();
              if (values.stream().allMatch(value -> value > 0)) {
                groups.put(contestant, values);
              }
            });
    // What one bar shows is in the subtitle; several need their names.
    List<String> names =
        measures.size() == 1
            ? List.of("")
            : measures.stream().map(measure -> measure.replace(" ms", "")).toList();
    if (!groups.isEmpty()) {
      write(file, Bars.of(title, subtitle, names, groups));
    }
  }

  private void growth(String series, List<Point> points) {
    List<String> steps =
        points.stream().map(Point::at).distinct().sorted(PlotCommand::byValue).toList();
    Map<String, NavigableMap<Integer, Double>> lines = new LinkedHashMap<>();
    by(points, Point::contestant)
        .forEach(
            (contestant, its) -> {
              NavigableMap<Integer, Double> line = new TreeMap<>();
              by(its, Point::at)
                  .forEach(
                      (at, there) -> line.put(steps.indexOf(at), median(there, "settled rows/s")));
              line.values().removeIf(value -> !(value > 0));
              if (!line.isEmpty()) {
                lines.put(contestant, line);
              }
            });
    if (!lines.isEmpty()) {
      write(
          "growth-" + fileName(series),
          Curves.of(
              "Throughput by " + series,
              "rows/s; logarithmic scale, median",
              series,
              steps.stream().map(step -> String.format("%,d", Long.parseLong(step))).toList(),
              lines));
    }
  }

  private static int byValue(String one, String other) {
    return Double.compare(Double.parseDouble(one), Double.parseDouble(other));
  }

  private static double median(List<Point> points, String measure) {
    return Median.of(
        points.stream().filter(point -> point.measure().equals(measure)).toList(), Point::value);
  }

  private static List<Point> of(String command, List<Point> points) {
    return points.stream().filter(point -> point.command().equals(command)).toList();
  }

  /** In the order in which they first come. */
  private static Map<String, List<Point>> by(List<Point> points, Function<Point, String> field) {
    return points.stream()
        .collect(Collectors.groupingBy(field, LinkedHashMap::new, Collectors.toList()));
  }

  private static String fileName(String words) {
    return words.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-", "");
  }

  private void write(String name, String svg) {
    Path file = folder.resolve(name + ".svg");
    try {
      Files.writeString(file, svg);
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be written: " + e.getMessage(), e);
    }
    System.out.println(file);
  }
}
