package dev.tally.audit;

import dev.tally.Stop;
import dev.tally.audit.Scope.InputRange;
import dev.tally.audit.Scope.Range;
import dev.tally.kafka.Connection;
import dev.tally.kafka.PollBudget;
import dev.tally.kafka.TransactionEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** What an audit asks of the brokers: how far each topic goes, and readers of topics. */
public final class Cluster implements AutoCloseable {
  /** Long enough for a busy broker, and short enough for a user whose broker is not there. */
  private static final int ANSWER_WITHIN_MILLIS = 20_000;

  /** Longer than a job can leave a transaction open: its timeout, then the broker's next sweep. */
  private static final Duration MARKERS_WITHIN = Duration.ofSeconds(90);

  /** Readers that share the heap: of rows, answers and dead letters. */
  private static final int READERS = 3;

  private final AuditSettings settings;
  private final Admin admin;

  /**
   * Connects.
   *
   * @throws Stop if a setting is wrong
   */
  public Cluster(AuditSettings settings) {
    this.settings = settings;
    Map<String, Object> defaults =
        Map.of(
            "client.id",
            "tally-verify",
            "default.api.timeout.ms",
            ANSWER_WITHIN_MILLIS,
            "request.timeout.ms",
            ANSWER_WITHIN_MILLIS / 2);
    // Before anything is connected, so that a wrong setting is refused at once.
    var unused = consumerSettings(settings.inputTopic());
    this.admin =
        Connection.opened(
            settings.clients(), () -> Admin.create(settings.clients().admin(defaults, Map.of())));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }

  /** Opens a reader of one topic, to be closed by the caller. */
  public TopicReader reader(String topic) {
    PollBudget budget = new PollBudget(PollBudget.partOfHeap(1.0 / READERS));
    Map<String, Object> ofReader = consumerSettings(topic);
    return new TopicReader(
        Connection.opened(
            settings.clients(),
            () ->
                new KafkaConsumer<>(
                    ofReader,
                    budget.ofKeys(new ByteArrayDeserializer()),
                    budget.ofValues(new ByteArrayDeserializer()))),
        budget,
        topic);
  }

  /**
   * The settings of one topic's reader.
   *
   * @throws Stop if Kafka refuses one
   */
  private Map<String, Object> consumerSettings(String topic) {
    Map<String, Object> defaults =
        Map.of(
            "client.id",
            "tally-verify-" + topic,
            // Few, large fetches, because the audit reads whole topics.
            "max.poll.records",
            10_000,
            "max.partition.fetch.bytes",
            8 << 20,
            "fetch.max.bytes",
            32 << 20,
            "default.api.timeout.ms",
            ANSWER_WITHIN_MILLIS);
    Map<String, Object> owned =
        Map.of(
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "none",
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class);
    Map<String, Object> all = settings.clients().consumer(defaults, owned);
    var unused = Connection.opened(settings.clients(), () -> new ConsumerConfig(all));
    return all;
  }

  /**
   * Takes a snapshot while the job may be running. It asks for the committed offsets first, then
   * for the ends of the outputs, then for the end of the input: so every row before a committed
   * offset has its output in the snapshot, and every output its row.
   *
   * @throws Stop if a topic is missing, its end is before the committed offset, or a transaction
   *     stays open
   */
  public Scope scope() {
    int inputPartitions = partitions(settings.inputTopic());
    int answerPartitions = partitions(settings.outputTopic());
    int letterPartitions = partitionsOrNone(settings.deadLetterTopic());
    List<TopicPartition> input = all(settings.inputTopic(), inputPartitions);
    Map<TopicPartition, OffsetAndMetadata> committed = committed(settings.groupId(), input);
    List<Range> answers = decidedRanges(settings.outputTopic(), answerPartitions);
    List<Range> letters = decidedRanges(settings.deadLetterTopic(), letterPartitions);
    long[] begins = offsets(input, OffsetSpec.earliest(), true);
    long[] ends = offsets(input, OffsetSpec.latest(), true);
    long[] starts = starts(input, begins, ends);
    List<InputRange> ranges = new ArrayList<>();
    for (TopicPartition partition : input) {
      int p = partition.partition();
      OffsetAndMetadata commit = committed.get(partition);
      long answeredTo = commit == null ? starts[p] : commit.offset();
      if (commit != null && answeredTo > ends[p]) {
        throw Stop.refused(
            "The group %s has committed offset %d of %s, which ends at %d: the topic was re-created"
                + " or lost records, so the answers belong to other rows.",
            settings.groupId(), answeredTo, partition, ends[p]);
      }
      ranges.add(new InputRange(begins[p], starts[p], answeredTo, ends[p]));
    }
    return new Scope(ranges, answers, letters, input.stream().anyMatch(committed::containsKey));
  }

