package dev.tally.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tally.broker.Lifeline;
import dev.tally.cli.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program as a process of its own, which can be killed. It never outlives this JVM. */
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
   * Starts the program.
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
    line.addAll(Jvm.SHORT_LIVED);
    line.add("-Xmx256m");
    line.add("-XX:-UsePerfData"); // leaves a file in /tmp when killed
    line.addAll(jvmOptions);
    if (Runtime.version().feature() >= 24) {
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(Jvm.program(Tally.class));
    line.addAll(List.of(Lifeline.class.getName(), Tally.class.getName()));
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

  /** Waits until it has printed this text; fails if it ends before. */
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

  /** SIGTERM. */
  void askToEnd() {
    process.toHandle().destroy(); // Process.destroy would close the lifeline, too
  }

  /** SIGTERM, and how it ended. */
  Outcome terminate() throws InterruptedException {
    askToEnd();
    return awaitEnd();
  }

  /** Waits until it has ended, and says how. */
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
