package dev.tally.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.Stop;
import dev.tally.demo.Demo;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@StartsProcesses
final class DemoTest {
  private static final Pattern SUMMARY =
      Pattern.compile(
          "tally demo: ([\\d,]+) (?:rows|frames) in, ([\\d,]+) (?:answers|results) out,"
              + " 0 dead letters: (.*)");
  private static final Pattern FOLDER = Pattern.compile("broker in (.*)");

  // The broker that other tests share is one of them, if it runs.
  private final Set<ProcessHandle> before = descendants();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void leavesNoProcessAndNoFolder() {
    assertEquals(before, descendants());
    Matcher folder = FOLDER.matcher(err.toString(StandardCharsets.UTF_8));
    if (folder.find()) {
      assertTrue(Files.notExists(Path.of(folder.group(1))), folder.group(1));
    }
  }

  @Test
  void endsAfterItsTimeWithEveryRowAnsweredAndTheVerdict() {
    Demo demo = demo(StandIn.Sound.class, Optional.of(Duration.ofSeconds(3)));
    assertEquals(Demo.EXIT_EQUAL, demo.run());
    assertTrue(printed().contains("the verdict is 0"), printed());
    assertTrue(printed().contains(": rows in "), printed());
    assertTrue(printed().contains("latency p50 "), printed());
    assertEquals("all equal.", summary().group(3));
    assertEquals(summary().group(1), summary().group(2));
    assertTrue(Long.parseLong(summary().group(1).replace(",", "")) > 100, printed());
  }

  @Test
  void showsTheMinutesOfUniqueUsersAndClosesThemBeforeTheVerdict() {
    Demo demo =
        demo(Demo.Job.UNIQUE_USERS, StandIn.Sound.class, Optional.of(Duration.ofSeconds(3)));
    assertEquals(Demo.EXIT_EQUAL, demo.run());
    assertTrue(printed().contains(", 16:40 7 users (open), partitions "), printed());
    assertTrue(printed().contains("the verdict is 0"), printed());
    assertEquals("all equal.", summary().group(3));
    assertEquals(summary().group(1), summary().group(2));
    String told = err.toString(StandardCharsets.UTF_8);
    assertTrue(told.contains("closing the windows that are open"), told);
  }

  @Test
  void aDisagreementIsSaidAndIsTheExitCode() throws Exception {
    Demo demo = demo(StandIn.Disagreeing.class, Optional.empty());
    Thread asksForTheEnd = thread(() -> endOnceRowsFlow(demo));
    assertEquals(1, demo.run());
    asksForTheEnd.join();
    assertEquals("NOT all equal, see above.", summary().group(3));
  }

  @Test
  void aChildThatEndsTooSoonEndsTheDemoWithItsLastLines() {
    Demo demo = demo(StandIn.Crashing.class, Optional.empty());
    Stop stop = assertThrows(Stop.class, demo::run);
    String message = String.valueOf(stop.getMessage());
    assertTrue(message.matches("(?s)rolling-sum-[12] ended with exit code 5;.*"), message);
    assertTrue(message.contains("enough of [data-"), message);
  }

  @Test
  void canBeEndedWhileItStarts() throws Exception {
    Demo demo = demo(StandIn.Sound.class, Optional.empty());
    Thread asksForTheEnd = thread(() -> endOnceTheBrokerIsAProcess(demo));
    assertEquals(Demo.EXIT_NOT_BEGUN, demo.run());
    asksForTheEnd.join();
    assertEquals("", printed());
  }

  private Demo demo(Class<?> program, Optional<Duration> length) {
    return demo(Demo.Job.ROLLING_SUM, program, length);
  }

  private Demo demo(Demo.Job job, Class<?> program, Optional<Duration> length) {
    return new Demo(
        new Demo.Settings(job, 2, "500", length),
        program.getName(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static Thread thread(Runnable body) {
    Thread thread = new Thread(body);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void endOnceRowsFlow(Demo demo) {
    while (!printed().contains(": rows in ")) {
      LockSupport.parkNanos(20_000_000);
    }
    demo.end();
  }

  private void endOnceTheBrokerIsAProcess(Demo demo) {
    while (descendants().equals(before)) {
      LockSupport.parkNanos(20_000_000);
    }
    demo.end();
  }

  private static Set<ProcessHandle> descendants() {
    return ProcessHandle.current().descendants().collect(Collectors.toSet());
  }

  private Matcher summary() {
    Matcher summary = SUMMARY.matcher(printed());
    assertTrue(summary.find(), printed());
    return summary;
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
