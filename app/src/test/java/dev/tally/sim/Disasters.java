package dev.tally.sim;

import dev.tally.jobs.rollingsum.RollingSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What a group must not survive in silence: after each of these a worker has to stop, with the
 * message that is documented for it.
 */
final class Disasters {
  private final World world;
  private final Sales sales;
  private final Stops stops;
  private final Random random;
  private final Events events;

  Disasters(World world, Sales sales, Stops stops, Random random, Map<String, Integer> counts) {
    this.world = world;
    this.sales = sales;
    this.stops = stops;
    this.random = random;
    this.events =
        new Events(random, counts)
            .addIfPossible(1, "Kafka loses commits", this::loseCommits)
            // Several checks notice most rewrites; only few show whether each check works.
            .addIfPossible(3, "a log is rewritten", this::rewriteLog)
            .add(1, "the topic is recreated and the offsets stay", this::recreateUnderneath)
            .addIfPossible(1, "a partition is added to a running group", this::addUnderneath)
            .addIfPossible(1, "bad records may not become dead letters", this::refuseBadRecords)
            .add(1, "brokers refuse what becomes of a record", this::refuseOne)
            .add(1, "two machines use one name", this::useOneNameTwice)
            .addIfPossible(1, "a committed offset expires, and state does not", this::forgetOffset)
            .addIfPossible(2, "retention takes what is needed", this::overtake);
  }

  /** Lets one of them happen, if it can, and says whether it did. */
  boolean strike() {
    if (world.settings.rules.miskeyed() == RollingSum.Miskeyed.FAIL) {
      // Otherwise a miskeyed row could end the history first.
      world.decideOnMiskeyed(RollingSum.Miskeyed.ACCEPT);
    }
    return events.next();
  }

  private int anyPartition() {
    return random.nextInt(world.cluster.logs.size());
  }

  private void loseDisks() {
    world.machines.forEach(machine -> machine.disk.lose());
  }

  private boolean loseCommits() {
    int partition = anyPartition();
    world.killAll();
    Machine machine = world.machines.get(0);
    String name = World.partitionName(partition);
    long savedTo =
        machine.saved(partition).stream()
            .filter(world::isOfThisTopic)
            .mapToLong(Saved::offset)
            .max()
            .orElse(-1);
    List<OffsetAndMetadata> earlier = new ArrayList<>();
    for (OffsetAndMetadata offset : world.ledger.history(partition)) {
      if (offset.offset() < savedTo) {
        earlier.add(offset);
      }
    }
    // A worker is sure to claim the first slot only.
    if (earlier.isEmpty()
        || machine.disk.saved(name).size() != 1
        || !machine.disk.firstSlotHas(name)) {
      return false;
    }
    world.invariants.commitsLost();
    OffsetAndMetadata last = earlier.get(random.nextInt(earlier.size()));
    world.cluster.setOffset(partition, last);
    world.ledger.goBack(partition, last);
    world.machines.subList(1, world.machines.size()).clear();
    world.log("Kafka lost the commits of %d after %d", partition, last.offset());
    stops.require("Kafka lost commits");
    return true;
  }

  private boolean rewriteLog() {
    int partition = anyPartition();
    Log log = world.cluster.logs.get(partition);
    OffsetAndMetadata committed = world.cluster.committed(partition);
    if (committed == null || committed.offset() <= log.start()) {
      return false;
    }
    long answeredTo = committed.offset();
    long from = log.start() + random.nextInt((int) (answeredTo - log.start()));
    if (!log.hasRows(from, answeredTo)) {
      return false;
    }
    if (random.nextBoolean()) {
      world.killAll();
      if (random.nextBoolean()) {
        loseDisks();
      }
    }
    log.truncateTo(from);
    // A known limit: if nothing but markers is rewritten below the committed offset, the log looks
    // as it did before.
    log.append(sales.next(partition), true);
    sales.append(partition, random.nextInt((int) (answeredTo - from) + 20));
    world.log(
        "the log of %d was truncated to %d and rewritten up to %d", partition, from, log.end());
    world.ledger.rewritten(partition);
    stops.require(
        "ends at offset", "was truncated and rewritten", "the log has changed underneath");
    return true;
  }

