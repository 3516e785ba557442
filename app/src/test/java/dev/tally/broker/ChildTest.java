package dev.tally.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@StartsProcesses
final class ChildTest {
  private static final Duration ATMOST = Duration.ofSeconds(20);
  private static final List<String> CLASS_PATH =
      List.of("-cp", System.getProperty("java.class.path"));

  @Test
  void aChildIgnoresCtrlCAndHangUpButNotSigterm(@TempDir Path folder) throws Exception {
    try (Child child = sleeper(folder.resolve("log"))) {
      signal("INT", child.pid());
      signal("HUP", child.pid());
      assertFalse(child.awaitEnd(Duration.ofMillis(300)));
      child.terminate();
      assertTrue(child.awaitEnd(ATMOST));
      assertEquals(128 + 15, child.exitCode());
      assertTrue(child.tail().contains("in good order"), child.tail());
    }
  }

  @Test
  void aPausedChildCanBeEndedInGoodOrder(@TempDir Path folder) throws Exception {
    try (Child child = sleeper(folder.resolve("log"))) {
      child.pause();
      child.terminate();
      assertTrue(child.awaitEnd(ATMOST));
      assertTrue(child.tail().contains("in good order"), child.tail());
    }
  }

  @Test
  void closeLeavesNoProcess(@TempDir Path folder) throws Exception {
    Child child = sleeper(folder.resolve("log"));
    child.pause();
    child.close();
    assertTrue(ProcessHandle.of(child.pid()).isEmpty());
  }

  @Test
  void aChildDoesNotOutliveAKilledParent(@TempDir Path folder) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process parent =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                folder.resolve("log").toString())
            .start();
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      assertTrue(child.isAlive());
      parent.destroyForcibly();
      child.onExit().get(ATMOST.toSeconds(), TimeUnit.SECONDS);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void theTailIsTheLastTwentyLines(@TempDir Path folder) throws Exception {
    try (Child child = start(Chatterbox.class, folder.resolve("log"))) {
      assertTrue(child.awaitEnd(ATMOST));
      List<String> tail = child.tail().lines().toList();
      assertEquals(20, tail.size());
      assertEquals("line 980", tail.get(0));
      assertEquals("line 999", tail.get(19));
      assertEquals(7, child.exitCode());
    }
  }

  private static Child sleeper(Path log) throws Exception {
    Child child = start(Sleeper.class, log);
    while (child.alive() && Files.size(log) == 0) {
      Thread.sleep(10);
    }
    return child;
  }

  private static Child start(Class<?> main, Path log) {
    return Child.start(main.getSimpleName(), CLASS_PATH, List.of(main.getName()), log);
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }

  /** Sleeps until SIGTERM. */
  static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("in good order")));
      System.out.println("ready");
      Thread.sleep(Duration.ofMinutes(5).toMillis());
    }
  }

  /** Starts a sleeper, prints its process id and waits to be killed. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws Exception {
      Child child = sleeper(Path.of(args[0]));
      System.out.println(child.pid());
      Thread.sleep(Duration.ofMinutes(5).toMillis());
    }
  }

  /** Prints a lot and fails. */
  static final class Chatterbox {
    private Chatterbox() {}

    public static void main(String[] args) {
      for (int line = 0; line < 1_000; line++) {
        System.out.println("line " + line);
      }
      System.exit(7);
    }
  }
}
