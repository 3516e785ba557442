package dev.tally.sim;

import dev.tally.Stop;
import dev.tally.engine.TopicLayout;
import dev.tally.engine.Worker;
import dev.tally.engine.WorkerClock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One process on a machine: the real worker with the real job. Its calls to brokers and disk pass
 * through here, so that it can be killed, or stand still, in the middle of anything.
 */
final class Instance implements Caller {
  private static final int DEAD_LETTER_BYTES_MAX = 1 << 20;

  final long number;
  final Machine machine;
  final World world;
  private final Disk.Folder folder;
  private final Worker worker;
  private final long memoryBytesMax;
  private boolean dead;
  private boolean busy;
  // Brokers refuse what becomes of the current record.
  private boolean refuses;
  private boolean metFullDisk;
  // Bounded by Mishaps: how many since the last commit, and how many in all.
  int rewinds;
  int fences;

  Instance(World world, Machine machine, long number) {
    this.world = world;
    this.machine = machine;
    this.number = number;
    this.folder = machine.disk.open(this);
    Settings settings = world.settings;
    Cluster cluster = world.cluster;
    this.memoryBytesMax = settings.memoryBytesMax();
    int partitions = cluster.logs.size();
    this.worker =
        new Worker(
            new WatchedJob(settings.rules.job(), this::takes),
            settings.config(),
            new TopicLayout(
                cluster.topicId(),
                partitions,
                List.of(partitions),
                partitions,
                DEAD_LETTER_BYTES_MAX),
            folder,
            (slot, assignments) ->
                cluster.connect(machine.namePrefix() + "-" + slot, this, assignments),
            new WorkerClock(
                () -> cluster.nowNanos,
                nanos -> cluster.nowNanos += Math.max(0, nanos),
                settings.recordsPerLook()));
  }

  boolean dead() {
    return dead;
  }

  /** Whether it is in the middle of something, and stands still while others go on. */
  boolean busy() {
    return busy;
  }

  boolean metFullDisk() {
    return metFullDisk;
  }

  // --- what it does

  void step() {
    act(worker::step);
  }

  /** Ends in order, as after SIGTERM; it can still be killed on the way. */
  void end() {
    act(
        () -> {
          worker.leave();
          worker.close();
        });
    die();
  }

  private void act(Runnable action) {
    busy = true;
    try {
      action.run();
    } catch (Crash e) {
      if (!dead) {
        throw e;
      }
    } catch (Stop stop) {
      world.stopped(this, String.valueOf(stop.getMessage()));
      try {
        worker.close();
      } catch (Crash e) {
        world.log("and is killed while it closes");
      }
      die();
    } finally {
      busy = false;
    }
  }

  /** Ends at once, as after SIGKILL; the kernel releases its locks. */
  void die() {
    dead = true;
    folder.end();
  }

  // --- what befalls it

  @Override
  public void reaches(Point point) {
    requireAlive();
    if (point == Point.POLL) {
      refuses = false;
      requireLittleMemory();
    }
    world.cluster.nowNanos +=
        point == Point.DISK ? world.operationNanos / 100 : world.operationNanos;
    world.fate.reaches(this, point);
    requireAlive();
  }

  private void requireAlive() {
    if (dead) {
      throw new Crash();
    }
  }

  private void takes(byte @Nullable [] value) {
    refuses = value != null && Arrays.equals(value, world.refused);
  }

  private void requireLittleMemory() {
    if (worker.memoryBytes() > memoryBytesMax) {
      throw Violation.of("%d bytes in memory, more than %d", worker.memoryBytes(), memoryBytesMax);
    }
  }

  @Override
  public boolean fails(Fault fault, int perMille) {
    if (refuses && fault == Fault.REWIND) {
      world.log("instance %d: brokers refuse the record", number);
      return true;
    }
    if (!world.fate.fails(this, fault, perMille)) {
      return false;
    }
    metFullDisk |= fault == Fault.DISK_FULL;
    world.log("instance %d meets %s", number, fault);
    return true;
  }

  @Override
  public void committed() {
    rewinds = 0;
  }
}
