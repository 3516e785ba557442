package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as a process of its own, which can be killed. It ends with us in any case. */
final class Instance implements AutoCloseable {
  // A stop may take as long as the slowest thing it waits for; more than that is a fault.
  private static final int END_SECONDS = 60;

  private final Process process;
  private final Path log;

  private Instance(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param arguments the command and its flags
   * @param log where its stdout and stderr go
   */
  static Instance start(List<String> arguments, Path log) throws IOException {
    return start(List.of(), arguments, log);
  }

  /** The same with further options of the JVM. */
  static Instance start(List<String> jvmOptions, List<String> arguments, Path log)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Many short lives on few cores: compiling for the long run would take more than it gives.
    line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.add("-XX:-UsePerfData"); // leaves a file in /tmp when killed
    line.addAll(jvmOptions);
    if (Runtime.version().feature() >= 24) {
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of("dev.tally.broker.Lifeline", "dev.tally.cli.Tally"));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return new Instance(builder.start(), log);
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "(no output: " + e + ")";
    }
  }

  /** Waits for a text in what it prints; fails if it ends before. */
  Instance awaitOutput(String text) throws Exception {
    Await.until(
        "'" + text + "' is printed",
        this::output,
        () -> {
          boolean alive = process.isAlive();
          boolean printed = output().contains(text);
          assertTrue(alive || printed, () -> "ended before '" + text + "':\n" + output());
          return printed;
        });
    return this;
  }

  boolean alive() {
    return process.isAlive();
  }

  Instance requireAlive() {
    assertTrue(process.isAlive(), this::output);
    return this;
  }

  /** SIGTERM, and how it ended. */
  Outcome terminate() throws InterruptedException {
    process.toHandle().destroy(); // Process.destroy would close the lifeline, too
    return awaitEnd();
  }

  /** How it ended, by itself. */
  Outcome awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_SECONDS, SECONDS)) {
      fail("does not end:\n" + output());
    }
    return new Outcome(process.exitValue(), output());
  }

  /** SIGSTOP: it stands still and its connections stay open. */
  void pause() throws Exception {
    signal("STOP");
  }

  /** SIGCONT: it goes on as if no time had passed. */
  void resume() throws Exception {
    signal("CONT");
  }

  private void signal(String signal) throws Exception {
    String pid = Long.toString(process.pid());
    int exitCode = new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start().waitFor();
    assertEquals(0, exitCode, "kill -" + signal);
  }

  /** SIGKILL, and how it ended. */
  Outcome kill() throws InterruptedException {
    process.destroyForcibly();
    return awaitEnd();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
