package dev.tally.broker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tally.Causes;
import dev.tally.Stop;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java process that we start and must end. It ignores Ctrl-C and the end of the terminal, which
 * reach the whole foreground process group, because we end our children one after another. It
 * cannot outlive us (see {@link Lifeline}). What it prints goes to a log file.
 */
public final class Child implements AutoCloseable {
  private static final int TAIL_BYTES = 4_000;
  private static final int TAIL_LINES = 20;

  /** Exit code of a JVM that SIGTERM ended, unless its program sets another. */
  private static final int EXIT_SIGTERM = 128 + 15;

  /** A signal ignored here stays ignored across exec, and the JVM leaves such signals alone. */
  private static final String IGNORING_TERMINAL = "trap '' INT HUP; exec \"$@\"";

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a main class on the Java that we run on.
   *
   * @param name what error messages call the child
   * @param jvmOptions including the class path
   * @param command the main class and its arguments
   * @param log the file that stdout and stderr are appended to
   */
  public static Child start(String name, List<String> jvmOptions, List<String> command, Path log) {
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", IGNORING_TERMINAL, "sh"));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(jvmOptions);
    if (Runtime.version().feature() >= 24) {
      // A class path has no manifest that allows the native code of RocksDB and the codecs.
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.add("-XX:-UsePerfData"); // its file in /tmp would survive a kill
    line.add(Lifeline.class.getName());
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    // These options are meant for us: each child would announce them, and take as large a heap.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return new Child(name, builder.start(), log);
    } catch (IOException e) {
      throw Stop.disk("%s cannot be started: %s.", name, Causes.of(e));
    }
  }

  public boolean alive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** The exit code of a child that has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  /** Whether a child that has ended did so without failing, by itself or on SIGTERM. */
  public boolean endedAsAsked() {
    return exitCode() == 0 || exitCode() == EXIT_SIGTERM;
  }

  public String name() {
    return name;
  }

  /** Everything that the child has printed. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "(no output: " + e.getMessage() + ")";
    }
  }

  /** The child's last lines. */
  public String tail() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] last = new byte[(int) Math.min(TAIL_BYTES, file.length())];
      file.seek(file.length() - last.length);
      file.readFully(last);
      List<String> lines = new String(last, StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(no output: " + e.getMessage() + ")";
    }
  }

  /** Sends SIGSTOP: the child stands still, but its connections stay open. */
  void pause() throws InterruptedException {
    signal("STOP");
  }

  /** Sends SIGCONT. */
  void resume() throws InterruptedException {
    signal("CONT");
  }

  /** Asks for an orderly end with SIGTERM, and resumes a paused child so that it notices. */
  public void terminate() throws InterruptedException {
    if (process.isAlive()) {
      process.toHandle().destroy(); // Process.destroy would close the lifeline, too
      signal("CONT");
    }
  }

  /** Waits for the end; false if the child still runs after that time. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), MILLISECONDS);
  }

  /** Sends SIGKILL and returns when the process is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true; // SIGKILL takes no time, and an abandoned process would stay
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void signal(String signal) throws InterruptedException {
    if (!process.isAlive()) {
      return;
    }
    try {
      // The shell's own kill: not every image has a /bin/kill.
      new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw Stop.disk("SIG%s cannot be sent to %s: %s.", signal, name, Causes.of(e));
    }
  }
}
