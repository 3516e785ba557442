package dev.tally.demo;

import dev.tally.Causes;
import dev.tally.Stop;
import dev.tally.broker.Child;
import dev.tally.broker.LocalBroker;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The demo's child processes in a temporary folder: the broker and any number of tally's own
 * commands. Closing ends them all and deletes the folder.
 */
final class Programs implements AutoCloseable {
  private final Path folder;
  private final String mainClass;
  private final LocalBroker broker;
  private final List<Child> children = new ArrayList<>();

  private Programs(Path folder, String mainClass, LocalBroker broker) {
    this.folder = folder;
    this.mainClass = mainClass;
    this.broker = broker;
  }

  /**
   * Creates the folder; nothing runs yet.
   *
   * @param mainClass of tally's commands
   */
  static Programs create(String mainClass) {
    Path folder;
    try {
      folder = Files.createTempDirectory("tally-demo-");
    } catch (IOException e) {
      throw Stop.disk(
          "No temporary folder can be created: %s. Set -Djava.io.tmpdir.", Causes.of(e));
    }
    boolean complete = false;
    try {
      Files.createDirectory(folder.resolve("tmp"));
      Programs programs =
          new Programs(folder, mainClass, LocalBroker.bundled(folder.resolve("kafka")));
      complete = true;
      return programs;
    } catch (IOException e) {
      throw Stop.disk("The temporary folder %s cannot be used: %s.", folder, Causes.of(e));
    } finally {
      if (!complete) {
        delete(folder);
      }
    }
  }

  Path folder() {
    return folder;
  }

  LocalBroker broker() {
    return broker;
  }

  /** Starts one of tally's commands against the broker. */
  Child start(String name, List<String> command, List<String> flags) {
    List<String> jvmOptions =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            // What a killed process leaves there is deleted with the folder.
            "-Djava.io.tmpdir=" + folder.resolve("tmp"));
    List<String> line = new ArrayList<>(List.of(mainClass));
    line.addAll(command);
    line.add("--bootstrap.servers=" + broker.bootstrapServers());
    line.addAll(flags);
    Child child = Child.start(name, jvmOptions, line, folder.resolve(name + ".log"));
    children.add(child);
    return child;
  }

  /**
   * Checks that everything still runs, except what was ended on request.
   *
   * @throws Stop with the last lines of whatever ended by itself
   */
  void requireAlive() {
    for (Child child : children) {
      if (!child.alive()) {
        throw ended(child);
      }
    }
    if (!broker.alive()) {
      throw Stop.kafka("The Kafka broker ended; its last lines:%n%s", broker.tail());
    }
  }

  /** The last lines of every command that is running. */
  String tails() {
    return children.stream()
        .map(child -> child.name() + ":" + System.lineSeparator() + child.tail())
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /**
   * Ends a command in good order.
   *
   * @throws Stop with its last lines, if it had ended before, fails, or takes too long
   */
  void end(Child child, Duration atMost) throws InterruptedException {
    if (!child.alive()) {
      throw ended(child);
    }
    child.terminate();
    if (!child.awaitEnd(atMost)) {
      throw Stop.refused(
          "%s does not end within %d s of SIGTERM; its last lines:%n%s",
          child.name(), atMost.toSeconds(), child.tail());
    }
    if (!child.endedAsAsked()) {
      throw ended(child);
    }
    children.remove(child);
  }

  /** Waits, without limit, for a command that ends by itself; the broker must stay alive. */
  void awaitEnd(Child child) throws InterruptedException {
    while (!child.awaitEnd(Duration.ofMillis(200))) {
      if (!broker.alive()) {
        throw Stop.kafka("The Kafka broker ended; its last lines:%n%s", broker.tail());
      }
    }
    children.remove(child);
  }

  @Override
  public void close() {
    children.forEach(Child::close);
    broker.close();
    delete(folder);
  }

  /** Says that a command ended as it should not have. */
  static Stop ended(Child child) {
    return Stop.refused(
        "%s ended with exit code %d; its last lines:%n%s",
        child.name(), child.exitCode(), child.tail());
  }

  private static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw Stop.disk(
          "The temporary folder %s cannot be deleted: %s. Delete it.", folder, Causes.of(e));
    }
  }
}
