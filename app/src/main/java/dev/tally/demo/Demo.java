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
 * Shows a job at work: starts a real broker, several instances and a producer, shows what goes in
 * and what comes out, and finally has every result verified. Each is a process of its own, as in
 * production.
 */
public final class Demo {
  /** Every result is right and none is missing. */
  public static final int EXIT_EQUAL = 0;

  /** Ctrl-C before anything was shown: the exit code of a shell command that SIGINT ended. */
  public static final int EXIT_NOT_BEGUN = 128 + 2;

  /** Of the input topic and of that for dead letters. */
  static final int PARTITIONS = 4;

  private static final long TICK_MILLIS = 1_000;
  private static final Duration ASSIGNED_ATMOST = Duration.ofSeconds(60);
  private static final Duration STALLED_ATMOST = Duration.ofSeconds(60);
  private static final Duration END_ATMOST = Duration.ofSeconds(60);

  private final Settings settings;
  private final Act act;
  private final String mainClass;
  private final PrintStream out;
  private final PrintStream err;
  private final CountDownLatch endAsked = new CountDownLatch(1);

  @GuardedBy("this")
  private @Nullable Thread starting;

  /** The jobs that can be shown. */
  public enum Job {
    ROLLING_SUM,
    UNIQUE_USERS
  }

  /**
   * What a user can choose.
   *
   * @param instances of the job
   * @param rate records per second, in the form that `generate` reads
   * @param length of the show from the first record on; if empty, it goes on until it is ended
   */
  public record Settings(Job job, int instances, String rate, Optional<Duration> length) {}

  /**
   * A demo that has not begun.
   *
   * @param mainClass of the program to show
   * @param out for results
   * @param err for what happens on the way
   */
  public Demo(Settings settings, String mainClass, PrintStream out, PrintStream err) {
    this.settings = settings;
    this.act =
        switch (settings.job()) {
          case ROLLING_SUM -> new RollingSumAct();
          case UNIQUE_USERS -> new UniqueUsersAct();
        };
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
        err.println("tally: ended before there was anything to show.");
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
    broker.createTopic(act.input(), PARTITIONS, Map.of());
    broker.createTopic(act.output(), act.outputPartitions(), Map.of());
    broker.createTopic(act.deadLetters(), PARTITIONS, Map.of());
    err.println("tally: Kafka listens at " + broker.bootstrapServers());
  }

  private void startInstances(Programs programs, List<Child> instances)
      throws InterruptedException {
    for (int number = 1; number <= settings.instances(); number++) {
      instances.add(startJob(programs, act.job() + "-" + number));
    }
    err.println("tally: starting " + settings.instances() + " instances of " + act.job());
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

  private Child startJob(Programs programs, String name, String... moreFlags) {
    List<String> flags = new ArrayList<>(act.jobFlags());
    flags.add("--state.dir=" + programs.folder().resolve("state"));
    flags.addAll(List.of(moreFlags));
    return programs.start(name, List.of(act.job()), flags);
  }

  /** Whether every partition has an owner and no instance waits for its share. */
  private boolean complete(List<Flow.Member> members) {
    long owned = members.stream().mapToLong(member -> member.partitions().size()).sum();
    long owners = members.stream().filter(member -> !member.partitions().isEmpty()).count();
    return owned == PARTITIONS && owners >= Math.min(settings.instances(), PARTITIONS);
  }

  private int showAndVerify(Programs programs, List<Child> instances) throws InterruptedException {
    try (Gauges gauges = gauges(programs);
        ResultReader results = act.read(programs.broker().bootstrapServers())) {
      Meter meter = new Meter(gauges, results);
      Screen screen = Screen.of(out);
      Child generate = startProducer(programs);
      showUntilEndIsAsked(programs, meter, screen);
      programs.end(generate, END_ATMOST);
      showUntilAllIsAnswered(programs, meter, screen);
      for (Child instance : instances) {
        programs.end(instance, END_ATMOST);
      }
      if (act.closesAtTheEnd()) {
        closeWindows(programs);
        Thread.sleep(TICK_MILLIS); // what it has committed is read by then
        screen.show(meter.read());
      }
      return verify(programs, meter);
    }
  }

  private Child startProducer(Programs programs) {
    List<String> flags = new ArrayList<>(act.producerFlags());
    flags.add("--topic=" + act.input());
    flags.add("--rate=" + settings.rate());
    return programs.start("generate", List.of("generate"), flags);
  }

  private void closeWindows(Programs programs) throws InterruptedException {
    err.println("tally: closing the windows that are open");
    Child last = startJob(programs, act.job() + "-last", "--until.end");
    programs.awaitEnd(last);
    if (last.exitCode() != 0) {
      throw Programs.ended(last);
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
      View now = meter.read();
      screen.show(now);
      if (now.flow().records() == 0) {
        startNanos = System.nanoTime(); // a producer takes long to start on a busy machine
      }
    }
  }

  private void showUntilAllIsAnswered(Programs programs, Meter meter, Screen screen)
      throws InterruptedException {
    View last = meter.read();
    long movedNanos = System.nanoTime();
    while (last.flow().lag() > 0) {
      programs.requireAlive();
      if (System.nanoTime() - movedNanos > STALLED_ATMOST.toNanos()) {
        throw Stop.refused(
            "The instances make no progress, with %d %s to go; their last lines:%n%s",
            last.flow().lag(), act.records(), programs.tails());
      }
      screen.show(last);
      Thread.sleep(TICK_MILLIS);
      View next = meter.read();
      movedNanos = next.flow().lag() < last.flow().lag() ? System.nanoTime() : movedNanos;
      last = next;
    }
    screen.show(last);
  }

  private int verify(Programs programs, Meter meter) throws InterruptedException {
    err.println("tally: verifying");
    Child verify = programs.start("verify", act.verification(), List.of());
    programs.awaitEnd(verify);
    out.print(verify.output());
    boolean equal = verify.exitCode() == EXIT_EQUAL;
    out.println(summary(meter) + (equal ? ": all equal." : ": NOT all equal, see above."));
    out.flush();
    return verify.exitCode();
  }

  private String summary(Meter meter) throws InterruptedException {
    Flow end = meter.read().flow();
    return String.format(
        Locale.ROOT,
        "tally demo: %,d %s in, %,d %s out, %,d dead letters",
        end.records(),
        act.records(),
        end.results(),
        act.results(),
        end.deadLetters());
  }

  private Gauges gauges(Programs programs) {
    return new Gauges(
        programs.broker().bootstrapServers(),
        partitions(act.input(), PARTITIONS).toList(),
        act.groupId());
  }

  /** The partitions that a job's results and dead letters are in. */
  static List<TopicPartition> emittedPartitions(Act act) {
    return Stream.concat(
            partitions(act.output(), act.outputPartitions()),
            partitions(act.deadLetters(), PARTITIONS))
        .toList();
  }

  private static Stream<TopicPartition> partitions(String topic, int count) {
    return IntStream.range(0, count).mapToObj(partition -> new TopicPartition(topic, partition));
  }
}
