package dev.tally.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import dev.tally.kafka.ClientSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CustomerLoadTest {
  private static final ClientSettings CLIENTS = new ClientSettings("nowhere:1", Map.of());

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  private CustomerLoad.Outcome publish(
      boolean deleteMissing, Map<String, byte[]> batch, Map<String, byte[]> known) {
    return new CustomerLoad(CLIENTS, "customers", Industries.BUILT_IN, deleteMissing)
        .publish(batch, new HashMap<>(known), new Publisher(producer, "customers"));
  }

  private static Map<String, byte[]> table(String... entries) {
    Map<String, byte[]> table = new TreeMap<>();
    for (String entry : entries) {
      table.put(entry.substring(0, 1), entry.getBytes(UTF_8));
    }
    return table;
  }

  private List<String> sent() {
    List<String> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : producer.history()) {
      sent.add(text(record.key()) + "=" + text(record.value()));
    }
    return sent;
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, UTF_8);
  }

  @Test
  void onlyNewAndChangedCustomersAreSentAndMissingOnesStay() {
    assertEquals(
        new CustomerLoad.Outcome("customers", 3, 2, 0, 1),
        publish(false, table("a1", "b2", "c1"), table("a1", "b1", "d1")));
    assertEquals(List.of("b=b2", "c=c1"), sent());
  }

  @Test
  void missingCustomersAreDeletedIfThatIsAskedFor() {
    assertEquals(
        new CustomerLoad.Outcome("customers", 1, 0, 2, 0),
        publish(true, table("a1"), table("a1", "b1", "c1")));
    assertEquals(List.of("b=null", "c=null"), sent().stream().sorted().toList());
  }

  @Test
  void filesWithoutCustomersDeleteNoTable() {
    Stop stop = assertThrows(Stop.class, () -> publish(true, table(), table("a1", "b1")));
    assertTrue(stop.toString().contains("--delete.missing would delete all 2"), stop.toString());
    assertEquals(List.of(), sent());
    assertEquals(
        new CustomerLoad.Outcome("customers", 0, 0, 0, 0), publish(true, table(), table()));
  }

  @Test
  void aRefusedRecordEndsTheBatchWithAnError() {
    MockProducer<byte[], byte[]> refusing =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    Publisher publisher = new Publisher(refusing, "customers");
    publisher.send(null, new byte[1]);
    refusing.errorNext(new RecordTooLargeException("too large"));
    Stop stop = assertThrows(Stop.class, () -> publisher.send(null, new byte[1]));
    assertEquals(Stop.Reason.KAFKA, stop.reason());
    assertTrue(
        stop.toString().contains("topic customers: too large; 0 were acknowledged"),
        stop.toString());
  }

  @Test
  void theTableHasTheNewestValueOfEachKeyOfAllPartitions() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    List<TopicPartition> partitions =
        List.of(new TopicPartition("customers", 0), new TopicPartition("customers", 1));
    Node node = new Node(0, "nowhere", 1);
    consumer.updatePartitions(
        "customers",
        partitions.stream()
            .map(
                at ->
                    new PartitionInfo(
                        at.topic(), at.partition(), node, new Node[] {node}, new Node[] {node}))
            .toList());
    consumer.updateBeginningOffsets(Map.of(partitions.get(0), 0L, partitions.get(1), 5L));
    consumer.updateEndOffsets(Map.of(partitions.get(0), 4L, partitions.get(1), 7L));
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(record(0, 0, "a", "a1"));
          consumer.addRecord(record(0, 1, "b", "b1"));
          consumer.addRecord(record(1, 5, "c", "c1"));
        });
    consumer.schedulePollTask(
        () -> {
          consumer.addRecord(record(0, 2, "b", null));
          consumer.addRecord(record(0, 3, "a", "a2"));
          consumer.addRecord(record(1, 6, "d", "d1"));
        });
    Map<String, String> found = new TreeMap<>();
    CustomerTable.read(consumer, "customers").forEach((id, value) -> found.put(id, text(value)));
    assertEquals(Map.of("a", "a2", "c", "c1", "d", "d1"), found);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      int partition, long offset, String key, @Nullable String value) {
    return new ConsumerRecord<>(
        "customers",
        partition,
        offset,
        key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8));
  }
}