  private void recreateUnderneath() {
    world.killAll();
    world.log("the topic is recreated, and the offsets stay");
    world.cluster.recreateTopic();
    for (int i = 0; i < world.cluster.logs.size(); i++) {
      sales.append(i, random.nextInt(200));
    }
    stops.require("deleted and created anew", "created anew. Reset the offsets");
  }

  private boolean addUnderneath() {
    if (world.cluster.logs.size() == Simulation.PARTITIONS_MAX) {
      return false;
    }
    world.startAll();
    sales.fill(world.addPartition(), Simulation.START_FROM_MAX);
    world.settings.rebuildOnSettingsChange = false;
    stops.require("partitions and now has", "settings that shape the answers have changed");
    return true;
  }

  /** An operator no longer wants dead letters; those already committed stay. */
  private boolean refuseBadRecords() {
    world.killAll();
    Settings settings = world.settings;
    settings.stopsOnUnreadable =
        settings.rules.miskeyed() == RollingSum.Miskeyed.DEAD_LETTER || random.nextBoolean();
    if (!settings.stopsOnUnreadable) {
      settings.rules = settings.rules.with(RollingSum.Miskeyed.FAIL);
    }
    world.ledger.refuse(settings.fatal());
    for (int i = 0; i < world.cluster.logs.size(); i++) {
      sales.append(i, random.nextInt(80));
      world.cluster.logs.get(i).appendMarker();
    }
    stops.requireAtRefusals();
    world.log("records that are %s must be met with a stop: %s", settings.fatal(), stops);
    return stops.isDue();
  }

  /** Brokers refuse one answer: the stop has to name that row, and no other. */
  private void refuseOne() {
    int partition = anyPartition();
    Log log = world.cluster.logs.get(partition);
    sales.append(partition, random.nextInt(40));
    log.append(sales.next(partition), true);
    Row row = sales.next(partition);
    while (row.value() == null) {
      row = sales.next(partition);
    }
    // A blank that no other row has, or an equal row would be refused as well.
    byte[] marked = Arrays.copyOf(row.value(), row.value().length + 1);
    marked[marked.length - 1] = '\t';
    long offset = log.end();
    world.refused = marked;
    log.append(new Row(row.key(), marked, row.timestampMillis(), row.sale()), true);
    sales.append(partition, random.nextInt(40));
    world.log("brokers refuse what becomes of %d at %d", partition, offset);
    stops.require(World.partitionName(partition) + " offset " + offset + " on could not");
  }

  private void useOneNameTwice() {
    int number = world.machines.get(0).number;
    world.addMachine(number);
    world.log("another machine has the name of machine %d", number);
    stops.require("another worker uses this one's name");
  }

  /** As after a week without members: that there is saved state must keep it from starting over. */
  private boolean forgetOffset() {
    int partition = anyPartition();
    world.killAll();
    String name = World.partitionName(partition);
    if (!world.machines.stream().allMatch(machine -> machine.disk.firstSlotHas(name))) {
      return false;
    }
    world.log("the committed offset of %d is forgotten", partition);
    world.cluster.setOffset(partition, null);
    world.invariants.begunAnew(partition);
    world.settings.startFromGiven = false;
    stops.require("ay where to begin with --start.from");
    return true;
  }

  /** Retention deletes rows that are still needed, and no disk has their state. */
  private boolean overtake() {
    int partition = anyPartition();
    OffsetAndMetadata committed = world.cluster.committed(partition);
    if (committed == null) {
      return false;
    }
    long from = Metadata.parse(committed.metadata()).replayFrom();
    Log log = world.cluster.logs.get(partition);
    if (from >= log.stableEnd()) {
      return false;
    }
    world.killAll();
    loseDisks();
    // Some of the rows it deletes may not even be answered.
    sales.append(partition, random.nextInt(60));
    log.appendMarker();
    log.retainFrom(from + 1 + random.nextInt((int) (log.stableEnd() - from)));
    world.log("%d is needed from %d and retained from %d", partition, from, log.start());
    if (random.nextBoolean()) {
      world.settings.continueOnMissingHistory = true;
      world.ledger.acceptGap(partition);
    } else {
      stops.require("is retained from offset");
    }
    return true;
  }
}
