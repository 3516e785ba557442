package dev.tally.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host: a number that names its workers, a disk that survives them, and the running process. */
final class Machine {
  final int number;
  final Disk disk;
  private @Nullable Instance instance;
  private @Nullable Runnable copy;

  Machine(int number, Disk disk) {
    this.number = number;
    this.disk = disk;
  }

  /** How the names begin that its workers have towards the brokers. */
  String namePrefix() {
    return "tally-" + number;
  }

  /** The process that was started last, alive or not; null if none was. */
  @Nullable Instance instance() {
    return instance;
  }

  void runs(Instance started) {
    instance = started;
  }

  /** What is saved of a partition, by slot. */
  List<Saved> saved(int partition) {
    List<Saved> saved = new ArrayList<>();
    for (Map<byte[], byte[]> entries : disk.saved(World.partitionName(partition))) {
      Saved read = Saved.read(entries);
      if (read != null) {
        saved.add(read);
      }
    }
    return saved;
  }

  /** Copies the disk as it is now; the copy before is gone. */
  void copyDisk() {
    copy = disk.backup();
  }

  boolean hasCopy() {
    return copy != null;
  }

  /** Kills the process and puts the copy back, unless a dead process's locks are still held. */
  boolean putCopyBack() {
    if (instance != null) {
      instance.die();
    }
    if (copy == null || disk.inUse()) {
      return false;
    }
    copy.run();
    return true;
  }

  /** Old state is nowhere any more. */
  void loseDiskAndCopy() {
    disk.lose();
    copy = null;
  }
}
