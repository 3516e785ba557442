package dev.tally.sim;

import dev.tally.Stop;
import dev.tally.engine.NameTaken;
import dev.tally.engine.PartitionInfo;
import dev.tally.engine.Reconnect;
import dev.tally.engine.Rewind;
import dev.tally.engine.Session;
import dev.tally.engine.TableReader;
import dev.tally.job.Fetched;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * One worker's consumer and producer. A misuse that real clients tolerate or only log is a {@link
 * Violation} here.
 */
final class Connection implements Session {
  private static final int POLL_RECORDS_MAX = 30;

  /** Where the next record is read, and the leader epoch of the record before it, if known. */
  private record Place(long offset, Optional<Integer> leaderEpoch) {}

  private final Cluster cluster;
  private final String name;
  private final int epoch;
  private final Caller caller;
  private final Assignments assignments;
  private final Set<Integer> assigned = new TreeSet<>();
  private final Set<Integer> paused = new TreeSet<>();
  private final Map<Integer, Place> places = new TreeMap<>();
  private final @Nullable TableReader table;
  private boolean joined;
  private int generation = -1;
  private boolean inTransaction;
  private boolean mustAbort;
  private boolean broken;
  private boolean closed;

  Connection(Cluster cluster, String name, int epoch, Caller caller, Assignments assignments) {
    this.cluster = cluster;
    this.name = name;
    this.epoch = epoch;
    this.caller = caller;
    this.assignments = assignments;
    SimulatedTable beside = cluster.table();
    this.table = beside == null ? null : new TableConnection(cluster, beside, this);
  }

  String name() {
    return name;
  }

  Caller caller() {
    return caller;
  }

  boolean assigned(int partition) {
    return assigned.contains(partition);
  }

  void requireOpen(Point point) {
    caller.reaches(point);
    if (closed) {
      throw Violation.of("%s after close", point);
    }
    cluster.tick();
  }

  private TopicPartition named(int partition) {
    return new TopicPartition(cluster.topic, partition);
  }

  private List<TopicPartition> named(Set<Integer> partitions) {
    return partitions.stream().map(this::named).toList();
  }

  private int number(TopicPartition partition) {
    if (!partition.topic().equals(cluster.topic) || !assigned.contains(partition.partition())) {
      throw Violation.of("%s is not assigned to %s", partition, name);
    }
    return partition.partition();
  }

  private NameTaken nameTaken(String what) {
    return new NameTaken(
        what + ": " + name + " is in use elsewhere", new FencedInstanceIdException(name));
  }

  private static Rewind abortable(String message) {
    return new Rewind(message, new TransactionAbortableException(message));
  }

  // --- consumer

