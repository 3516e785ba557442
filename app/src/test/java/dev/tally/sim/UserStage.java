package dev.tally.sim;

import dev.tally.engine.EngineConfig;
import dev.tally.engine.TopicLayout;
import dev.tally.job.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/** One stage of unique-users: its brokers and its machines, with a process on each. */
final class UserStage {
  /** A host: a disk that outlives its processes. */
  static final class Host {
    final int number;
    final Disk disk;
    @Nullable UserProcess process;
    @Nullable Runnable copy;

    Host(int number, Disk disk) {
      this.number = number;
      this.disk = disk;
    }
  }

  final String name;
  final Cluster cluster;
  final Job job;
  final EngineConfig config;
  final TopicLayout layout;
  final int recordsPerLook;
  final List<Host> hosts = new ArrayList<>();

  UserStage(
      String name,
      Cluster cluster,
      Job job,
      EngineConfig config,
      TopicLayout layout,
      int recordsPerLook,
      int machines) {
    this.name = name;
    this.cluster = cluster;
    this.job = job;
    this.config = config;
    this.layout = layout;
    this.recordsPerLook = recordsPerLook;
    for (int i = 0; i < machines; i++) {
      hosts.add(new Host(i, new Disk(this::saved)));
    }
  }

  /** Kafka first, disk second. */
  private void saved(Caller caller, String partition, Map<byte[], byte[]> entries) {
    int number = Integer.parseInt(partition.substring(partition.lastIndexOf('-') + 1));
    Saved saved = Saved.read(entries);
    OffsetAndMetadata committed = cluster.decided(number);
    if (saved == null || committed == null || saved.offset() > committed.offset()) {
      throw Violation.of("%s is saved as %s, and committed as %s", partition, saved, committed);
    }
    if (cluster.connections().noneMatch(c -> c.caller() == caller && c.assigned(number))) {
      throw Violation.of("%s is saved by a worker that no longer owns it", partition);
    }
  }

  /** Whether the lag is 0. */
  boolean settled() {
    for (int i = 0; i < cluster.logs.size(); i++) {
      OffsetAndMetadata committed = cluster.committed(i);
      if (committed == null
          || committed.metadata().isEmpty()
          || committed.offset() < cluster.logs.get(i).stableEnd()) {
        return false;
      }
    }
    return true;
  }

  /** Retention deletes what no replay needs any more; false if nothing was ever committed. */
  boolean retain(int partition) {
    OffsetAndMetadata committed = cluster.committed(partition);
    if (committed == null || committed.metadata().isEmpty()) {
      return false;
    }
    cluster.logs.get(partition).retainFrom(Long.parseLong(committed.metadata().split(";", -1)[2]));
    return true;
  }
}
