package dev.tally.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets Jazzer choose the inputs, in a separate process that is told the name of the target. Jazzer
 * is on the class path only in the profile `coverage-guided`. The inputs that it keeps stay in
 * `target/fuzz`, and the next run starts with them.
 */
public final class CoverageGuidedFuzz {
  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final int START_AND_END_SECONDS_MAX = 600;
  private static final int HEAP_MB = 256;

  private static @Nullable FuzzTarget target;

  private CoverageGuidedFuzz() {}

  static boolean available() {
    try {
      Class.forName(JAZZER, false, CoverageGuidedFuzz.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Called by Jazzer at the start; the argument is the class of the target. */
  public static void fuzzerInitialize(String[] args) throws ReflectiveOperationException {
    var constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    target = (FuzzTarget) constructor.newInstance();
  }

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Throwable {
    if (target != null) {
      target.accepts(input);
    }
  }

  static void run(FuzzTarget target, int seconds) throws IOException, InterruptedException {
    Path folder = Path.of("target", "fuzz", target.getClass().getSimpleName()).toAbsolutePath();
    Path found = Files.createDirectories(folder.resolve("found"));
    Path seeds = Files.createDirectories(folder.resolve("seeds"));
    for (int i = 0; i < target.seeds().size(); i++) {
      Files.write(seeds.resolve(Integer.toString(i)), target.seeds().get(i));
    }
    Path dictionary = Files.write(folder.resolve("tokens"), entries(target.tokens()));
    for (Path old : faults(folder)) {
      Files.delete(old);
    }
    Path log = folder.resolve("log");
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx" + HEAP_MB + "m", "-cp", System.getProperty("java.class.path")));
    line.addAll(
        List.of(
            JAZZER,
            "--target_class=" + CoverageGuidedFuzz.class.getName(),
            "--target_args=" + target.getClass().getName(),
            "--instrumentation_includes=dev.tally.**" + File.pathSeparator + "com.google.gson.**",
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.FilePathTraversal",
            "-dict=" + dictionary,
            "-timeout=" + SeededFuzz.INPUT_SECONDS_MAX,
            "-rss_limit_mb=0", // the heap is bounded; what the JVM adds does not concern the target
            "-max_len=" + Mutator.INPUT_BYTES_MAX,
            "-max_total_time=" + seconds,
            found.toString(),
            seeds.toString()));
    Process jazzer =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!jazzer.waitFor(seconds + START_AND_END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("Jazzer did not end; see " + log);
      }
    } finally {
      jazzer.destroyForcibly();
    }
    report(target.getClass().getSimpleName(), folder, jazzer.exitValue());
  }

  /** Tokens in the form of libFuzzer: in quotes, with every byte escaped. */
  private static List<String> entries(List<String> tokens) {
    HexFormat escaped = HexFormat.of().withPrefix("\\x");
    return tokens.stream()
        .filter(token -> !token.isEmpty() && token.length() <= 64)
        .map(token -> '"' + escaped.formatHex(token.getBytes(UTF_8)) + '"')
        .toList();
  }

  private static void report(String name, Path folder, int exitCode) throws IOException {
    List<String> said = Files.readAllLines(folder.resolve("log"), ISO_8859_1);
    if (exitCode == 0) {
      said.stream()
          .filter(line -> line.contains("DONE"))
          .forEach(line -> System.out.println(name + ": " + line));
      return;
    }
    StringBuilder text = new StringBuilder(name + ": Jazzer ended with " + exitCode);
    said.subList(Math.max(0, said.size() - 40), said.size())
        .forEach(line -> text.append('\n').append(line));
    for (Path fault : faults(folder)) {
      text.append("\n-Dtally.fuzz.input=")
          .append(HexFormat.of().formatHex(Files.readAllBytes(fault)));
    }
    throw new AssertionError(text);
  }

  /** The inputs for which Jazzer found a fault. */
  private static List<Path> faults(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(crash|timeout|oom)-.*"))
          .toList();
    }
  }
}
