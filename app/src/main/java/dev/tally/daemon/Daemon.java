package dev.tally.daemon;

import dev.tally.OutOfMemory;
import dev.tally.Stop;
import dev.tally.engine.CommittedSettings;
import dev.tally.engine.Counts;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.Worker;
import dev.tally.engine.WorkerClock;
import dev.tally.engine.kafka.ClientTuning;
import dev.tally.engine.kafka.GroupProtocol;
import dev.tally.engine.kafka.KafkaSession;
import dev.tally.engine.kafka.StartFrom;
import dev.tally.engine.kafka.Topics;
import dev.tally.job.Job;
import dev.tally.job.StateStore;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.Connection;
import dev.tally.kafka.TransactionEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job as a process: checks the topics and runs the workers. It ends when it is asked to, at the
 * end of the input if it was told to, or when a worker has no remedy left.
 */
public final class Daemon {
  private static final Logger log = LoggerFactory.getLogger(Daemon.class);

  // A broker has to answer within this at the start, so that a wrong address shows soon.
  private static final Duration FIRST_ANSWER_MAX = Duration.ofSeconds(15);
  private static final Duration END_CHECK = Duration.ofMillis(200);
  private static final Duration SHARE_WITHIN = Duration.ofSeconds(15);
  private static final Duration TOPIC_CHECK = Duration.ofSeconds(5);
  // Together with a topic check in progress it stays below what the process is given to end.
  private static final Duration STOP_MAX = Duration.ofSeconds(20);

  /**
   * What a process needs besides its job and its engine. The constructor checks the bounds.
   *
   * @param instanceId tells the brokers one state folder from another
   * @param threads workers, each of which has an engine and its share of the memory for state
   * @param workersInProcess how many there are together with those of the job's other stages, with
   *     which they share the memory for state
   * @param pollBytesMax that a worker may use for the records of a poll
   * @param untilEnd whether to end once everything that was there at the start is answered
   */
  public record Config(
      ClientSettings clients,
      EngineConfig engine,
      String instanceId,
      GroupProtocol groupProtocol,
      StartFrom startFrom,
      int threads,
      int workersInProcess,
      long pollBytesMax,
      boolean untilEnd) {
    /** More threads than this are a typo: each has two Kafka clients. */
    private static final int THREADS_MAX = 256;

    private static final long STATE_MEGABYTES_MAX = 1 << 20;

    /**
     * Checks the bounds.
     *
     * @throws Stop if a value is out of bounds
     */
    public Config {
      if (threads < 1 || threads > THREADS_MAX) {
        throw Stop.usage("--threads is %d; accepted: 1 to %d.", threads, THREADS_MAX);
      }
      long megabytes = megabytes(engine.stateMemoryBytesMax() * workersInProcess);
      if (megabytes < 1 || megabytes > STATE_MEGABYTES_MAX) {
        throw Stop.usage(
            "--state.memory.mb is %d; accepted: 1 to %d.", megabytes, STATE_MEGABYTES_MAX);
      }
    }

    /** Memory for the state of all workers together, as `--state.memory.mb` gives it. */
    public long stateMemoryMegabytes() {
      return megabytes(engine.stateMemoryBytesMax() * workersInProcess);
    }

    /** Rounded, since the workers' shares are cut to whole bytes. */
    private static long megabytes(long bytes) {
      return Math.round(bytes / (double) (1 << 20));
    }
  }

  private final Job job;
  private final Config config;
  private final StateStore.Slots slots;
  private final List<Worker> workers = new ArrayList<>();
  private final long createdNanos = System.nanoTime();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CompletableFuture<Boolean> prepared = new CompletableFuture<>();
  private final CompletableFuture<Void> mayBegin = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Optional<Daemon> before;
  private final String name;

  /** A job of one stage. */
  public Daemon(Job job, Config config, StateStore.Slots slots) {
    this("", Optional.empty(), job, config, slots);
  }

  /**
   * A stage of a job.
   *
   * @param name for the log; empty if the job has no other stages
   * @param before the stage that writes this one's input: it creates the topic, and its end is
   *     waited for before this one's input can end
   */
  Daemon(String name, Optional<Daemon> before, Job job, Config config, StateStore.Slots slots) {
    this.name = name;
    this.before = before;
    this.job = job;
    this.config = config;
    this.slots = slots;
  }

  /** Asks {@link #run} to end in order; returns at once. */
  public void stop() {
    asked.countDown();
  }

  /**
   * Runs until asked to stop, or until the end.
   *
   * @throws Stop when it cannot go on
   */
  public void run() {
    try {
      prepareAndRun();
    } finally {
      prepared.complete(false);
      ended.complete(null);
    }
  }

  /** Whether a stage's topics are there and its settings are accepted; if not, it has failed. */
  boolean awaitPrepared() {
    return prepared.join();
  }

  /** Lets a stage begin, once all of them are prepared. One that was asked to stop ends. */
  void go() {
    mayBegin.complete(null);
  }

  private void prepareAndRun() {
    ClientTuning.requireUsable(config.clients(), config.engine(), config.groupProtocol());
    try (Admin admin = openAdmin()) {
      Topics topics = new Topics(admin, config.clients(), job);
      TopicLayout layout = topics.prepare(config.engine());
      if (!name.isEmpty()) {
        requireSameSettings(admin, layout);
        prepared.complete(true);
        mayBegin.join();
        if (asked.getCount() == 0) {
          return;
        }
      }
      TransactionEnds.risk(admin, config.engine().writtenTopics()).ifPresent(log::warn);
      UntilEnd untilEnd = new UntilEnd(admin, config.engine(), config.clients());
      if (config.untilEnd() && before.isEmpty()) {
        untilEnd.noteEnds(layout.inputPartitions());
      }
      open(admin, layout);
      List<Thread> threads = IntStream.range(0, workers.size()).mapToObj(this::started).toList();
      try (Watch watch =
          new Watch(name, before.isEmpty(), admin, config.engine(), layout, workers).begin()) {
        awaitEnd(topics, layout, untilEnd, watch);
      } finally {
        workers.forEach(Worker::stop);
        join(threads);
      }
    }
    rethrow(failure.get());
  }

