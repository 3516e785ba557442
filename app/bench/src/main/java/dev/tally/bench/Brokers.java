package dev.tally.bench;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tally.broker.LocalBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** The real broker that all contestants use in turn, with its data in a temporary folder. */
final class Brokers implements AutoCloseable {
  private static final int ANSWER_SECONDS = 60;
  private static final int HEAP_MEGABYTES = 2048;
  private static final int BROKER_ID = 1;

  private final Path folder;
  private final LocalBroker broker;
  private final Admin admin;

  private Brokers(Path folder, LocalBroker broker, Admin admin) {
    this.folder = folder;
    this.broker = broker;
    this.admin = admin;
  }

  static Brokers start() throws Exception {
    Path folder = Files.createTempDirectory("tally-bench-");
    LocalBroker broker =
        new LocalBroker(
            folder.resolve("kafka"),
            // Deleted topics make room at once.
            Map.of("log.segment.delete.delay.ms", "0", "log.retention.check.interval.ms", "600000"),
            HEAP_MEGABYTES);
    broker.start();
    Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    return new Brokers(folder, broker, admin);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** A folder for what the contestants keep. */
  Path folder() {
    return folder;
  }

  /** Records of topics made here carry the time at which the broker took them. */
  void createTopic(String topic, int partitions) throws InterruptedException {
    broker.createTopic(
        topic,
        partitions,
        Map.of("message.timestamp.type", "LogAppendTime", "segment.bytes", "268435456"));
  }

  /** All topics of a run, those among them that its contestant made, such as changelogs. */
  void deleteTopicsOf(String run) throws Exception {
    List<String> made =
        get(admin.listTopics().names()).stream().filter(name -> name.startsWith(run)).toList();
    get(admin.deleteTopics(made).all());
  }

  static List<TopicPartition> partitions(String topic, int count) {
    return IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  /** The sum of all partitions' ends as readers of committed records see them, markers included. */
  long end(String topic, int partitions) throws Exception {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    partitions(topic, partitions).forEach(each -> specs.put(each, OffsetSpec.latest()));
    return get(
            admin.listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .values()
        .stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  /** The sum of the offsets that a group has committed in a topic; zero without a group. */
  long committed(String group, String topic) throws Exception {
    return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .entrySet()
        .stream()
        .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  /** Bytes of everything that is stored, except one topic. */
  long logBytesWithout(String topic) throws Exception {
    long bytes = 0;
    var broker = get(admin.describeLogDirs(List.of(BROKER_ID)).allDescriptions()).get(BROKER_ID);
    for (LogDirDescription folder : requireNonNull(broker).values()) {
      for (Map.Entry<TopicPartition, ReplicaInfo> replica : folder.replicaInfos().entrySet()) {
        if (!replica.getKey().topic().equals(topic)) {
          bytes += replica.getValue().size();
        }
      }
    }
    return bytes;
  }

  static <T> T get(KafkaFuture<T> future) throws Exception {
    return future.get(ANSWER_SECONDS, SECONDS);
  }

  /** Bytes of all files in a folder; zero if there is none. */
  static long sizeOf(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return 0;
    }
    try (Stream<Path> walked = Files.walk(folder)) {
      return walked.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> walked = Files.walk(folder)) {
      files = walked.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() throws IOException {
    admin.close(Duration.ofSeconds(5));
    broker.close();
    deleteTree(folder);
  }
}
