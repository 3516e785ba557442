package dev.tally.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Scope.Range;
import dev.tally.kafka.PollBudget;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class TopicReaderTest {
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final TopicReader reader = new TopicReader(consumer, new PollBudget(1 << 20), "data");
  private final List<Long> offsets = new ArrayList<>();

  private void fillAndPoll(long... there) {
    for (long offset : there) {
      consumer.addRecord(new ConsumerRecord<>("data", 0, offset, new byte[0], new byte[0]));
    }
    reader.poll(message -> offsets.add(message.offset));
  }

  @Test
  void recordsAfterTheEndAreNotHandedOver() {
    reader.read(List.of(new Range(1, 3), new Range(5, 5)));
    fillAndPoll(1, 2, 3, 4);
    assertTrue(reader.done());
    assertEquals(List.of(1L, 2L), offsets);
    assertEquals(2, reader.passed());
  }

  @Test
  void aReaderIsDoneWhereOnlyTransactionMarkersFollow() {
    reader.read(0, new Range(0, 3));
    fillAndPoll(0);
    assertFalse(reader.done());
    consumer.seek(new TopicPartition("data", 0), 3);
    fillAndPoll();
    assertTrue(reader.done());
  }

  @Test
  void aPartitionCanBeReadASecondTime() {
    reader.read(0, new Range(0, 2));
    fillAndPoll(0, 1);
    reader.read(0, new Range(0, 2));
    fillAndPoll(0, 1);
    assertTrue(reader.done());
    assertEquals(List.of(0L, 1L, 0L, 1L), offsets);
  }

  @Test
  void anEmptyTopicIsDoneAtOnce() {
    reader.read(List.of());
    assertTrue(reader.done());
  }
}
