package dev.tally.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

/** How records are counted; `MemoryTest` shows what the consumer does with a refused one. */
final class PollBudgetTest {
  private final PollBudget budget = new PollBudget(10_000);
  private final Deserializer<byte[]> keys = budget.ofKeys(new ByteArrayDeserializer());
  private final Deserializer<byte[]> values = budget.ofValues(new ByteArrayDeserializer());

  private static byte[] read(Deserializer<byte[]> deserializer, int bytes) {
    return deserializer.deserialize("data", new RecordHeaders(), ByteBuffer.allocate(bytes));
  }

  private int recordsOf(int keyBytes, int valueBytes) {
    budget.begin();
    int records = 0;
    try {
      while (true) {
        if (keyBytes >= 0) {
          read(keys, keyBytes);
        }
        if (valueBytes >= 0) {
          read(values, valueBytes);
        }
        records++;
      }
    } catch (SerializationException e) {
      return records;
    }
  }

  @Test
  void recordsOfAnyShapeAreRefusedOnceTheBudgetIsSpent() {
    assertEquals(8, recordsOf(5, 1_000)); // of 1,255 bytes each, the last one beyond the budget
    assertEquals(8, recordsOf(-1, 1_000));
    assertEquals(10, recordsOf(1_000, -1));
    assertEquals(40, recordsOf(-1, 0));
  }

  @Test
  void aPollBringsAtLeastOneRecord() {
    assertEquals(1, recordsOf(5, 50_000_000));
    assertEquals(1, recordsOf(50_000_000, 5));
  }

  @Test
  void aRefusedRecordComesWithTheNextPoll() {
    read(values, 20_000);
    assertThrows(SerializationException.class, () -> read(keys, 1));
    assertThrows(SerializationException.class, () -> read(values, 1));
    budget.begin();
    read(keys, 1);
    read(values, 1);
  }

  @Test
  void bytesAreReadUnchanged() {
    byte[] bytes = "caf\u00e9".getBytes(UTF_8);
    assertEquals(
        "caf\u00e9",
        new String(values.deserialize("data", new RecordHeaders(), ByteBuffer.wrap(bytes)), UTF_8));
    assertEquals("caf\u00e9", new String(keys.deserialize("data", bytes), UTF_8));
  }
}
