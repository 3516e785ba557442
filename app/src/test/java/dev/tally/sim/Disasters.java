package dev.tally.sim;

import dev.tally.jobs.rollingsum.RollingSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * What must not be survived in silence: after each of these a worker has to stop, with the message
 * that is documented for it.
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
            // Most rewrites are noticed in several ways; few show whether each of them is.
            .addIfPossible(3, "a log is rewritten", this::rewriteLog)
            .add(1, "the topic is created anew underneath", this::recreateUnderneath)
            .addIfPossible(1, "a partition is added underneath", this::addUnderneath)
            .addIfPossible(1, "bad records must stop", this::refuseBadRecords)
            .add(1, "brokers refuse a record", this::refuseOne)
            .add(1, "a name is used twice", this::useOneNameTwice)
            .addIfPossible(1, "a committed offset expires", this::forgetOffset)
            .addIfPossible(2, "retention overtakes", this::overtake);
  }

  /** Lets one of them happen, if it can, and says whether it did. */
  boolean strike() {
    if (world.settings.rules.miskeyed() == RollingSum.Miskeyed.FAIL) {
      // Or a miskeyed row would end what is to come.
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
    // Only the first slot is sure to be claimed.
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
    world.log("Kafka lost the commits of %d behind %d", partition, last.offset());
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
    // A known limit: a log in which nothing but markers was rewritten below the committed offset
    // looks like before.
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
    world.log("the topic is created anew, and the offsets stay");
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

  /** An operator who wants no dead letters: what is answered already stays so. */
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
    world.log("nothing that is %s is accepted any more: %s", settings.fatal(), stops);
    return stops.isDue();
  }

  /** Of all rows around it, exactly the one that cannot be sent has to be named. */
  private void refuseOne() {
    int partition = anyPartition();
    Log log = world.cluster.logs.get(partition);
    sales.append(partition, random.nextInt(40));
    log.append(sales.next(partition), true);
    Row row = sales.next(partition);
    while (row.value() == null) {
      row = sales.next(partition);
    }
    // A blank that no other row has tells it from one that is alike.
    byte[] marked = Arrays.copyOf(row.value(), row.value().length + 1);
    marked[marked.length - 1] = '\t';
    long offset = log.end();
    world.refused = marked;
    log.append(new Row(row.key(), marked, row.timestampMillis(), row.sale()), true);
    sales.append(partition, random.nextInt(40));
    world.log("no broker takes what becomes of %d at %d", partition, offset);
    stops.require(World.partitionName(partition) + " offset " + offset + " on could not");
  }

  private void useOneNameTwice() {
    int number = world.machines.get(0).number;
    world.addMachine(number);
    world.log("a second place has the name of machine %d", number);
    stops.require("another worker uses this one's name");
  }

  /** As brokers do after a week: state that is still there must not be taken for a beginning. */
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

  /** Retention takes rows that are still needed, and no disk knows them. */
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
    // Some of what is taken may not even be answered.
    sales.append(partition, random.nextInt(60));
    log.appendMarker();
    log.retainFrom(from + 1 + random.nextInt((int) (log.stableEnd() - from)));
    world.log("retention of %d overtakes %d: from %d", partition, from, log.start());
    if (random.nextBoolean()) {
      world.settings.continueOnMissingHistory = true;
      world.ledger.acceptGap(partition);
    } else {
      stops.require("is retained from offset");
    }
    return true;
  }
}