  /** What these brokers may have done to the answers, in a sentence; empty if nothing is known. */
  public Optional<String> risk() {
    return TransactionEnds.risk(admin, List.of(settings.outputTopic(), settings.deadLetterTopic()));
  }

  /**
   * The offsets that a group has committed for a topic, by partition, once no transaction on them
   * is open; without those that it has not committed.
   *
   * @throws Stop if there is no such topic, or a transaction stays open
   */
  public Map<Integer, Long> committed(String groupId, String topic) {
    return committed(groupId, all(topic, partitions(topic))).entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().partition(), entry -> entry.getValue().offset()));
  }

  /**
   * What is decided, committed or aborted, of all that is written to a topic by now; the list is
   * empty if there is no such topic.
   *
   * @throws Stop if a transaction stays open
   */
  public List<Range> decided(String topic) {
    return decidedRanges(topic, partitionsOrNone(topic));
  }

  /**
   * What can be read of a topic by now, without waiting for open transactions.
   *
   * @throws Stop if there is no such topic
   */
  public List<Range> readable(String topic) {
    List<TopicPartition> all = all(topic, partitions(topic));
    long[] begins = offsets(all, OffsetSpec.earliest(), true);
    long[] ends = offsets(all, OffsetSpec.latest(), true);
    return IntStream.range(0, ends.length).mapToObj(p -> new Range(begins[p], ends[p])).toList();
  }

  /**
   * Waits until a group has committed offsets after all records of these ranges.
   *
   * @param ranges of the topic, by partition
   * @return false if it has not done so in that time
   */
  public boolean awaitRead(String groupId, String topic, List<Range> ranges, Duration within) {
    long giveUpAtNanos = System.nanoTime() + within.toNanos();
    while (true) {
      Map<Integer, Long> committed = ranges.isEmpty() ? Map.of() : committed(groupId, topic);
      List<Range> unread = new ArrayList<>();
      for (int p = 0; p < ranges.size(); p++) {
        Range range = ranges.get(p);
        long begin = Math.max(range.begin(), committed.getOrDefault(p, 0L));
        unread.add(new Range(Math.min(begin, range.end()), range.end()));
      }
      // The ends of transactions take offsets, too, and may be all that is left.
      if (Range.length(unread) == 0 || !anyRecord(topic, unread)) {
        return true;
      }
      if (System.nanoTime() > giveUpAtNanos) {
        return false;
      }
      pause();
    }
  }

  private boolean anyRecord(String topic, List<Range> ranges) {
    AtomicBoolean any = new AtomicBoolean();
    try (TopicReader reader = reader(topic)) {
      reader.read(ranges);
      while (!reader.done() && !any.get()) {
        reader.poll(message -> any.set(true));
      }
    }
    return any.get();
  }

  /** Gives a running job time for what it does at most so often. */
  public static void pause(Duration time) {
    long untilNanos = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < untilNanos) {
      pause();
    }
  }

  /**
   * The id that tells a topic from an earlier one of the same name.
   *
   * @throws Stop if there is no such topic
   */
  public Uuid topicId(String topic) {
    var unused = partitions(topic);
    return get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)).topicId();
  }

  private int partitions(String topic) {
    int partitions = partitionsOrNone(topic);
    if (partitions == 0) {
      throw Stop.kafka("There is no topic %s at %s.", topic, settings.clients().bootstrapServers());
    }
    return partitions;
  }

  /** How many partitions a topic has; 0 if there is no such topic. */
  private int partitionsOrNone(String topic) {
    try {
      return get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
          .partitions()
          .size();
    } catch (UnknownTopicOrPartitionException e) {
      return 0;
    }
  }

  /**
   * The group's offsets, once no transaction on them is open. Until then the answer lacks the
   * partition; for a partition without a committed offset it holds null.
   */
  private Map<TopicPartition, OffsetAndMetadata> committed(
      String groupId, List<TopicPartition> input) {
    var stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
    var spec = new ListConsumerGroupOffsetsSpec().topicPartitions(input);
    long giveUpAtNanos = System.nanoTime() + MARKERS_WITHIN.toNanos();
    try {
      while (true) {
        Map<TopicPartition, OffsetAndMetadata> found =
            get(
                admin
                    .listConsumerGroupOffsets(Map.of(groupId, spec), stable)
                    .partitionsToOffsetAndMetadata(groupId));
        if (found.keySet().containsAll(input)) {
          return found.entrySet().stream()
              .filter(entry -> entry.getValue() != null)
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        }
        if (System.nanoTime() > giveUpAtNanos) {
          throw Stop.kafka(
              "A transaction on the offsets of group %s has been open for %d s.",
              groupId, MARKERS_WITHIN.toSeconds());
        }
        pause();
      }
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
  }

  /**
   * What is decided in an output topic: committed or aborted. A commit reaches the group's offsets
   * and each output at different times, so this waits until all that is written by now is decided.
   */
  private List<Range> decidedRanges(String topic, int partitions) {
    List<TopicPartition> all = all(topic, partitions);
    long[] written = offsets(all, OffsetSpec.latest(), false);
    long giveUpAtNanos = System.nanoTime() + MARKERS_WITHIN.toNanos();
    while (true) {
      long[] decided = offsets(all, OffsetSpec.latest(), true);
      if (IntStream.range(0, partitions).allMatch(p -> decided[p] >= written[p])) {
        long[] begins = offsets(all, OffsetSpec.earliest(), true);
        return IntStream.range(0, partitions)
            .mapToObj(p -> new Range(begins[p], decided[p]))
            .toList();
      }
      if (System.nanoTime() > giveUpAtNanos) {
        throw Stop.kafka(
            "A transaction on %s has been open for %d s, and the records after it cannot be read."
                + " Find it with kafka-transactions.sh find-hanging.",
            topic, MARKERS_WITHIN.toSeconds());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Stop.kafka("Interrupted.");
    }
  }

  private long[] starts(List<TopicPartition> input, long[] begins, long[] ends) {
    long[] starts = begins.clone();
    if (settings.startFrom() instanceof StartFrom.Time time) {
      long[] found = offsets(input, OffsetSpec.forTimestamp(time.epochMillis()), true);
      // -1 means that every row is older.
      Arrays.setAll(starts, p -> found[p] < 0 ? ends[p] : found[p]);
    } else if (settings.startFrom() instanceof StartFrom.Offsets offsets) {
      offsets.byPartition().forEach((p, offset) -> setStart(starts, p, offset));
    }
    return starts;
  }

  private void setStart(long[] starts, int partition, long offset) {
    if (partition >= starts.length) {
      throw Stop.usage(
          "--start.from names partition %d, but %s has %d partitions.",
          partition, settings.inputTopic(), starts.length);
    }
    starts[partition] = Math.max(starts[partition], offset);
  }

  /** Offsets by partition; the list holds all partitions of a topic in order. */
  private long[] offsets(List<TopicPartition> partitions, OffsetSpec spec, boolean decided) {
    ListOffsetsOptions level =
        new ListOffsetsOptions(
            decided ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED);
    ListOffsetsResult found =
        admin.listOffsets(
            partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec)), level);
    return partitions.stream().mapToLong(p -> get(found.partitionResult(p)).offset()).toArray();
  }

  private static List<TopicPartition> all(String topic, int partitions) {
    return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  private static <T> T get(@Nullable KafkaFuture<T> future) {
    try {
      if (future == null) {
        throw new IllegalStateException("the admin client returned no future");
      }
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Stop.kafka("Interrupted.");
    }
  }
}
