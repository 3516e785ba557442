package dev.tally.engine;

import dev.tally.job.StateLost;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table beside the input, as one worker reads it: to its end before the task goes live, and on
 * from there between steps. Its job has one partition, so it has one task.
 *
 * <p>A shard is given rows at the beginning of a step, when no transaction is open and everything
 * computed is committed: what they change can be saved at once. State does not lead Kafka by it, as
 * only committed rows are read. How far the rows go is part of the state ({@link
 * dev.tally.job.Shard#rowsTo}) and is saved in one batch with them, so a row is given again if and
 * only if what it has changed is lost:
 *
 * <ul>
 *   <li>After a rewind, a restart or a lost disk the partition comes back as another task. Its
 *       shard says where to read on, and where the reader stands does not count.
 *   <li>A partition that is revoked is saved with the rows given so far; one that is lost is
 *       dropped with them.
 *   <li>A reconnect brings another reader, and another task.
 *   <li>A table created anew has another id. The reader notices, which is a rewind, and the shard
 *       has no rows of that id.
 *   <li>State with rows from beyond the end of the table, which the table has therefore lost, is
 *       rebuilt.
 * </ul>
 */
final class Table {
  private static final Logger log = LoggerFactory.getLogger(Table.class);

  // As long as the table is being read nothing else is to be done; arriving rows end it at once.
  private static final Duration POLL_MAX = Duration.ofMillis(100);
  // No answer depends on how soon a row is read, and a poll takes its time even without rows.
  private static final long FOLLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final TableInfo NOT_LOOKED_UP =
      new TableInfo(Uuid.ZERO_UUID, List.of(), List.of());

  private final String topic;
  private final TableReader reader;
  private final LongSupplier nanos;
  private final Consumer<Task> whenRead;

  // Not by partition: one that was elsewhere meanwhile, or rewound, comes back as another task.
  private @Nullable Task task;
  private @Nullable CompletableFuture<TableInfo> lookup;
  private TableInfo table = NOT_LOOKED_UP;
  // Where each partition is to be read next, and the ends that are still to be reached.
  private final Map<Integer, Long> next = new HashMap<>();
  private final Map<Integer, Long> unread = new HashMap<>();
  private long followDueNanos;

  // For the log: since the task began.
  private long rows;
  private long offsets;
  private long beganNanos;
  private long reportDueNanos;

  /**
   * Reads for whatever task there is.
   *
   * @param whenRead is told of a task once the table is read for it
   */
  Table(String topic, TableReader reader, LongSupplier nanos, Consumer<Task> whenRead) {
    this.topic = topic;
    this.reader = reader;
    this.nanos = nanos;
    this.whenRead = whenRead;
  }

  /** Whether there is a task that waits for the table. */
  boolean reading() {
    return task != null && !task.tableRead();
  }

  /**
   * Gives the task the rows that have arrived.
   *
   * @param current the task that there is now, if there is one
   * @throws StateLost if state has rows that the table has lost
   */
  void follow(@Nullable Task current) {
    if (current != task) {
      begin(current);
    }
    if (current == null || !lookedUp(current)) {
      return;
    }
    long now = nanos.getAsLong();
    if (now - followDueNanos < 0) {
      return;
    }
    ConsumerRecords<byte[], byte[]> polled =
        reader.poll(unread.isEmpty() ? Duration.ZERO : POLL_MAX);
    polled.forEach(row -> give(current, row));
    polled.nextOffsets().forEach((partition, at) -> reach(partition.partition(), at.offset()));
    if (!current.tableRead()) {
      report(current);
    } else if (polled.isEmpty()) {
      followDueNanos = now + FOLLOW_NANOS;
    }
  }

  private void begin(@Nullable Task current) {
    task = current;
    lookup = null;
    next.clear();
    unread.clear();
    if (current == null) {
      reader.stop();
      return;
    }
    lookup = reader.lookUp();
    rows = 0;
    beganNanos = nanos.getAsLong();
    followDueNanos = beganNanos;
    reportDueNanos = beganNanos + REPORT_NANOS;
  }

  /** Whether the brokers have answered where the table ends; if so, it is being read. */
  private boolean lookedUp(Task current) {
    CompletableFuture<TableInfo> asked = lookup;
    if (asked != null && asked.isDone()) {
      lookup = null;
      readOn(current, Assignment.join(asked));
    }
    return lookup == null;
  }

  private void readOn(Task current, TableInfo found) {
    table = found;
    for (int i = 0; i < found.partitions(); i++) {
      long rowsTo = current.rowsTo(found.source(i));
      long end = found.ends().get(i);
      if (rowsTo > end) {
        throw new StateLost(
            current.partition().toString(),
            String.format(
                "%s: saved state has rows of %s-%d up to offset %d, and the table ends at %d",
                current.partition(), topic, i, rowsTo, end),
            null);
      }
      long from = Math.max(rowsTo, found.starts().get(i));
      next.put(i, from);
      if (from < end) {
        unread.put(i, end);
      }
    }
    offsets = offsetsLeft();
    reader.readFrom(found, Map.copyOf(next));
  }

  private void give(Task current, ConsumerRecord<byte[], byte[]> row) {
    rows++;
    // Brokers accept no record without a key in a compacted topic; one from before is no row.
    if (row.key() != null) {
      current.row(table.source(row.partition()), row);
    }
  }

  private void reach(int partition, long offset) {
    next.put(partition, offset);
    unread.computeIfPresent(partition, (number, end) -> offset < end ? end : null);
  }

  private long offsetsLeft() {
    long left = 0;
    for (Map.Entry<Integer, Long> each : unread.entrySet()) {
      left += each.getValue() - next.getOrDefault(each.getKey(), 0L);
    }
    return left;
  }

  /** Ends the wait of the task once all is read; until then, a line every few seconds. */
  private void report(Task current) {
    long now = nanos.getAsLong();
    double seconds = (now - beganNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    if (unread.isEmpty()) {
      log.info("{}", String.format("table %s: read %,d rows in %.1f s", topic, rows, seconds));
      current.tableIsRead();
      whenRead.accept(current);
    } else if (now - reportDueNanos >= 0) {
      reportDueNanos = now + REPORT_NANOS;
      long left = offsetsLeft();
      long done = offsets - left;
      double perSecond = done / Math.max(seconds, 1);
      String rest = done == 0 ? "" : String.format(", %.0f s to go", left / perSecond);
      log.info(
          "{}",
          String.format(
              "reading table %s: %,d of %,d offsets, %,.0f/s%s",
              topic, done, offsets, perSecond, rest));
    }
  }
}
