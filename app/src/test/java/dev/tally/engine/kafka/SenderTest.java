package dev.tally.engine.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SenderTest {
  private static final int REFUSED = -1;

  /** Keeps what it is given; may be made to wait, and to throw. */
  private static final class Producer implements Consumer<ProducerRecord<byte[], byte[]>> {
    private final List<Integer> given = Collections.synchronizedList(new ArrayList<>());
    private final Set<Thread> threads = Collections.synchronizedSet(new HashSet<>());
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);

    @Override
    public void accept(ProducerRecord<byte[], byte[]> record) {
      begun.countDown();
      await(mayGoOn);
      int number = ByteBuffer.wrap(record.value()).getInt();
      if (number == REFUSED) {
        throw new IllegalArgumentException("refused");
      }
      threads.add(Thread.currentThread());
      given.add(number);
    }
  }

  private final Producer producer = new Producer();
  private final Sender sender = new Sender(producer, "test");

  @AfterEach
  void close() {
    producer.mayGoOn.countDown();
    sender.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(int number) {
    byte[] value = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    sender.send(new ProducerRecord<>("agg", value));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3_999, 4_000, 4_001, 50_000})
  void afterAFlushAllRecordsWereGivenInOrder(int count) {
    producer.mayGoOn.countDown();
    for (int round = 1; round <= 3; round++) {
      IntStream.range(0, count).forEach(this::send);
      sender.flush();
      assertEquals(IntStream.range(0, count).boxed().toList(), producer.given);
      producer.given.clear();
    }
  }

  @Test
  void fewRecordsAreSentWithoutAnotherThread() {
    producer.mayGoOn.countDown();
    IntStream.range(0, 100).forEach(this::send);
    sender.flush();
    assertEquals(Set.of(Thread.currentThread()), producer.threads);
  }

  @Test
  void manyRecordsAreSentWhileTheNextAreComputed() {
    IntStream.range(0, 10_000).forEach(this::send); // returns while the first one waits
    producer.mayGoOn.countDown();
    sender.flush();
    assertEquals(10_000, producer.given.size());
    assertEquals(2, producer.threads.size());
  }

  @Test
  void aFailureOfTheProducerIsThrownBeforeACommit() {
    producer.mayGoOn.countDown();
    for (int refusedAt : new int[] {0, 3_999, 4_000, 9_999}) {
      IntStream.range(0, 10_000).forEach(i -> send(i == refusedAt ? REFUSED : i));
      Exception thrown = assertThrows(IllegalArgumentException.class, sender::flush);
      assertEquals("refused", thrown.getMessage());
      sender.discard();
    }
    producer.given.clear();
    send(7);
    sender.flush();
    assertEquals(List.of(7), producer.given, "what was discarded is not sent later");
  }

  @Test
  void afterADiscardNothingMoreIsSent() throws Exception {
    IntStream.range(0, 18_000).forEach(this::send);
    producer.begun.await();
    CompletableFuture<Void> later =
        CompletableFuture.runAsync(
            producer.mayGoOn::countDown,
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
    sender.discard();
    int given = producer.given.size();
    assertTrue(given <= 1, given + " are sent, not only the one that was under way");
    later.join();
    sender.flush();
    assertEquals(given, producer.given.size());
  }
}
