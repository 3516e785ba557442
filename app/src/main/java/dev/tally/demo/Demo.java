package dev.tally.demo;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.tally.Stop;
import dev.tally.broker.Child;
import dev.tally.broker.LocalBroker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Shows `rolling-sum` at work: starts a real broker, several instances and a producer, shows what
 * goes in and what comes out, and finally has every answer verified. Each is a process of its own,
 * as in production.
 */
public final class Demo {
  /** Every answer is right and none is missing. */
  public static final int EXIT_EQUAL = 0;

  /** Ctrl-C before anything was shown: the exit code of a shell command that SIGINT ended. */
  public static final int EXIT_NOT_BEGUN = 128 + 2;

  private static final String INPUT = "data";
  private static final String OUTPUT = "agg";
  private static final String DEAD_LETTERS = "data-dead-letters";
  private static final String GROUP = "tally-rolling-sum";
  private static final int PARTITIONS = 4;

  private static final long TICK_MILLIS = 1_000;
  private static final Duration ASSIGNED_ATMOST = Duration.ofSeconds(60);
  private static final Duration STALLED_ATMOST = Duration.ofSeconds(60);
  private static final Duration END_ATMOST = Duration.ofSeconds(60);

  private final Settings settings;
  private final String mainClass;
  private final PrintStream out;
  private final PrintStream err;
  private final CountDownLatch endAsked = new CountDownLatch(1);

  @GuardedBy("this")
  private @Nullable Thread starting;

  /**
   * What a user can choose.
   *
   * @param instances of rolling-sum
   * @param rate rows per second, in the form that `generate` reads
   * @param length of the show from the first row on; if empty, it goes on until it is ended
   */
  public record Settings(int instances, String rate, Optional<Duration> length) {}

  /**
   * A demo that has not begun.
   *
   * @param mainClass of the program to show
   * @param out for results
   * @param err for what happens on the way
   */
  public Demo(Settings settings, String mainClass, PrintStream out, PrintStream err) {
    this.settings = settings;
    this.mainClass = mainClass;
    this.out = out;
    this.err = err;
  }

  /** Asks for the end, from any thread: at once during start-up, after that in good order. */
  public synchronized void end() {
    endAsked.countDown();
    if (starting != null) {
      starting.interrupt();
    }
  }

  /**
   * Runs from the start to the verification, and leaves no process and no folder.
   *
   * @return the exit code: {@link #EXIT_EQUAL}, {@link #EXIT_NOT_BEGUN} or that of `verify`
   * @throws Stop if anything that should run ends, or does not end when it should
   */
  public int run() {
    try (Programs programs = Programs.create(mainClass)) {
      List<Child> instances = new ArrayList<>();
      if (!start(programs, instances)) {
        err.println("tally: ended before the first row.");
        return EXIT_NOT_BEGUN;
      }
      return showAndVerify(programs, instances);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted after start-up", e);
    }
  }

  private boolean start(Programs programs, List<Child> instances) {
    synchronized (this) {
      starting = Thread.currentThread();
    }
    try {
      if (endAsked.getCount() == 0) {
        return false;
      }
      startBroker(programs);
      startInstances(programs, instances);
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      synchronized (this) {
        starting = null;
      }
      Thread.interrupted(); // an end() that came too late for this must not interrupt what follows
    }
  }

  private void startBroker(Programs programs) throws InterruptedException {
    LocalBroker broker = programs.broker();
    err.println("tally: starting a Kafka broker in " + programs.folder());
    broker.start();
    for (String topic : List.of(INPUT, OUTPUT, DEAD_LETTERS)) {
      broker.createTopic(topic, PARTITIONS, Map.of());
    }
    err.println("tally: Kafka listens at " + broker.bootstrapServers());
  }

  private void startInstances(Programs programs, List<Child> instances)
      throws InterruptedException {
    List<String> flags = List.of("--state.dir=" + programs.folder().resolve("state"));
    for (int number = 1; number <= settings.instances(); number++) {
      instances.add(programs.start("rolling-sum-" + number, "rolling-sum", flags));
    }
    err.println("tally: starting " + settings.instances() + " instances of rolling-sum");
    long deadlineNanos = System.nanoTime() + ASSIGNED_ATMOST.toNanos();
    try (Gauges gauges = gauges(programs)) {
      while (!complete(gauges.members())) {
        programs.requireAlive();
        if (System.nanoTime() - deadlineNanos > 0) {
          throw Stop.refused(
              "The instances have not shared out the %d partitions within %d s; the last lines of"
                  + " one:%n%s",
              PARTITIONS, ASSIGNED_ATMOST.toSeconds(), instances.get(0).tail());
        }
        Thread.sleep(100);
      }
    }
  }

