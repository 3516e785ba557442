package dev.tally.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.demo.LocalBroker;
import dev.tally.it.SharedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Instances that start together all find their output topics missing. One of them creates a topic,
 * and the others asked about its settings before the broker knew them, which ended them.
 */
@ExtendWith(SharedBroker.class)
final class TopicsTest {
  private static final int INSTANCES = 6;

  private final LocalBroker broker;

  TopicsTest(LocalBroker broker) {
    this.broker = broker;
  }

  @RepeatedTest(8)
  void instancesThatStartTogetherCreateMissingTopicsOnce() throws Exception {
    String id = UUID.randomUUID().toString();
    broker.createTopic("in-" + id, 3, Map.of());
    CyclicBarrier together = new CyclicBarrier(INSTANCES);
    ExecutorService threads = Executors.newFixedThreadPool(INSTANCES);
    try {
      List<Future<Topics.Layout>> starting = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        starting.add(threads.submit(() -> prepare(id, together)));
      }
      Set<Topics.Layout> layouts = new HashSet<>();
      for (Future<Topics.Layout> each : starting) {
        layouts.add(each.get(60, SECONDS));
      }
      assertEquals(1, layouts.size(), layouts::toString);
      assertEquals(3, layouts.iterator().next().outputPartitions());
    } finally {
      threads.shutdownNow();
    }
  }

  private Topics.Layout prepare(String id, CyclicBarrier together) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Topics topics = new Topics(admin, broker.bootstrapServers());
      together.await();
      return topics.prepare(
          new EngineConfig(
              "in-" + id,
              "out-" + id,
              "letters-" + id,
              Set.of(),
              false,
              false,
              false,
              Duration.ofMillis(5),
              Duration.ofSeconds(15),
              Duration.ofSeconds(1),
              1 << 20));
    }
  }
}
