package dev.tally.daemon;

import dev.tally.Causes;
import dev.tally.engine.Counts;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.Worker;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A thread that tells an operator how the instance is doing. It asks the brokers itself every few
 * seconds: clients wait for brokers silently, for minutes, and an idle one notices nothing.
 */
final class Watch implements Runnable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  // Together with the time for an answer, an outage is reported within ten seconds.
  private static final Duration LOOK = Duration.ofSeconds(3);
  private static final int ANSWER_MAX_MILLIS = 5_000;

  private final String prefix;
  private final boolean leads;
  private final Admin admin;
  private final EngineConfig config;
  private final int inputPartitions;
  private final List<Worker> workers;
  private final Outage outage = new Outage();
  private final Progress progress = new Progress(System.nanoTime());
  private final Thread thread;
  private volatile boolean lost;

  /**
   * Looks at nothing before {@link #begin}.
   *
   * @param stage that its lines are about; empty if the job has one stage only
   * @param leads whether it tells of brokers that are away, which is said once for all stages
   */
  Watch(
      String stage,
      boolean leads,
      Admin admin,
      EngineConfig config,
      TopicLayout layout,
      List<Worker> workers) {
    this.prefix = stage.isEmpty() ? "" : stage + ": ";
    this.leads = leads;
    this.admin = admin;
    this.config = config;
    this.inputPartitions = layout.inputPartitions();
    this.workers = workers;
    this.thread = new Thread(this, stage.isEmpty() ? "watch" : stage + "-watch");
    thread.setDaemon(true);
  }

  Watch begin() {
    thread.start();
    return this;
  }

  /** Whether the last question to the brokers got no answer. */
  boolean lost() {
    return lost;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  @Override
  public void run() {
    try {
      while (true) {
        Thread.sleep(LOOK.toMillis());
        look();
      }
    } catch (InterruptedException e) {
      // The process ends.
    }
  }

  private void look() throws InterruptedException {
    Set<TopicPartition> partitions = partitions();
    OptionalLong lag = OptionalLong.empty();
    try {
      lag = OptionalLong.of(lag(partitions));
      outage.answered(System.nanoTime()).ifPresent(this::aboutBrokers);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        outage
            .unanswered(System.nanoTime(), why(e.getCause()))
            .ifPresent(line -> log.atLevel(leads ? Level.WARN : Level.DEBUG).log(line));
      } else {
        // An answer all the same: this client may not be allowed to see the lag.
        outage.answered(System.nanoTime()).ifPresent(this::aboutBrokers);
        log.debug("lag is not known", e);
      }
    }
    lost = outage.lost();
    Counts.Committed counts = Counts.committed(workers);
    long now = System.nanoTime();
    lag.ifPresent(
        rows ->
            progress
                .caughtUp(counts, rows, partitions.size(), now)
                .ifPresent(line -> log.info("{}{}", prefix, line)));
    if (progress.lineDue(now) && !lost) {
      log.info("{}{}", prefix, line(counts, lag, partitions.size(), now));
    }
  }

  private void aboutBrokers(String line) {
    log.atLevel(leads ? Level.INFO : Level.DEBUG).log(line);
  }

  /** The client's own text about a timeout names only the internal step that it was in. */
  private static String why(Throwable failure) {
    return failure instanceof TimeoutException
        ? "none within " + ANSWER_MAX_MILLIS / 1000 + " s"
        : Causes.of(failure);
  }

  private String line(Counts.Committed counts, OptionalLong lag, int partitions, long now)
      throws InterruptedException {
    long slowestNanos =
        workers.stream().mapToLong(worker -> worker.counts().takeSlowestNanos()).max().orElse(0);
    if (partitions == 0) {
      try {
        return progress.standby(members(), inputPartitions, now);
      } catch (ExecutionException e) {
        log.debug("the group cannot be described", e);
      }
    }
    return progress.line(counts, lag, partitions, slowestNanos, now);
  }

  private Set<TopicPartition> partitions() {
    Set<TopicPartition> partitions = new HashSet<>();
    workers.forEach(worker -> partitions.addAll(worker.partitions()));
    return partitions;
  }

  /**
   * Rows not answered yet, by what the brokers say. A standby asks about one partition, to learn
   * whether they answer at all.
   */
  private long lag(Set<TopicPartition> partitions) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions.forEach(partition -> specs.put(partition, OffsetSpec.latest()));
    if (specs.isEmpty()) {
      specs.put(new TopicPartition(config.inputTopic(), 0), OffsetSpec.latest());
    }
    var asked =
        admin.listOffsets(
            specs,
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(ANSWER_MAX_MILLIS));
    var askedToo =
        admin.listConsumerGroupOffsets(
            config.groupId(), new ListConsumerGroupOffsetsOptions().timeoutMs(ANSWER_MAX_MILLIS));
    Map<TopicPartition, ListOffsetsResultInfo> ends = asked.all().get();
    Map<TopicPartition, OffsetAndMetadata> committed =
        askedToo.partitionsToOffsetAndMetadata().get();
    long lag = 0;
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata offset = committed.get(partition);
      ListOffsetsResultInfo end = ends.get(partition);
      lag += end == null ? 0 : Math.max(0, end.offset() - (offset == null ? 0 : offset.offset()));
    }
    return lag;
  }

  private int members() throws ExecutionException, InterruptedException {
    ConsumerGroupDescription group =
        admin
            .describeConsumerGroups(
                List.of(config.groupId()),
                new DescribeConsumerGroupsOptions().timeoutMs(ANSWER_MAX_MILLIS))
            .all()
            .get()
            .get(config.groupId());
    return group == null ? 0 : group.members().size();
  }
}
