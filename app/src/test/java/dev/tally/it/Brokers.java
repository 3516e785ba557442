package dev.tally.it;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.tally.broker.LocalBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.ElectionType;

/**
 * A cluster of three real brokers, each of which is a controller, too. All three hold every record,
 * and at least two acknowledge it.
 */
final class Brokers implements AutoCloseable {
  private static final int COUNT = 3;
  private static final String HOST = "127.0.0.1:";

  // Broker i has the node id i + 1.
  private final List<LocalBroker> brokers;
  private final Cluster cluster;

  private Brokers(List<LocalBroker> brokers) {
    this.brokers = brokers;
    this.cluster =
        new Cluster(brokers.stream().map(LocalBroker::bootstrapServers).collect(joining(",")));
  }

  static Brokers start(Path folder) throws Exception {
    int[] ports = IntStream.range(0, 2 * COUNT).map(i -> LocalBroker.drawPort()).toArray();
    String voters =
        IntStream.range(0, COUNT)
            .mapToObj(i -> i + 1 + "@" + HOST + ports[COUNT + i])
            .collect(joining(","));
    List<LocalBroker> brokers = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      String listeners =
          "PLAINTEXT://" + HOST + ports[i] + ",CONTROLLER://" + HOST + ports[COUNT + i];
      brokers.add(
          new LocalBroker(
              folder.resolve("broker-" + (i + 1)),
              settings(i + 1, voters, listeners),
              ports[i],
              Release.NEWEST.jvmOptions()));
    }
    Brokers started = new Brokers(brokers);
    // None of them answers before two are running.
    ExecutorService threads = Executors.newFixedThreadPool(COUNT);
    try {
      List<Callable<Void>> starts = brokers.stream().map(Brokers::starting).toList();
      for (Future<Void> start : threads.invokeAll(starts)) {
        start.get();
      }
      started.awaitInSync();
      return started;
    } catch (Throwable e) {
      started.close();
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Void> starting(LocalBroker broker) {
    return () -> {
      broker.start();
      return null;
    };
  }

  private static Map<String, String> settings(int node, String voters, String listeners) {
    return Map.ofEntries(
        Map.entry("node.id", Integer.toString(node)),
        Map.entry("controller.quorum.voters", voters),
        Map.entry("listeners", listeners),
        Map.entry("default.replication.factor", "3"),
        Map.entry("offsets.topic.replication.factor", "3"),
        Map.entry("transaction.state.log.replication.factor", "3"),
        Map.entry("min.insync.replicas", "2"),
        Map.entry("transaction.state.log.min.isr", "2"),
        Map.entry("unclean.leader.election.enable", "false"),
        // With the defaults (2 s and 1 s) a busy machine would keep electing controllers.
        Map.entry("controller.quorum.fetch.timeout.ms", "6000"),
        Map.entry("controller.quorum.election.timeout.ms", "3000"),
        // So that groups and transactions have different coordinators.
        Map.entry("offsets.topic.num.partitions", "3"),
        Map.entry("transaction.state.log.num.partitions", "3"),
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"));
  }

  Cluster cluster() {
    return cluster;
  }

  /** The broker that holds the group's offsets and members. */
  int groupCoordinator(String group) throws Exception {
    return requireNonNull(
            Cluster.get(admin().describeConsumerGroups(List.of(group)).all()).get(group), group)
        .coordinator()
        .id();
  }

  /** The broker that decides the outcome of this producer's transactions. */
  int transactionCoordinator(String transactionalId) throws Exception {
    return Cluster.get(
            admin().describeTransactions(List.of(transactionalId)).description(transactionalId))
        .coordinatorId();
  }

  /** The active controller. */
  int controller() throws Exception {
    return Cluster.get(admin().describeMetadataQuorum().quorumInfo()).leaderId();
  }

  /** SIGKILL; the others go on. */
  void kill(int node) {
    brokers.get(node - 1).killHard();
  }

  /** Starts a broker that was killed, and makes it leader of its share again. */
  void startAgain(int node) throws Exception {
    brokers.get(node - 1).start();
    awaitInSync();
    Cluster.get(admin().electLeaders(ElectionType.PREFERRED, null).partitions());
  }

  /** Waits until every broker holds every record, so that any one of them may be killed. */
  private void awaitInSync() throws Exception {
    Await.until(
        "all replicas are in sync",
        () -> brokers.stream().map(broker -> broker.log().toString()).collect(joining("\n")),
        () -> Cluster.get(admin().describeCluster().nodes()).size() == COUNT && inSync());
  }

  private boolean inSync() throws Exception {
    Set<String> topics =
        Cluster.get(admin().listTopics(new ListTopicsOptions().listInternal(true)).names());
    return Cluster.get(admin().describeTopics(topics).allTopicNames()).values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(partition -> partition.isr().size() == COUNT);
  }

  private Admin admin() {
    return cluster.admin();
  }

  @Override
  public void close() {
    cluster.close();
    brokers.forEach(LocalBroker::close);
  }
}
