package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.engine.Session;
import dev.tally.engine.SessionWorld;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The simulated brokers alone, for the contract that real brokers have to keep as well. */
final class SimulatedBrokers implements SessionWorld {
  private static final String TOPIC = "data";

  private static final Session.Assignments NOBODY =
      new Session.Assignments() {
        @Override
        public void assigned(Collection<TopicPartition> partitions) {}

        @Override
        public void revoked(Collection<TopicPartition> partitions) {}

        @Override
        public void lost(Collection<TopicPartition> partitions) {}
      };

  private final Cluster cluster = new Cluster(TOPIC, 2, 0, new Random(7), (offsets, sent) -> {});
  private boolean silent;

  private final Caller caller =
      new Calm() {
        @Override
        public boolean fails(Fault fault, int perMille) {
          return silent && fault == Fault.RECONNECT;
        }
      };

  private final SimulatedTable table = new SimulatedTable("table", 2);

  SimulatedBrokers() {
    cluster.add(table);
  }

  Session open(int slot, Session.Assignments assignments) {
    return cluster.connect(name(slot), caller, assignments);
  }

  private static String name(int slot) {
    return "test-" + slot;
  }

  @Override
  public TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }

  @Override
  public String outputTopic() {
    return "agg";
  }

  private static Row row(String value) {
    return new Row(null, value.getBytes(UTF_8), 0, null);
  }

  @Override
  public void append(int partition, String value) {
    cluster.logs.get(partition).append(row(value), true);
  }

  @Override
  public void appendAborted(int partition) {
    cluster.logs.get(partition).append(null, false);
    cluster.logs.get(partition).append(null, true);
  }

  @Override
  public Runnable appendOpen(int partition, String value) {
    cluster.logs.get(partition).append(row(value), false);
    return () -> cluster.logs.get(partition).append(null, true);
  }

  @Override
  public void deleteBefore(int partition, long offset) {
    cluster.logs.get(partition).retainFrom(offset);
  }

  @Override
  public Runnable holdOffset(int partition, long offset) {
    cluster.connect("other", caller, NOBODY);
    cluster.transaction("other").offsets.put(partition, new OffsetAndMetadata(offset));
    return () -> cluster.abort("other");
  }

  @Override
  public void appendToTable(int partition, String key, @Nullable String value) {
    table.append(partition, key, value, true);
  }

  @Override
  public Runnable appendOpenToTable(int partition, String key, String value) {
    table.append(partition, key, value, false);
    return () -> table.appendMarker(partition);
  }

  @Override
  public void recreateTable() {
    table.recreate();
  }

  @Override
  public List<String> visible() {
    return cluster.produced().stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  @Override
  public @Nullable OffsetAndMetadata committed(int partition) {
    cluster.tick();
    return cluster.committed(partition);
  }

  @Override
  public void removeFromGroup(int slot) {
    Optional.ofNullable(cluster.member(name(slot))).ifPresent(cluster::leave);
  }

  @Override
  public void whileSilent(Runnable action) {
    silent = true;
    action.run();
    silent = false;
  }
}
