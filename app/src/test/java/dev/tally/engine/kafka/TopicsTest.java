package dev.tally.engine.kafka;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.StartsProcesses;
import dev.tally.Stop;
import dev.tally.broker.LocalBroker;
import dev.tally.engine.EngineConfig;
import dev.tally.engine.OutputTopic;
import dev.tally.engine.TableTopic;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.kafka.TopicRules.Role;
import dev.tally.it.SharedBroker;
import dev.tally.job.Job;
import dev.tally.jobs.rollingsum.RollingSum;
import dev.tally.kafka.ClientSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Instances that start together all find their output topics missing. One of them creates a topic,
 * and the others asked about its settings before the broker knew them, which ended them.
 */
@StartsProcesses
@ExtendWith(SharedBroker.class)
final class TopicsTest {
  private static final Job JOB =
      new RollingSum(
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          Optional.of(Duration.ofHours(1)),
          RollingSum.Miskeyed.FAIL);

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
      List<Future<TopicLayout>> starting = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        starting.add(threads.submit(() -> prepare(id, together)));
      }
      Set<TopicLayout> layouts = new HashSet<>();
      for (Future<TopicLayout> each : starting) {
        layouts.add(each.get(60, SECONDS));
      }
      assertEquals(1, layouts.size(), layouts::toString);
      assertEquals(3, layouts.iterator().next().outputPartitions().get(0));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aTopicThatStaysMissingStopsTheJobAndOneThatComesBackDoesNot() {
    Map<String, Role> roles = new LinkedHashMap<>();
    roles.put("in", Role.INPUT);
    roles.put("out", Role.ANSWERS);
    roles.put("letters", Role.DEAD_LETTERS);
    Set<String> all = roles.keySet();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Topics topics =
          new Topics(admin, new ClientSettings(broker.bootstrapServers(), Map.of()), JOB);
      // Amid the range of System.nanoTime, and across its end.
      for (long began : new long[] {0, Long.MAX_VALUE - SECONDS.toNanos(30)}) {
        topics.requireNotMissing(roles, Set.of("out", "letters"), began);
        topics.requireNotMissing(roles, Set.of("out", "letters"), began + SECONDS.toNanos(59));
        topics.requireNotMissing(roles, all, began + SECONDS.toNanos(61));
        topics.requireNotMissing(roles, Set.of("in"), began + SECONDS.toNanos(62));
        topics.requireNotMissing(roles, Set.of("in"), began + SECONDS.toNanos(121));
        Stop stop =
            assertThrows(
                Stop.class,
                () -> topics.requireNotMissing(roles, Set.of("in"), began + SECONDS.toNanos(122)));
        assertEquals(Stop.Reason.KAFKA, stop.reason());
        assertTrue(
            String.valueOf(stop.getMessage()).contains("output topic 'out' was deleted"),
            stop::toString);
        topics.requireNotMissing(roles, all, began + SECONDS.toNanos(123));
      }
    }
  }

  @Test
  void aDeletedTopicIsNoticed() throws Exception {
    String id = UUID.randomUUID().toString();
    broker.createTopic("in-" + id, 1, Map.of());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Topics topics =
          new Topics(admin, new ClientSettings(broker.bootstrapServers(), Map.of()), JOB);
      TopicLayout layout = topics.prepare(config(id));
      topics.requireUnchanged(config(id), layout);
      assertFalse(topics.missing());
      admin.deleteTopics(List.of("in-" + id)).all().get();
      // Until the broker has heard of it.
      for (long until = System.nanoTime() + SECONDS.toNanos(30); !topics.missing(); ) {
        topics.requireUnchanged(config(id), layout);
        assertTrue(System.nanoTime() < until, "not noticed");
      }
    }
  }

  @Test
  void aTableIsRequiredToExistToBeCompactedAndToLieBesideASinglePartition() throws Exception {
    String id = UUID.randomUUID().toString();
    broker.createTopic("in-" + id, 1, Map.of());
    broker.createTopic("two-" + id, 2, Map.of());
    broker.createTopic("kept-" + id, 2, Map.of());
    broker.createTopic("table-" + id, 2, Map.of("cleanup.policy", "compact"));
    assertStops(Stop.Reason.KAFKA, id, "in-", "none-", "Create it with `tally load-customers`");
    assertStops(Stop.Reason.KAFKA, id, "in-", "none-", "with --customers.topic.");
    assertStops(Stop.Reason.REFUSED, id, "in-", "kept-", "cleanup.policy=delete");
    assertStops(Stop.Reason.REFUSED, id, "two-", "table-", "has 2 partitions; accepted: 1");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Topics topics =
          new Topics(admin, new ClientSettings(broker.bootstrapServers(), Map.of()), JOB);
      EngineConfig config = config(id, "in-", Optional.of("table-"));
      TopicLayout layout = topics.prepare(config);
      topics.requireUnchanged(config, layout);
      admin.deleteTopics(List.of("table-" + id)).all().get();
      for (long until = System.nanoTime() + SECONDS.toNanos(30); !topics.missing(); ) {
        topics.requireUnchanged(config, layout);
        assertTrue(System.nanoTime() < until, "not noticed");
      }
    }
  }

  private void assertStops(
      Stop.Reason reason, String id, String input, String table, String named) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Topics topics =
          new Topics(admin, new ClientSettings(broker.bootstrapServers(), Map.of()), JOB);
      EngineConfig config = config(id, input, Optional.of(table));
      Stop stop = assertThrows(Stop.class, () -> topics.prepare(config));
      assertEquals(reason, stop.reason());
      String message = String.valueOf(stop.getMessage());
      assertTrue(message.contains(table + id) && message.contains(named), message);
    }
  }

  private TopicLayout prepare(String id, CyclicBarrier together) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Topics topics =
          new Topics(admin, new ClientSettings(broker.bootstrapServers(), Map.of()), JOB);
      together.await();
      return topics.prepare(config(id));
    }
  }

  private static EngineConfig config(String id) {
    return config(id, "in-", Optional.empty());
  }

  private static EngineConfig config(String id, String input, Optional<String> table) {
    return new EngineConfig(
        "group",
        input + id,
        table.map(name -> new TableTopic(name + id, "--customers.topic", "tally load-customers")),
        List.of(OutputTopic.answers("out-" + id)),
        "letters-" + id,
        Set.of(),
        false,
        false,
        false,
        Duration.ofMillis(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(1),
        1 << 20);
  }
}