  private void requireSameSettings(Admin admin, TopicLayout layout) {
    EngineConfig engine = config.engine();
    try {
      Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
          new HashMap<>(
              admin
                  .listConsumerGroupOffsets(engine.groupId())
                  .partitionsToOffsetAndMetadata()
                  .get());
      committed.keySet().removeIf(partition -> !partition.topic().equals(engine.inputTopic()));
      CommittedSettings.require(
          committed, job.fingerprint(layout.inputPartitions()), engine.rebuildOnSettingsChange());
    } catch (ExecutionException e) {
      throw Connection.failed(
          config.clients(), "read the committed offsets of group " + engine.groupId(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void open(Admin admin, TopicLayout layout) {
    KafkaSession.Settings settings =
        new KafkaSession.Settings(
            config.clients(),
            config.engine(),
            config.instanceId(),
            config.groupProtocol(),
            config.startFrom(),
            layout,
            config.pollBytesMax(),
            admin);
    for (int i = 0; i < config.threads(); i++) {
      workers.add(
          new Worker(
              job,
              config.engine(),
              layout,
              slots,
              (slot, assignments) -> new KafkaSession(settings, slot, assignments),
              WorkerClock.REAL));
    }
  }

  private Admin openAdmin() {
    int answerMillisMax = (int) FIRST_ANSWER_MAX.toMillis();
    Map<String, Object> defaults =
        Map.of("default.api.timeout.ms", answerMillisMax, "request.timeout.ms", answerMillisMax);
    Map<String, Object> owned =
        Map.of("client.id", config.engine().groupId() + "-" + config.instanceId());
    return Connection.opened(
        config.clients(), () -> Admin.create(config.clients().admin(defaults, owned)));
  }

  private Thread started(int number) {
    Worker worker = workers.get(number);
    Thread thread =
        new Thread(
            () -> {
              try {
                worker.run();
              } catch (Throwable e) {
                OutOfMemory.haltIfCauseOf(e);
                // Whatever it is: the process must not live on with some of its partitions.
                failure.compareAndSet(null, e);
                asked.countDown();
              }
            },
            (name.isEmpty() ? "" : name + "-") + "worker-" + number);
    thread.start();
    return thread;
  }

  private void awaitEnd(Topics topics, TopicLayout layout, UntilEnd untilEnd, Watch watch) {
    long beganNanos = System.nanoTime();
    long topicDueNanos = beganNanos + TOPIC_CHECK.toNanos();
    try {
      while (!asked.await(END_CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
        // Committed far enough is not all: whether these commits are ours to go on from is decided
        // when partitions are assigned. A worker that is given none is not waited for.
        boolean judged =
            workers.stream().allMatch(Worker::caughtUp)
                || System.nanoTime() - beganNanos > SHARE_WITHIN.toNanos();
        if (config.untilEnd() && judged && allIsAnswered(untilEnd, layout)) {
          workers.forEach(Worker::finish);
          if (workers.stream().allMatch(Worker::finished)) {
            return;
          }
        }
        // Brokers that are away are the workers' concern, and the watch has reported them.
        if (System.nanoTime() - topicDueNanos >= 0 && !watch.lost()) {
          topics.requireUnchanged(config.engine(), layout);
          topicDueNanos = System.nanoTime() + TOPIC_CHECK.toNanos();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether what the input held at the start is answered, or at the end of the stage before. */
  private boolean allIsAnswered(UntilEnd untilEnd, TopicLayout layout) throws InterruptedException {
    if (!untilEnd.noted() && before.orElseThrow().ended.isDone()) {
      untilEnd.noteEnds(layout.inputPartitions());
    }
    return untilEnd.noted() && untilEnd.reached();
  }

  private static void join(List<Thread> threads) {
    long untilNanos = System.nanoTime() + STOP_MAX.toNanos();
    try {
      for (Thread thread : threads) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(untilNanos - System.nanoTime());
        thread.join(Math.max(1, leftMillis));
        if (thread.isAlive()) {
          throw Stop.kafka(
              "%s did not end within %d s; the brokers do not answer. Nothing is lost: what was not"
                  + " committed is done again at the next start.",
              thread.getName(), STOP_MAX.toSeconds());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What it came to, for a log: of what is committed. Rates are told from the first answer to the
   * last, since the wait for the group says nothing about speed.
   */
  public String summary() {
    Counts.Committed counts = Counts.committed(workers);
    List<Worker> busy =
        workers.stream().filter(worker -> worker.counts().committed().rows() > 0).toList();
    String letters =
        counts.deadLetters().isEmpty() ? "" : " (" + Progress.listed(counts.deadLetters()) + ")";
    String rate = "";
    if (!busy.isEmpty()) {
      long first = busy.stream().mapToLong(Worker::firstAnswerNanos).min().orElseThrow();
      long last = busy.stream().mapToLong(Worker::lastAnswerNanos).max().orElseThrow();
      double seconds = seconds(last - first);
      rate = String.format("; %,.0f rows/s over %.1f s", counts.rows() / seconds, seconds);
    }
    return String.format(
        "after %.1f s: %,d answers, %,d dead letters%s%s",
        seconds(System.nanoTime() - createdNanos),
        counts.answers(),
        counts.allDeadLetters(),
        letters,
        rate);
  }

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** What a thread has failed with, if it has. */
  static void rethrow(@Nullable Throwable thrown) {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }
}
