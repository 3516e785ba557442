package dev.tally.sim;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What must hold at all times. Every transaction and every save is checked as it happens, and
 * everything again after each event. The {@link Ledger} does the comparison with the oracle.
 */
final class Invariants {
  private final World world;
  // Partitions whose committed offset was set or deleted by hand.
  private final Set<Integer> begunAnew = new HashSet<>();
  private boolean commitsLost;

  Invariants(World world) {
    this.world = world;
  }

  /** The committed offset of this partition was set or deleted by hand. */
  void begunAnew(int partition) {
    begunAnew.add(partition);
  }

  boolean wasBegunAnew(int partition) {
    return begunAnew.contains(partition);
  }

  /** Kafka has lost commits. */
  void commitsLost() {
    commitsLost = true;
  }

  void committing(
      Map<Integer, OffsetAndMetadata> offsets, List<ProducerRecord<byte[], byte[]>> sent) {
    offsets.forEach(
        (partition, offset) ->
            world.log(
                "committed: %d at %d, %s, with %d messages",
                partition,
                offset.offset(),
                offset.metadata(),
                sent.stream().filter(record -> partition.equals(record.partition())).count()));
    world.ledger.committing(offsets, sent);
  }

  void saved(Caller caller, String name, Map<byte[], byte[]> entries) {
    int partition = World.partitionIn(name);
    world.log("saved: %s as %s, %d entries", name, Saved.read(entries), entries.size());
    if (world.cluster.connections().noneMatch(c -> c.caller() == caller && c.assigned(partition))) {
      throw Violation.of("%s is saved by a worker that no longer owns it", name);
    }
    world.ledger.saved(partition, entries);
  }

  /** Checks everything; to be called after every event. */
  void check() {
    for (int partition = 0; partition < world.cluster.logs.size(); partition++) {
      world.ledger.check(partition);
      requireSavedWithinCommitted(partition);
    }
  }

  /** Kafka first, disk second: no saved offset may be higher than the committed offset. */
  private void requireSavedWithinCommitted(int partition) {
    if (begunAnew.contains(partition) || commitsLost) {
      return; // state of before the offset went back may still be there
    }
    OffsetAndMetadata decided = world.cluster.decided(partition);
    long answeredTo = decided == null ? -1 : decided.offset();
    for (Machine machine : world.machines) {
      for (Saved saved : machine.saved(partition)) {
        if (saved.offset() > answeredTo) {
          throw Violation.of(
              "%d is saved at %d, and committed at %d", partition, saved.offset(), answeredTo);
        }
      }
    }
  }
}