  /** Whether every partition has an owner and no instance waits for its share. */
  private boolean complete(List<Snapshot.Member> members) {
    long owned = members.stream().mapToLong(member -> member.partitions().size()).sum();
    long owners = members.stream().filter(member -> !member.partitions().isEmpty()).count();
    return owned == PARTITIONS && owners >= Math.min(settings.instances(), PARTITIONS);
  }

  private int showAndVerify(Programs programs, List<Child> instances) throws InterruptedException {
    List<TopicPartition> read = partitions(OUTPUT, DEAD_LETTERS);
    try (Gauges gauges = gauges(programs);
        AnswerReader answers =
            new AnswerReader(programs.broker().bootstrapServers(), OUTPUT, read)) {
      Meter meter = new Meter(gauges, answers);
      Screen screen = Screen.of(out);
      Child generate =
          programs.start(
              "generate",
              "generate",
              List.of(
                  "--topic=" + INPUT, "--rate=" + settings.rate(), "--loop", "--event.time=now"));
      showUntilEndIsAsked(programs, meter, screen);
      programs.end(generate, END_ATMOST);
      showUntilAllIsAnswered(programs, meter, screen);
      for (Child instance : instances) {
        programs.end(instance, END_ATMOST);
      }
      return verify(programs, meter);
    }
  }

  private void showUntilEndIsAsked(Programs programs, Meter meter, Screen screen)
      throws InterruptedException {
    long startNanos = System.nanoTime();
    long lengthNanos = settings.length().map(Duration::toNanos).orElse(Long.MAX_VALUE);
    while (true) {
      long leftNanos = lengthNanos - (System.nanoTime() - startNanos);
      long waitNanos = Math.min(leftNanos, SECONDS.toNanos(1));
      if (waitNanos <= 0 || endAsked.await(waitNanos, NANOSECONDS)) {
        return;
      }
      programs.requireAlive();
      Snapshot now = meter.read();
      screen.show(now);
      if (now.rows() == 0) {
        startNanos = System.nanoTime(); // a producer takes long to start on a busy machine
      }
    }
  }

  private void showUntilAllIsAnswered(Programs programs, Meter meter, Screen screen)
      throws InterruptedException {
    Snapshot last = meter.read();
    long movedNanos = System.nanoTime();
    while (last.lag() > 0) {
      programs.requireAlive();
      if (System.nanoTime() - movedNanos > STALLED_ATMOST.toNanos()) {
        throw Stop.refused(
            "The instances make no progress, with %d rows to go; their last lines:%n%s",
            last.lag(), programs.tails());
      }
      screen.show(last);
      Thread.sleep(TICK_MILLIS);
      Snapshot next = meter.read();
      movedNanos = next.lag() < last.lag() ? System.nanoTime() : movedNanos;
      last = next;
    }
    screen.show(last);
  }

  private int verify(Programs programs, Meter meter) throws InterruptedException {
    err.println("tally: verifying");
    Child verify = programs.start("verify", "verify", List.of());
    programs.awaitEnd(verify);
    out.print(verify.output());
    Snapshot end = meter.read();
    out.println(
        String.format(
            Locale.ROOT,
            "tally demo: %,d rows in, %,d answers out, %,d dead letters: %s.",
            end.rows(),
            end.answers(),
            end.deadLetters(),
            verify.exitCode() == EXIT_EQUAL ? "all equal" : "NOT all equal, see above"));
    out.flush();
    return verify.exitCode();
  }

  private static Gauges gauges(Programs programs) {
    return new Gauges(programs.broker().bootstrapServers(), partitions(INPUT), GROUP);
  }

  private static List<TopicPartition> partitions(String... topics) {
    return Stream.of(topics)
        .flatMap(
            topic ->
                IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic, partition)))
        .toList();
  }
}
