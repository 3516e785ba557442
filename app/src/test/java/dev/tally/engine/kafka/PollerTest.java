package dev.tally.engine.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.kafka.PollBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class PollerTest {
  private static final TopicPartition FIRST = new TopicPartition("data", 0);
  private static final TopicPartition SECOND = new TopicPartition("data", 1);
  private static final Duration TIMEOUT = Duration.ofMillis(100);

  private final PollBudget budget = new PollBudget(1_000);
  private final Scripted consumer = new Scripted();
  private final Poller poller = new Poller(consumer, budget);

  /** Each poll brings what the script says, whatever the timeout. */
  private static final class Scripted extends MockConsumer<ByteBuffer, ByteBuffer> {
    private final Queue<Function<Duration, ConsumerRecords<ByteBuffer, ByteBuffer>>> script =
        new ArrayDeque<>();
    private final List<Duration> timeouts = new ArrayList<>();

    Scripted() {
      super("none");
    }

    @Override
    public synchronized ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
      timeouts.add(timeout);
      return script.remove().apply(timeout);
    }
  }

  private static ConsumerRecords<ByteBuffer, ByteBuffer> records(
      TopicPartition partition, int from, int to) {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records =
        IntStream.range(from, to)
            .mapToObj(
                offset ->
                    new ConsumerRecord<>(
                        partition.topic(),
                        partition.partition(),
                        offset,
                        ByteBuffer.allocate(0),
                        ByteBuffer.wrap(Integer.toString(offset).getBytes(UTF_8))))
            .toList();
    return new ConsumerRecords<>(
        Map.of(partition, records), Map.of(partition, new OffsetAndMetadata(to)));
  }

  private static ConsumerRecords<ByteBuffer, ByteBuffer> movedOn(
      TopicPartition partition, long next) {
    return new ConsumerRecords<>(Map.of(), Map.of(partition, new OffsetAndMetadata(next)));
  }

  private static Map<Integer, List<Long>> offsets(ConsumerRecords<ByteBuffer, ByteBuffer> polled) {
    Map<Integer, List<Long>> offsets = new HashMap<>();
    StreamSupport.stream(polled.spliterator(), false)
        .forEach(
            record ->
                offsets
                    .computeIfAbsent(record.partition(), none -> new ArrayList<>())
                    .add(record.offset()));
    return offsets;
  }

  @Test
  void newRecordsFollowThoseThatWereWaiting() {
    consumer.script.add(timeout -> records(FIRST, 0, 2));
    consumer.script.add(timeout -> records(FIRST, 2, 3));

    ConsumerRecords<ByteBuffer, ByteBuffer> polled = poller.poll(TIMEOUT);

    assertEquals(Map.of(0, List.of(0L, 1L, 2L)), offsets(polled));
    assertEquals(Map.of(FIRST, new OffsetAndMetadata(3)), polled.nextOffsets());
    assertEquals(Duration.ZERO, consumer.timeouts.get(0));
    assertTrue(consumer.timeouts.get(1).compareTo(TIMEOUT) < 0, "as if nothing were there");
  }

  @Test
  void partitionsOfBothPollsAreIncluded() {
    consumer.script.add(timeout -> records(FIRST, 5, 6));
    consumer.script.add(timeout -> records(SECOND, 7, 8));

    ConsumerRecords<ByteBuffer, ByteBuffer> polled = poller.poll(TIMEOUT);

    assertEquals(Map.of(0, List.of(5L), 1, List.of(7L)), offsets(polled));
    assertEquals(
        Map.of(FIRST, new OffsetAndMetadata(6), SECOND, new OffsetAndMetadata(8)),
        polled.nextOffsets());
  }

  @Test
  void itWaitsIfThereAreNoRecords() {
    consumer.script.add(timeout -> ConsumerRecords.empty());
    consumer.script.add(timeout -> records(FIRST, 0, 1));

    assertEquals(Map.of(0, List.of(0L)), offsets(poller.poll(TIMEOUT)));
    assertEquals(List.of(Duration.ZERO, TIMEOUT), consumer.timeouts);
  }

  @Test
  void withABacklogOnePollIsEnough() {
    consumer.script.add(timeout -> records(FIRST, 0, 10_000));

    assertEquals(10_000, poller.poll(TIMEOUT).count());
    assertEquals(List.of(Duration.ZERO), consumer.timeouts);
  }

  /** Another poll would fail, as its first record would be refused. */
  @Test
  void ifTheBudgetIsSpentOnePollHasToBeEnough() {
    Deserializer<ByteBuffer> values = budget.ofValues(new ByteBufferDeserializer());
    consumer.script.add(
        timeout -> {
          values.deserialize("data", new RecordHeaders(), ByteBuffer.allocate(1_000));
          return records(FIRST, 0, 1);
        });
    consumer.script.add(timeout -> records(FIRST, 1, 3));
    consumer.script.add(timeout -> records(FIRST, 3, 4));

    assertEquals(1, poller.poll(TIMEOUT).count());
    assertEquals(List.of(Duration.ZERO), consumer.timeouts);
    assertEquals(3, poller.poll(TIMEOUT).count(), "a poll begins with all of the budget");
  }

  @Test
  void positionsMovePastMarkers() {
    consumer.script.add(timeout -> movedOn(FIRST, 4));
    consumer.script.add(timeout -> movedOn(SECOND, 9));

    assertEquals(
        Map.of(FIRST, new OffsetAndMetadata(4), SECOND, new OffsetAndMetadata(9)),
        poller.poll(TIMEOUT).nextOffsets());
  }

  @Test
  void recordsOfAPartitionTakenMeanwhileAreDropped() {
    consumer.script.add(timeout -> records(FIRST, 0, 2));
    consumer.script.add(
        timeout -> {
          poller.givenUp(List.of(FIRST));
          return records(SECOND, 0, 1);
        });
    consumer.script.add(timeout -> records(FIRST, 0, 1));
    consumer.script.add(timeout -> ConsumerRecords.empty());

    ConsumerRecords<ByteBuffer, ByteBuffer> polled = poller.poll(TIMEOUT);

    assertEquals(Map.of(1, List.of(0L)), offsets(polled));
    assertEquals(Map.of(SECOND, new OffsetAndMetadata(1)), polled.nextOffsets());
    assertEquals(Map.of(0, List.of(0L)), offsets(poller.poll(TIMEOUT)), "it may come back");
  }
}
