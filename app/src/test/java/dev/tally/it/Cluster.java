package dev.tally.it;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tally.kafka.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What tests do to the brokers and see of them, apart from the program under test. */
final class Cluster implements AutoCloseable {
  private static final int ANSWER_SECONDS = 60;

  private final String bootstrapServers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  public Cluster(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.producer = producer(Map.of());
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  Admin admin() {
    return admin;
  }

  /** A producer for the caller alone, with these settings added to the usual ones. */
  KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrapServers);
    settings.putIfAbsent("linger.ms", 5);
    settings.putIfAbsent("max.request.size", 32 << 20);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static <T> T get(KafkaFuture<T> future) throws Exception {
    return future.get(ANSWER_SECONDS, SECONDS);
  }

  void createTopic(String topic, int partitions, Map<String, String> settings) throws Exception {
    NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
    NewTopics.create(admin, wanted.configs(settings));
    Await.until(topic + " is there", () -> "", () -> partitions(topic) == partitions);
    // Only a leader answers this. A producer that sends before there is one may have its first
    // batch
    // refused and its second one accepted, and then repeats the first for ever.
    ends(topic);
  }

  /** Sets one setting of a topic. */
  void alterTopic(String topic, String name, String value) throws Exception {
    AlterConfigOp op = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    get(admin.incrementalAlterConfigs(Map.of(resource(topic), List.of(op))).all());
  }

  /** One setting of a topic, and where it comes from. */
  ConfigEntry setting(String topic, String name) throws Exception {
    Config settings =
        requireNonNull(
            get(admin.describeConfigs(List.of(resource(topic))).all()).get(resource(topic)));
    return requireNonNull(settings.get(name), name);
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  /** How many it has; 0 if it does not exist. */
  int partitions(String topic) throws Exception {
    try {
      return get(description(topic)).partitions().size();
    } catch (ExecutionException e) {
      // A broker that has not heard of it yet soon will, if another one has.
      return get(admin.listTopics().names()).contains(topic)
          ? NewTopics.onceKnown(() -> description(topic)).partitions().size()
          : 0;
    }
  }

  private KafkaFuture<TopicDescription> description(String topic) {
    return requireNonNull(admin.describeTopics(Set.of(topic)).topicNameValues().get(topic), topic);
  }

  /** Sends in this order and returns when all are acknowledged. */
  void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sent.add(producer.send(record));
    }
    for (Future<RecordMetadata> future : sent) {
      future.get(ANSWER_SECONDS, SECONDS);
    }
  }

  /** All that readers of committed records see now, by partition and offset. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) throws Exception {
    return read(allOf(topic));
  }

  /** All partitions of a topic. */
  List<TopicPartition> allOf(String topic) throws Exception {
    return IntStream.range(0, partitions(topic))
        .mapToObj(p -> new TopicPartition(topic, p))
        .toList();
  }

  /** The same of these partitions. */
  List<ConsumerRecord<byte[], byte[]>> read(List<TopicPartition> all) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    readEach(all, records::add);
    records.sort(
        Comparator.comparingInt((ConsumerRecord<byte[], byte[]> record) -> record.partition())
            .thenComparingLong(ConsumerRecord::offset));
    return records;
  }

  /** The same one by one, for what is too much to be held at once: each partition is in order. */
  void readEach(List<TopicPartition> all, Consumer<ConsumerRecord<byte[], byte[]>> reader)
      throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "none",
            "enable.auto.commit",
            false,
            "max.poll.records",
            20_000);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Await.until(
          all + " are read to their ends",
          () -> "ends " + ends,
          () -> readWhatComes(consumer, ends, reader));
    }
  }

  /** Reads until nothing more comes, or all ends are reached; returns whether they are. */
  private static boolean readWhatComes(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
      if (records.isEmpty()) {
        return false;
      }
      records.forEach(reader);
    }
    return true;
  }

  /** The end of each partition for readers of committed records. */
  Map<TopicPartition, Long> ends(String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
    IntStream.range(0, partitions(topic))
        .forEach(p -> specs.put(new TopicPartition(topic, p), OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(specs, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** The lowest offset that is retained. */
  long start(TopicPartition partition) throws Exception {
    return requireNonNull(
            get(admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).all()).get(partition))
        .offset();
  }

  /** What the group has committed, with its metadata; also of topics that are deleted. */
  Map<TopicPartition, OffsetAndMetadata> committed(String group) throws Exception {
    return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
  }

  OffsetAndMetadata committed(String group, TopicPartition partition) throws Exception {
    return requireNonNull(committed(group).get(partition), group + " has committed nothing");
  }

  /** How many offsets the group still has to answer, over all partitions. */
  long lag(String group, String topic) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends(topic).entrySet()) {
      OffsetAndMetadata offset = committed.get(end.getKey());
      lag += end.getValue() - (offset == null ? 0 : offset.offset());
    }
    return lag;
  }

  /** The sum of the group's committed offsets. */
  long answered(String group) throws Exception {
    return committed(group).values().stream().mapToLong(OffsetAndMetadata::offset).sum();
  }

  /** How many partitions each member of the group has; none if there is no such group yet. */
  List<Integer> shares(String group) throws Exception {
    try {
      return requireNonNull(
              get(admin.describeConsumerGroups(List.of(group)).all()).get(group), group)
          .members()
          .stream()
          .map(member -> member.assignment().topicPartitions().size())
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  /** The producer id that now belongs to this transactional id. */
  long producerId(String transactionalId) throws Exception {
    return get(admin.describeTransactions(List.of(transactionalId)).description(transactionalId))
        .producerId();
  }

  /** Shuts out the producer that has this transactional id, and aborts its open transaction. */
  void fence(String transactionalId) throws Exception {
    get(admin.fenceProducers(List.of(transactionalId)).all());
  }

  /** Whether a transactional id that begins like this has a transaction open. */
  boolean inTransaction(String name) throws Exception {
    ListTransactionsOptions open =
        new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
    return get(admin.listTransactions(open).all()).stream()
        .anyMatch(transaction -> transaction.transactionalId().startsWith(name));
  }

  /** Sets the group's offset as an operator would; the group must have no members. */
  void commitByHand(String group, TopicPartition partition, OffsetAndMetadata offset)
      throws Exception {
    get(admin.alterConsumerGroupOffsets(group, Map.of(partition, offset)).all());
  }

  /** Deletes the records before the offset, as retention does. */
  void deleteRecordsBefore(TopicPartition partition, long offset) throws Exception {
    get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all());
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    admin.close(Duration.ofSeconds(5));
  }
}