  @Override
  public ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
    requireOpen(Point.POLL);
    if (inTransaction) {
      throw Violation.of("a transaction is open during poll");
    }
    if (caller.fails(Caller.Fault.RECONNECT, 3)) {
      broken = true;
      throw new Reconnect("poll: unknown member", new UnknownMemberIdException(name));
    }
    takePartInTheGroup();
    ConsumerRecords<ByteBuffer, ByteBuffer> records = fetch();
    cluster.nowNanos += records.isEmpty() ? timeout.toNanos() : 1_000_000;
    caller.reaches(Point.POLLED);
    return records;
  }

  private void takePartInTheGroup() {
    Connection member = cluster.member(name);
    if (member != this) {
      if (member != null && joined) {
        throw nameTaken("poll");
      }
      loseAll();
      joined = true;
      generation = -1;
      cluster.join(this);
      if (cluster.random.nextBoolean()) {
        return;
      }
    }
    if (generation != cluster.generation()) {
      int next = cluster.generation();
      Set<Integer> revoked = new TreeSet<>(assigned);
      revoked.removeAll(cluster.target(name));
      if (!revoked.isEmpty()) {
        assignments.revoked(named(revoked));
        giveBack(revoked);
      }
      generation = next;
    }
    Set<Integer> added = new TreeSet<>();
    for (int partition : cluster.target(name)) {
      if (cluster.member(name) == this
          && !assigned.contains(partition)
          && !cluster.owners.containsKey(partition)) {
        added.add(partition);
        cluster.owners.put(partition, this);
      }
    }
    if (!added.isEmpty()) {
      assigned.addAll(added);
      added.forEach(partition -> places.put(partition, new Place(0, Optional.empty())));
      assignments.assigned(named(added));
    }
  }

  private void loseAll() {
    if (!assigned.isEmpty()) {
      Set<Integer> lost = Set.copyOf(assigned);
      List<TopicPartition> partitions = named(assigned);
      // They are gone before the worker hears of it: it may not save them any more.
      assigned.clear();
      assignments.lost(partitions);
      giveBack(lost);
    }
  }

  private void giveBack(Set<Integer> partitions) {
    assigned.removeAll(partitions);
    paused.removeAll(partitions);
    places.keySet().removeAll(partitions);
    partitions.forEach(partition -> cluster.owners.remove(partition, this));
  }

  private ConsumerRecords<ByteBuffer, ByteBuffer> fetch() {
    Map<TopicPartition, List<ConsumerRecord<ByteBuffer, ByteBuffer>>> records =
        new LinkedHashMap<>();
    Map<TopicPartition, OffsetAndMetadata> nextOffsets = new LinkedHashMap<>();
    for (int partition : assigned) {
      if (!paused.contains(partition) && cluster.random.nextInt(10) < 8) {
        fetch(partition, records, nextOffsets);
      }
    }
    return new ConsumerRecords<>(records, nextOffsets);
  }

  private void fetch(
      int partition,
      Map<TopicPartition, List<ConsumerRecord<ByteBuffer, ByteBuffer>>> records,
      Map<TopicPartition, OffsetAndMetadata> nextOffsets) {
    Place place = places.get(partition);
    if (place == null) {
      throw Violation.of("%s-%d is read before anything was sought", cluster.topic, partition);
    }
    Log log = cluster.logs.get(partition);
    if (place.leaderEpoch().isPresent()
        && log.endOfEpoch(place.leaderEpoch().get()) < place.offset()) {
      throw Stop.refused("the log was truncated and rewritten below what has been answered");
    }
    if (place.offset() < log.start() || place.offset() > log.end()) {
      throw new Rewind(
          "offset out of range",
          new OffsetOutOfRangeException(Map.of(named(partition), place.offset())));
    }
    int wanted = 1 + cluster.random.nextInt(POLL_RECORDS_MAX);
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> fetched = new ArrayList<>();
    long offset = place.offset();
    Optional<Integer> leaderEpoch = place.leaderEpoch();
    while (offset < log.stableEnd() && fetched.size() < wanted) {
      Row row = log.row(offset);
      leaderEpoch = Optional.of(log.leaderEpoch(offset));
      if (row != null) {
        fetched.add(record(partition, offset, row, leaderEpoch));
      }
      offset++;
    }
    if (!fetched.isEmpty()) {
      records.put(named(partition), fetched);
    }
    if (offset > place.offset()) {
      nextOffsets.put(named(partition), new OffsetAndMetadata(offset, leaderEpoch, ""));
      places.put(partition, new Place(offset, leaderEpoch));
    }
  }

  private ConsumerRecord<ByteBuffer, ByteBuffer> record(
      int partition, long offset, Row row, Optional<Integer> leaderEpoch) {
    return new ConsumerRecord<>(
        cluster.topic,
        partition,
        offset,
        row.timestampMillis(),
        TimestampType.CREATE_TIME,
        0,
        0,
        Fetched.viewOrNull(row.key()),
        Fetched.viewOrNull(row.value()),
        new RecordHeaders(),
        leaderEpoch);
  }

  /** Knows no epochs, as real clients may not: only what is replayed can show a rewrite. */
  @Override
  public void requireSameLog(TopicPartition partition, OffsetAndMetadata answered) {}

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata offset) {
    requireOpen(Point.SEEK);
    places.put(number(partition), new Place(offset.offset(), offset.leaderEpoch()));
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    caller.reaches(Point.PAUSE);
    partitions.forEach(partition -> paused.add(number(partition)));
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    partitions.forEach(partition -> paused.remove(number(partition)));
  }

  @Override
  public CompletableFuture<Map<TopicPartition, PartitionInfo>> lookUp(
      Set<TopicPartition> partitions) {
    requireOpen(Point.LOOK_UP);
    if (caller.fails(Caller.Fault.RECONNECT, 3)) {
      return CompletableFuture.failedFuture(
          new Reconnect("look-up: timed out", new TimeoutException()));
    }
    Set<Integer> numbers = new TreeSet<>();
    partitions.forEach(partition -> numbers.add(number(partition)));
    return cluster.lookUp(numbers);
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Long>> ends(Set<TopicPartition> partitions) {
    caller.reaches(Point.LOOK_UP);
    if (caller.fails(Caller.Fault.RECONNECT, 3)) {
      return CompletableFuture.failedFuture(new TimeoutException());
    }
    Set<Integer> numbers = new TreeSet<>();
    partitions.forEach(partition -> numbers.add(number(partition)));
    return cluster.ends(numbers);
  }

  @Override
  public @Nullable TableReader table() {
    return table;
  }

  boolean inTransaction() {
    return inTransaction;
  }

  // --- producer

  @Override
  public void begin() {
    requireOpen(Point.BEGIN);
    if (inTransaction) {
      throw Violation.of("a transaction begins while one is open");
    }
    requireWorking();
    inTransaction = true;
  }

  private void requireWorking() {
    if (broken) {
      throw new Reconnect("a fatal error was met before", new KafkaException());
    }
  }

  private void requireTransaction(String what) {
    if (!inTransaction) {
      throw Violation.of("%s without a transaction", what);
    }
  }

  /** Fails if another producer has opened this name, or brokers timed the transaction out. */
  private void requireCurrentEpoch() {
    if (!cluster.current(name, epoch) || caller.fails(Caller.Fault.FENCE, 2)) {
      broken = true;
      boolean fenced = cluster.random.nextBoolean();
      throw new Reconnect("the producer is fenced", new ProducerFencedException(name), fenced);
    }
  }

  @Override
  public void send(ProducerRecord<byte[], byte[]> record) {
    requireOpen(Point.SEND);
    requireTransaction("send");
    requireWorking();
    if (cluster.random.nextInt(10) == 0) {
      requireCurrentEpoch();
    }
    if (mustAbort || caller.fails(Caller.Fault.REWIND, 2)) {
      mustAbort = true;
      throw new Rewind("send: timed out", new TimeoutException());
    }
    if (cluster.current(name, epoch)) {
      cluster.transaction(name).sent.add(record);
    }
    caller.reaches(Point.SENT);
  }

  @Override
  public void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    requireOpen(Point.OFFSETS);
    requireTransaction("commit");
    requireWorking();
    requireCurrentEpoch();
    if (mustAbort || caller.fails(Caller.Fault.REWIND, 5)) {
      mustAbort = true;
      throw abortable("offsets: abortable");
    }
    requireMembership();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
      int partition = number(entry.getKey());
      if (cluster.owners.get(partition) != this) {
        throw Violation.of("%s commits %s, which it does not own", name, entry.getKey());
      }
      if (cluster.unstable(partition, name)) {
        throw Violation.of("%s did not wait for a transaction on %s", name, entry.getKey());
      }
      cluster.transaction(name).offsets.put(partition, entry.getValue());
    }
    caller.reaches(Point.COMMIT);
    requireCurrentEpoch();
    endTransaction();
    caller.committed();
    caller.reaches(Point.COMMITTED);
  }

  private void requireMembership() {
    Connection member = cluster.member(name);
    if (member != this && member != null) {
      broken = true;
      throw nameTaken("offsets");
    }
    boolean stale = member == this && generation != cluster.generation();
    if (member == null || (stale && cluster.random.nextInt(3) > 0)) {
      mustAbort = true;
      throw new Rewind("offsets: the group has moved on", new CommitFailedException(), true);
    }
  }

  private void endTransaction() {
    if (caller.fails(Caller.Fault.REWIND, 5)) {
      mustAbort = true;
      throw abortable("commit: abortable");
    }
    boolean unknown = caller.fails(Caller.Fault.RECONNECT, 15);
    if (!unknown || cluster.random.nextBoolean()) {
      cluster.commit(name);
      inTransaction = false;
    }
    if (unknown) {
      broken = true;
      throw new Reconnect("commit: timed out, outcome unknown", new TimeoutException());
    }
  }

  @Override
  public void abort() {
    requireOpen(Point.ABORT);
    requireWorking();
    requireTransaction("abort");
    requireCurrentEpoch();
    if (caller.fails(Caller.Fault.RECONNECT, 20)) {
      broken = true;
      throw new Reconnect("abort: timed out", new TimeoutException());
    }
    cluster.abort(name);
    inTransaction = false;
    mustAbort = false;
    caller.reaches(Point.ABORTED);
  }

  @Override
  public void close(boolean leaveGroup) {
    requireOpen(Point.CLOSE);
    if (!assigned.isEmpty()) {
      if (cluster.member(name) == this) {
        assignments.revoked(named(assigned));
      } else {
        loseAll();
      }
    }
    if (leaveGroup) {
      cluster.leave(this);
    }
    closed = true;
    cluster.forget(this);
  }
}
