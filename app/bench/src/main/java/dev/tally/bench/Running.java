package dev.tally.bench;

import dev.tally.broker.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A contestant at work. */
final class Running implements AutoCloseable {
  private static final Duration END_ATMOST = Duration.ofSeconds(30);
  private static final Duration LINE_ATMOST = Duration.ofMinutes(2);

  private final Child child;

  private Running(Child child) {
    this.child = child;
  }

  /** Starts it; what it prints goes to a file of its own beside its folder. */
  static Running start(Contestant contestant, Contestant.Assignment assignment) throws Exception {
    Files.createDirectories(assignment.state());
    Path log =
        Files.createTempFile(assignment.state().resolveSibling(""), assignment.group(), ".log");
    return new Running(
        Child.start(
            contestant.name(), contestant.jvmOptions(), contestant.command(assignment), log));
  }

  Duration cpu() {
    return Usage.cpu(child.pid());
  }

  long peakMemoryBytes() {
    return Usage.peakMemoryBytes(child.pid());
  }

  void requireAlive() {
    if (!child.alive()) {
      throw new IllegalStateException("it ended by itself:\n" + child.tail());
    }
  }

  /** Waits until it has printed a line in which this is found; the time of that, within 5 ms. */
  long awaitLine(Pattern pattern) throws Exception {
    long untilNanos = System.nanoTime() + LINE_ATMOST.toNanos();
    while (System.nanoTime() - untilNanos < 0) {
      if (pattern.matcher(child.output()).find()) {
        return System.currentTimeMillis();
      }
      requireAlive();
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IllegalStateException("no line with " + pattern + " in " + LINE_ATMOST);
  }

  /** SIGKILL. */
  void kill() {
    child.close();
  }

  /** In order, if it will. */
  @Override
  public void close() throws InterruptedException {
    child.terminate();
    child.awaitEnd(END_ATMOST);
    child.close();
  }
}
