package dev.tally.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host: a number that its workers are named by, a disk that outlives them, and a process. */
final class Machine {
  final int number;
  final Disk disk;
  private @Nullable Instance instance;
  private @Nullable Runnable copy;

  Machine(int number, Disk disk) {
    this.number = number;
    this.disk = disk;
  }

  /** How the transactional ids and member names of its workers begin. */
  String namePrefix() {
    return "tally-" + number;
  }

  /** The last process that was started, dead or alive; null if none was. */
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

  /** Copies the disk as it is now, in place of an earlier copy. */
  void copyDisk() {
    copy = disk.backup();
  }

  boolean hasCopy() {
    return copy != null;
  }

  /** Kills the process and puts the copy back; false if there is none, or a slot is still held. */
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

  /** From now on no old state is left. */
  void loseDiskAndCopy() {
    disk.lose();
    copy = null;
  }
}
