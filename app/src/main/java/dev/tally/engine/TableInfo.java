package dev.tally.engine;

import dev.tally.job.Source;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * What the brokers say of a table.
 *
 * @param starts the lowest retained offset of each partition
 * @param ends of each partition, the offset after its last row, in transactions that are still open
 *     too: a row whose producer has been told that it is committed lies before it, whether or not
 *     readers can see it yet
 */
public record TableInfo(Uuid topicId, List<Long> starts, List<Long> ends) {
  public TableInfo {
    starts = List.copyOf(starts);
    ends = List.copyOf(ends);
  }

  /** How many partitions the table has. */
  public int partitions() {
    return ends.size();
  }

  /** One of its partitions, as a shard knows it. */
  Source source(int partition) {
    return new Source(
        topicId.getMostSignificantBits(),
        topicId.getLeastSignificantBits(),
        partition,
        partitions());
  }
}
