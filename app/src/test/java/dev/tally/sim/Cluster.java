package dev.tally.sim;

import dev.tally.engine.PartitionInfo;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The brokers: an input topic, one consumer group with its committed offsets, and transactions by
 * transactional id, here a name. They outlive every worker. A worker's clients are a {@link
 * Connection}.
 */
final class Cluster {
  /** Told of every transaction at the moment its commit is decided. */
  interface Watcher {
    void committing(
        Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent);
  }

  /** What one producer has sent since it began the transaction. */
  static final class Transaction {
    final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    final Map<Integer, OffsetAndMetadata> offsets = new TreeMap<>();
    final long begunNanos;
    // The commit is decided but not carried out yet: its offsets are still unstable.
    private boolean decided;

    Transaction(long begunNanos) {
      this.begunNanos = begunNanos;
    }
  }

  /** A transactional id. */
  private static final class Name {
    private int epoch;
    private @Nullable Transaction open;
  }

  private record Question(
      Set<Integer> partitions, CompletableFuture<Map<TopicPartition, PartitionInfo>> answer) {}

  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long DECIDED_MAX_NANOS = TimeUnit.SECONDS.toNanos(15);

  final String topic;
  final Random random;
  final Watcher watcher;
  final List<Log> logs = new ArrayList<>();
  private final List<ProducerRecord<byte[], byte[]>> produced = new ArrayList<>();
  private final Map<Integer, OffsetAndMetadata> committed = new TreeMap<>();
  private final Map<String, Name> names = new TreeMap<>();
  private final List<Question> questions = new ArrayList<>();
  private final List<Runnable> lateAnswers = new ArrayList<>();
  private @Nullable SimulatedTable table;
  private Uuid topicId = new Uuid(1, 1);
  private long startFrom;
  long nowNanos;

  // The group: members by name, who owns each partition, and the name that is to own it.
  final Map<String, Connection> members = new TreeMap<>();
  final Map<Integer, Connection> owners = new TreeMap<>();
  private final Map<Integer, String> target = new TreeMap<>();
  private final List<Connection> connections = new ArrayList<>();
  private int generation;

  public Cluster(String topic, int partitions, long startFrom, Random random, Watcher watcher) {
    this.topic = topic;
    this.startFrom = startFrom;
    this.random = random;
    this.watcher = watcher;
    for (int i = 0; i < partitions; i++) {
      logs.add(new Log());
    }
  }

  Session connect(String name, Caller caller, Session.Assignments assignments) {
    caller.reaches(Point.OPEN);
    if (caller.fails(Caller.Fault.RECONNECT, 5)) {
      throw new Reconnect("no broker answers", new TimeoutException());
    }
    int epoch = openName(name);
    caller.reaches(Point.OPENED);
    Connection connection = new Connection(this, name, epoch, caller, assignments);
    connections.add(connection);
    return connection;
  }

  /** Ends the transaction open under a name, fences its last producer, returns the new epoch. */
  int openName(String name) {
    Name opened = names.computeIfAbsent(name, ignored -> new Name());
    end(opened);
    return ++opened.epoch;
  }

  // --- topic and offsets

  Uuid topicId() {
    return topicId;
  }

  /** Deletes the topic and creates one of the same name and number of partitions. */
  void recreateTopic() {
    topicId = new Uuid(1, topicId.getLeastSignificantBits() + 1);
    logs.replaceAll(ignored -> new Log());
    startFrom = 0;
  }

  /** Adds an empty partition; consumers notice when the group is rebalanced for it. */
  void addPartition() {
    logs.add(new Log());
    rebalance();
  }

  /** Where a partition without a committed offset begins. */
  long startFrom(int partition) {
    Log log = logs.get(partition);
    return Math.max(log.start(), Math.min(startFrom, log.end()));
  }

  @Nullable OffsetAndMetadata committed(int partition) {
    return committed.get(partition);
  }

  /** The committed offset as it will be once every decided commit has been carried out. */
  @Nullable OffsetAndMetadata decided(int partition) {
    for (Name name : names.values()) {
      Transaction open = name.open;
      if (open != null && open.decided && open.offsets.containsKey(partition)) {
        return open.offsets.get(partition);
      }
    }
    return committed.get(partition);
  }

  /** Sets or, with null, deletes an offset, as kafka-consumer-groups does. */
  void setOffset(int partition, @Nullable OffsetAndMetadata offset) {
    if (offset == null) {
      committed.remove(partition);
    } else {
      committed.put(partition, offset);
    }
  }

  /** Gives the job a table beside its input. */
  void add(SimulatedTable added) {
    table = added;
  }

  @Nullable SimulatedTable table() {
    return table;
  }

  /** An answer that arrives with one of the next calls. */
  void answerLater(Runnable answer) {
    lateAnswers.add(answer);
  }

  // --- transactions

  boolean current(String name, int epoch) {
    Name known = names.get(name);
    return known != null && known.epoch == epoch;
  }

  Transaction transaction(String name) {
    Name known = known(name);
    if (known.open != null && known.open.decided) {
      end(known);
    }
    if (known.open == null) {
      known.open = new Transaction(nowNanos);
    }
    return known.open;
  }

