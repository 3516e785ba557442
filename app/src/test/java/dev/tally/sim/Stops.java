package dev.tally.sim;

import dev.tally.jobs.rollingsum.RollingSum;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Judges every stop: a worker may stop only for a reason, and with the message that is documented
 * for it. Its operator then does what the message advises.
 */
final class Stops {
  private final World world;
  // A worker has to stop with a message that has one of these in it; empty while none has to.
  private List<String> due = List.of();
  // Whether the operator then accepts miskeyed rows, when a worker has stopped at one.
  private boolean givesIn = true;

  Stops(World world) {
    this.world = world;
  }

  /** From now on a worker has to stop, with a message that has one of these in it. */
  void require(String... messages) {
    due = List.of(messages);
  }

  /** From now on a worker has to stop at the first record that may not become a dead letter. */
  void requireAtRefusals() {
    givesIn = false;
    due = refusals();
  }

  boolean isDue() {
    return !due.isEmpty();
  }

  @Override
  public String toString() {
    return due.toString();
  }

  /**
   * Judges one stop.
   *
   * @throws Violation if there was no reason for it
   */
  void judge(Instance instance, String message) {
    boolean refused = refusals().stream().anyMatch(message::startsWith);
    if (refused && givesIn && message.contains(" is miskeyed")) {
      world.decideOnMiskeyed(RollingSum.Miskeyed.ACCEPT);
    } else if (refused || due.stream().anyMatch(message::contains)) {
      world.end();
    } else if (message.contains("no space left")) {
      require(instance.metFullDisk(), message);
    } else if (message.contains("ay where to begin with --start.from")) {
      // The worker may have looked some time ago, and others have begun since.
      require(world.invariants.wasBegunAnew(World.partitionIn(message)), message);
      world.settings.startFromGiven = true;
    } else if (message.contains("settings that shape the answers have changed")) {
      require(world.settings.changed(), message);
      world.settings.rebuildOnSettingsChange = true;
      world.ledger.allowSettingsToChange();
    } else if (message.contains("Kafka lost commits")) {
      require(savedAhead(instance.machine, World.partitionIn(message)), message);
      instance.machine.disk.lose();
    } else if (message.contains("only, and the windows at offset")) {
      require(shortHistory(World.partitionIn(message)), message);
      world.end();
    } else {
      require(false, message);
    }
  }

  private static void require(boolean reason, String message) {
    if (!reason) {
      throw Violation.of("stopped without a reason: %s", message);
    }
  }

  /** How messages begin about the first record of a partition that must be met with a stop. */
  private List<String> refusals() {
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i < world.cluster.logs.size(); i++) {
      long offset = world.ledger.firstRefused(i);
      if (offset >= 0) {
        refusals.add(String.format("%s offset %d is ", World.partitionName(i), offset));
      }
    }
    return refusals;
  }

  /**
   * Whether an operator went back and the machine still has later state. Others may have gone on
   * since.
   */
  private boolean savedAhead(Machine machine, int partition) {
    long lowest =
        world.ledger.history(partition).stream()
            .mapToLong(OffsetAndMetadata::offset)
            .min()
            .orElse(Long.MAX_VALUE);
    return world.invariants.wasBegunAnew(partition)
        && machine.saved(partition).stream().anyMatch(saved -> saved.offset() > lowest);
  }

  private boolean shortHistory(int partition) {
    OffsetAndMetadata committed = world.cluster.committed(partition);
    Oracle oracle = world.ledger.oracleOf(partition);
    long answeredTo = committed == null ? world.cluster.startFrom(partition) : committed.offset();
    return oracle.base() > 0 && oracle.reachesBack(answeredTo);
  }
}
