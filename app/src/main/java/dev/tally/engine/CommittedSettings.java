package dev.tally.engine;

import dev.tally.Stop;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Compares the settings that a group's offsets were committed with to those of now. A partition
 * does so when it begins. The stages of a job do so before any of them begins: if one were refused
 * later, the others would have committed with the new settings, and putting the old ones back would
 * not help.
 */
public final class CommittedSettings {
  private CommittedSettings() {}

  /**
   * Refuses a change that is not accepted.
   *
   * @param committed offsets of partitions of the input; null for one without
   * @param fingerprint of the job as it is now
   * @param accepted whether the user accepts a change
   * @throws Stop naming the old settings and the new ones
   */
  public static void require(
      Map<TopicPartition, @Nullable OffsetAndMetadata> committed,
      String fingerprint,
      boolean accepted) {
    committed.forEach(
        (partition, offset) -> {
          if (offset != null && !offset.metadata().isEmpty()) {
            String where = partition + " offset " + offset.offset();
            Checkpoint checkpoint = Checkpoint.parse(offset.metadata(), where);
            requireAccepted(partition, checkpoint, fingerprint, accepted);
          }
        });
  }

  static void requireAccepted(
      TopicPartition partition, Checkpoint checkpoint, String fingerprint, boolean accepted) {
    if (!accepted && !checkpoint.fingerprint().equals(fingerprint)) {
      throw Stop.refused(
          "settings that shape the answers have changed for %s: answered so far with [%s], now"
              + " [%s]."
              + " Put them back, or accept the change with --on.settings.change rebuild.",
          partition, checkpoint.fingerprint(), fingerprint);
    }
  }
}
