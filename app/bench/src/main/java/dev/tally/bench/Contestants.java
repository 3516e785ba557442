package dev.tally.bench;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All that are compared. Peers are modules of their own and take part once they are built. */
final class Contestants {
  private static final String TALLY = "dev.tally.cli.Tally";
  private static final Path BENCH = checkout();

  // As much as tally asks for with any of these workloads.
  private static final String HEAP = "-Xmx512m";
  // Their state, or the caches in front of it, lives on the heap: none shall run short of it.
  private static final String STREAMS_HEAP = "-Xmx2g";
  private static final String FLINK_HEAP = "-Xmx4g";

  /** Those of env.java.opts.all in the config.yaml that Flink comes with. */
  private static final List<String> FLINK_OPENS =
      List.of(
          "java.lang",
          "java.net",
          "java.io",
          "java.nio",
          "sun.nio.ch",
          "java.lang.reflect",
          "java.text",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks");

  private Contestants() {}

  /** The folder app/bench. */
  private static Path checkout() {
    try {
      Path code =
          Path.of(Contestants.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return code.resolve("../..").normalize(); // from target/classes
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Contestant> all() {
    List<Contestant> all =
        new ArrayList<>(
            List.of(copy(), copyWithGson(), tally("tally", 1), tally("tally, 2 threads", 2)));
    if (Files.isDirectory(classes("streams"))) {
      all.add(streams("Streams, DSL", "dsl"));
      all.add(streams("Streams, Processor API", "processor"));
      all.add(streams("Streams, Processor API with sums", "processor-sum"));
      all.add(streams("Streams, strongest", "strongest"));
      all.add(streams("Streams, strongest, 2 threads", "strongest", "2"));
      // By default it commits once a second, for throughput; this is for latency.
      all.add(streams("Streams, strongest, 10 ms commits", "strongest", "1", "10"));
    }
    if (Files.isDirectory(classes("flink"))) {
      all.add(flink("Flink SQL, heap", "sql-heap"));
      all.add(flink("Flink SQL, RocksDB", "sql-rocksdb"));
      all.add(flink("Flink, KeyedProcessFunction", "keyed-process"));
      all.add(flink("Flink, KeyedProcessFunction, RocksDB", "keyed-process-rocksdb"));
    }
    return all;
  }

  /** Those that count the distinct users of each minute. */
  static List<Contestant> ofUsers() {
    List<Contestant> all =
        new ArrayList<>(
            List.of(copy(), uniqueUsers("tally", 1), uniqueUsers("tally, 2 threads", 2)));
    if (Files.isDirectory(classes("streams"))) {
      all.add(streams("Streams", "users"));
      all.add(streams("Streams, 2 threads", "users", "2"));
    }
    if (Files.isDirectory(classes("flink"))) {
      all.add(flink("Flink SQL, heap", "users-heap"));
      all.add(flink("Flink SQL, RocksDB", "users-rocksdb"));
    }
    return all;
  }

  /** The limit, which the others' ratios are to. */
  static Contestant copy() {
    return new Contestant(
        "copy",
        List.of(HEAP, "-cp", System.getProperty("java.class.path")),
        Copy.class.getName(),
        assignment ->
            List.of(
                assignment.bootstrapServers(),
                assignment.input(),
                assignment.output(),
                assignment.group()));
  }

  private static Contestant copyWithGson() {
    Contestant copy = copy().with("gson");
    return new Contestant("copy+gson", copy.jvmOptions(), copy.mainClass(), copy.arguments());
  }

  private static Contestant tally(String name, int threads) {
    return tally(name, "rolling-sum", threads);
  }

  private static Contestant uniqueUsers(String name, int threads) {
    return tally(name, "unique-users", threads);
  }

  private static Contestant tally(String name, String job, int threads) {
    return new Contestant(
        name,
        List.of(
            HEAP,
            // As the launcher does.
            "-XX:SharedArchiveFile=" + BENCH.resolveSibling("target").resolve("tally.jsa"),
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off",
            "-cp",
            BENCH.resolveSibling("target").resolve("tally.jar").toString()),
        TALLY,
        assignment ->
            List.of(
                job,
                "--bootstrap.servers=" + assignment.bootstrapServers(),
                "--input.topic=" + assignment.input(),
                "--output.topic=" + assignment.output(),
                "--group.id=" + assignment.group(),
                "--state.dir=" + assignment.state(),
                "--threads=" + threads));
  }

  static boolean isTally(Contestant contestant) {
    return contestant.mainClass().equals(TALLY);
  }

  private static Contestant streams(String name, String... variant) {
    return peer(
        name,
        List.of(STREAMS_HEAP, "-cp", classPath("streams")),
        "dev.tally.bench.streams.Streams",
        variant);
  }

  private static Contestant flink(String name, String variant) {
    List<String> options = new ArrayList<>(List.of(FLINK_HEAP, "-cp", classPath("flink")));
    FLINK_OPENS.forEach(each -> options.add("--add-opens=java.base/" + each + "=ALL-UNNAMED"));
    return peer(name, options, "dev.tally.bench.flink.Flink", variant);
  }

  private static Contestant peer(
      String name, List<String> jvmOptions, String mainClass, String... variant) {
    return new Contestant(
        name,
        jvmOptions,
        mainClass,
        assignment -> {
          List<String> arguments =
              new ArrayList<>(
                  List.of(
                      assignment.bootstrapServers(),
                      assignment.input(),
                      assignment.output(),
                      assignment.group(),
                      assignment.state().toString()));
          arguments.addAll(List.of(variant));
          return arguments;
        });
  }

  private static Path classes(String module) {
    return BENCH.resolve(module).resolve("target/classes");
  }

  /**
   * Our own classes stand last: children start in one of them, the lifeline, which needs no jar.
   */
  private static String classPath(String module) {
    return String.join(
        File.pathSeparator,
        classes(module).toString(),
        BENCH.resolve(module).resolve("target/lib/*").toString(),
        BENCH.resolveSibling("target").resolve("classes").toString());
  }
}
