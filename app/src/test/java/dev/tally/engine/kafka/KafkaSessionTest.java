package dev.tally.engine.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.StartsProcesses;
import dev.tally.broker.LocalBroker;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Session;
import dev.tally.engine.SessionContract;
import dev.tally.engine.SessionWorld;
import dev.tally.engine.TableTopic;
import dev.tally.engine.TopicLayout;
import dev.tally.it.SharedBroker;
import dev.tally.kafka.ClientSettings;
import dev.tally.kafka.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The real clients on a real broker keep the contract that the simulation's clients keep. */
@StartsProcesses
@ExtendWith(SharedBroker.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaSessionTest extends SessionContract {
  private final LocalBroker broker;
  private @Nullable Admin admin;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  KafkaSessionTest(LocalBroker broker) {
    this.broker = broker;
  }

  @BeforeAll
  void connect() {
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    producer = producer(Map.of());
  }

  @AfterAll
  void disconnect() {
    requireNonNull(producer).close(Duration.ofSeconds(5));
    requireNonNull(admin).close(Duration.ofSeconds(5));
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  protected SessionWorld newWorld() throws Exception {
    String id = UUID.randomUUID().toString();
    String input = "in-" + id;
    String output = "out-" + id;
    NewTopics.create(requireNonNull(admin), new NewTopic(input, 2, (short) 1));
    NewTopics.create(requireNonNull(admin), new NewTopic(output, 1, (short) 1));
    NewTopics.create(requireNonNull(admin), NewTopics.compacted(table(input), 2));
    Uuid inputId =
        NewTopics.onceKnown(
                () ->
                    requireNonNull(admin)
                        .describeTopics(List.of(input))
                        .topicNameValues()
                        .get(input))
            .topicId();
    return new RealWorld(input, inputId, output, "group-" + id);
  }

  @Override
  protected Session open(SessionWorld world, int slot, Session.Assignments assignments) {
    RealWorld real = (RealWorld) world;
    KafkaSession.Settings settings =
        new KafkaSession.Settings(
            // Short enough for a test that waits for it, long enough for a busy machine.
            new ClientSettings(
                broker.bootstrapServers(),
                Map.of("producer.max.block.ms", "3000", "consumer.metadata.max.age.ms", "500")),
            new EngineConfig(
                real.group,
                real.input,
                Optional.of(new TableTopic(table(real.input), "--table.topic", "load")),
                List.of(OutputTopic.answers(real.output)),
                "letters",
                Set.of(),
                false,
                false,
                false,
                Duration.ZERO,
                Duration.ofSeconds(15),
                Duration.ZERO,
                1 << 20),
            "test",
            GroupProtocol.CLASSIC,
            StartFrom.parse("earliest"),
            new TopicLayout(real.inputId, 2, List.of(1), 1, 1 << 20),
            16 << 20,
            requireNonNull(admin));
    return new KafkaSession(settings, slot, assignments);
  }

  private static String table(String input) {
    return input + "-table";
  }

  /** Simulated brokers have no rounds: a partition that moves has an owner at once. */
  @Test
  void whatADeadMemberWasAboutToPassOnFindsAnOwnerWhenItComesBack() throws Exception {
    Member dying = new Member(0).awaitShare();
    dying.diesWhenRevoked = true;
    Member other = new Member(1);
    assertThrows(
        Reconnect.class,
        () ->
            until(
                "it gives up what the other is to have",
                () -> {
                  other.poll();
                  dying.poll();
                  return false;
                }));
    assertFalse(dying.diesWhenRevoked);
    assertEquals(Set.of(), other.owned);
    dying.close(false);
    Member again = new Member(0);
    until(
        "each has one",
        () -> {
          other.poll();
          again.poll();
          return other.owned.size() == 1 && again.owned.size() == 1;
        });
    assertNotEquals(other.owned, again.owned);
  }

  private static <T> T get(KafkaFuture<T> future) throws Exception {
    return future.get(60, SECONDS);
  }

  private final class RealWorld implements SessionWorld {
    private final String input;
    private final Uuid inputId;
    private final String output;
    private final String group;

    RealWorld(String input, Uuid inputId, String output, String group) {
      this.input = input;
      this.inputId = inputId;
      this.output = output;
      this.group = group;
    }

    @Override
    public TopicPartition partition(int number) {
      return new TopicPartition(input, number);
    }

    @Override
    public String outputTopic() {
      return output;
    }

    private ProducerRecord<byte[], byte[]> row(int partition, String value) {
      return new ProducerRecord<>(input, partition, null, value.getBytes(UTF_8));
    }

    @Override
    public void append(int partition, String value) throws Exception {
      requireNonNull(producer).send(row(partition, value)).get(60, SECONDS);
    }

    private KafkaProducer<byte[], byte[]> begun() {
      KafkaProducer<byte[], byte[]> other =
          producer(Map.of("transactional.id", "other-" + UUID.randomUUID()));
      other.initTransactions();
      other.beginTransaction();
      return other;
    }

    @Override
    public void appendAborted(int partition) throws Exception {
      try (KafkaProducer<byte[], byte[]> other = begun()) {
        other.send(row(partition, "aborted")).get(60, SECONDS);
        other.abortTransaction();
      }
    }

    @Override
    public Runnable appendOpen(int partition, String value) throws Exception {
      KafkaProducer<byte[], byte[]> other = begun();
      other.send(row(partition, value)).get(60, SECONDS);
      return () -> {
        other.commitTransaction();
        other.close();
      };
    }

    @Override
    public void deleteBefore(int partition, long offset) throws Exception {
      get(
          requireNonNull(admin)
              .deleteRecords(Map.of(partition(partition), RecordsToDelete.beforeOffset(offset)))
              .all());
    }

    // As a client that is no member, which is why the constructor is deprecated.
    @SuppressWarnings("removal")
    @Override
    public Runnable holdOffset(int partition, long offset) {
      KafkaProducer<byte[], byte[]> other = begun();
      other.sendOffsetsToTransaction(
          Map.of(partition(partition), new OffsetAndMetadata(offset)),
          new ConsumerGroupMetadata(group));
      return () -> {
        other.abortTransaction();
        other.close();
      };
    }

    private ProducerRecord<byte[], byte[]> tableRow(
        int partition, String key, @Nullable String value) {
      byte[] bytes = value == null ? null : value.getBytes(UTF_8);
      return new ProducerRecord<>(table(input), partition, key.getBytes(UTF_8), bytes);
    }

    @Override
    public void appendToTable(int partition, String key, @Nullable String value) throws Exception {
      requireNonNull(producer).send(tableRow(partition, key, value)).get(60, SECONDS);
    }

    @Override
    public Runnable appendOpenToTable(int partition, String key, String value) throws Exception {
      KafkaProducer<byte[], byte[]> other = begun();
      other.send(tableRow(partition, key, value)).get(60, SECONDS);
      return () -> {
        other.commitTransaction();
        other.close();
      };
    }

    @Override
    public void recreateTable() throws Exception {
      get(requireNonNull(admin).deleteTopics(List.of(table(input))).all());
      boolean created = false;
      while (!created) { // the brokers delete it a moment later
        created = NewTopics.create(requireNonNull(admin), NewTopics.compacted(table(input), 2));
      }
    }

    @Override
    public List<String> visible() throws Exception {
      TopicPartition answers = new TopicPartition(output, 0);
      Map<String, Object> settings =
          Map.of(
              "bootstrap.servers",
              broker.bootstrapServers(),
              "isolation.level",
              "read_committed",
              "enable.auto.commit",
              false);
      List<String> values = new ArrayList<>();
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(List.of(answers));
        consumer.seekToBeginning(List.of(answers));
        long end = requireNonNull(consumer.endOffsets(List.of(answers)).get(answers));
        while (consumer.position(answers) < end) {
          consumer
              .poll(Duration.ofMillis(100))
              .forEach(record -> values.add(new String(record.value(), UTF_8)));
        }
      }
      return values;
    }

    @Override
    public @Nullable OffsetAndMetadata committed(int partition) throws Exception {
      return get(requireNonNull(admin)
              .listConsumerGroupOffsets(
                  group, new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata())
          .get(partition(partition));
    }

    @Override
    public void removeFromGroup(int slot) throws Exception {
      get(
          requireNonNull(admin)
              .removeMembersFromConsumerGroup(
                  group,
                  new RemoveMembersFromConsumerGroupOptions(
                      Set.of(new MemberToRemove(group + "-test-" + slot))))
              .all());
    }

    @Override
    public void whileSilent(Runnable action) throws Exception {
      broker.pause();
      try {
        action.run();
      } finally {
        broker.resume();
      }
    }
  }
}