  private Name known(String name) {
    Name known = names.get(name);
    if (known == null) {
      throw Violation.of("no producer %s", name);
    }
    return known;
  }

  /** All records of committed transactions, of every topic, in order. */
  List<ProducerRecord<byte[], byte[]>> produced() {
    return produced;
  }

  boolean unstable(int partition, @Nullable String exceptFor) {
    return names.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(exceptFor))
        .map(entry -> entry.getValue().open)
        .anyMatch(open -> open != null && open.offsets.containsKey(partition));
  }

  /** Decides the commit: nothing can undo it, but others may have to wait until they see it. */
  void commit(String name) {
    Name known = known(name);
    Transaction open = transaction(name);
    watcher.committing(open.offsets, open.sent);
    produced.addAll(open.sent);
    open.decided = true;
    if (random.nextBoolean()) {
      end(known);
    }
  }

  /** Ends every open transaction. */
  void settleTransactions() {
    for (Name name : names.values()) {
      if (name.open != null) {
        name.epoch += name.open.decided ? 0 : 1;
        end(name);
      }
    }
  }

  void abort(String name) {
    end(known(name));
  }

  /** A decided commit is carried out; a transaction without one is gone. */
  private void end(Name name) {
    Transaction open = name.open;
    name.open = null;
    if (open != null && open.decided) {
      committed.putAll(open.offsets);
    }
  }

  /** What brokers do on their own as time passes. */
  void tick() {
    for (Name name : names.values()) {
      Transaction open = name.open;
      if (open == null) {
        continue;
      }
      long age = nowNanos - open.begunNanos;
      if (open.decided ? age > DECIDED_MAX_NANOS || random.nextInt(20) == 0 : age > TIMEOUT_NANOS) {
        if (!open.decided) {
          name.epoch++;
        }
        end(name);
      }
    }
    if (!questions.isEmpty() && random.nextInt(3) > 0) {
      answer(questions.remove(0));
    }
    if (!lateAnswers.isEmpty() && random.nextInt(3) > 0) {
      lateAnswers.remove(0).run();
    }
  }

  // --- what a worker asks when it is assigned partitions

  CompletableFuture<Map<TopicPartition, PartitionInfo>> lookUp(Set<Integer> partitions) {
    Question question = new Question(partitions, new CompletableFuture<>());
    if (random.nextBoolean()) {
      answer(question);
    } else {
      questions.add(question);
    }
    return question.answer();
  }

  /** Where partitions end, at a moment between the question and its answer. */
  CompletableFuture<Map<TopicPartition, Long>> ends(Set<Integer> partitions) {
    CompletableFuture<Map<TopicPartition, Long>> answer = new CompletableFuture<>();
    Map<TopicPartition, Long> atOnce = endsNow(partitions);
    switch (random.nextInt(3)) {
      case 0 -> lateAnswers.add(() -> answer.complete(atOnce));
      case 1 -> lateAnswers.add(() -> answer.complete(endsNow(partitions)));
      default -> answer.complete(atOnce);
    }
    return answer;
  }

  private Map<TopicPartition, Long> endsNow(Set<Integer> partitions) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (int partition : partitions) {
      ends.put(new TopicPartition(topic, partition), logs.get(partition).end());
    }
    return ends;
  }

  private void answer(Question question) {
    Map<TopicPartition, PartitionInfo> known = new HashMap<>();
    for (int partition : question.partitions()) {
      if (!unstable(partition, null)) {
        Log log = logs.get(partition);
        known.put(
            new TopicPartition(topic, partition),
            new PartitionInfo(
                topicId,
                logs.size(),
                log.start(),
                log.end(),
                Math.min(startFrom, log.end()),
                committed.get(partition)));
      }
    }
    question.answer().complete(known);
  }

  // --- the group

  int generation() {
    return generation;
  }

  void forget(Connection connection) {
    connections.remove(connection);
  }

  /** Every connection that is open, whether or not the group still counts it as a member. */
  Stream<Connection> connections() {
    return connections.stream();
  }

  @Nullable Connection member(String name) {
    return members.get(name);
  }

  void join(Connection connection) {
    Connection before = members.put(connection.name(), connection);
    if (before != null) {
      owners.values().removeIf(owner -> owner == before);
    }
    rebalance();
  }

  void leave(Connection connection) {
    if (members.get(connection.name()) == connection) {
      members.remove(connection.name());
      owners.values().removeIf(owner -> owner == connection);
      rebalance();
    }
  }

  void rebalance() {
    generation++;
    List<String> all = new ArrayList<>(members.keySet());
    for (int partition = 0; partition < logs.size(); partition++) {
      String owner = target.get(partition);
      boolean stays = owner != null && members.containsKey(owner) && random.nextInt(10) < 6;
      if (all.isEmpty()) {
        target.remove(partition);
      } else if (!stays) {
        target.put(partition, all.get(random.nextInt(all.size())));
      }
    }
  }

  Set<Integer> target(String name) {
    Set<Integer> partitions = new TreeSet<>();
    target.forEach(
        (partition, owner) -> {
          if (owner.equals(name)) {
            partitions.add(partition);
          }
        });
    return partitions;
  }
}
