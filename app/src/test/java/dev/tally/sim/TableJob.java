package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the records of its input and keeps the rows of a table. Its shard knows the table as it
 * really is, and sees for itself whether it is given every row once, in order, and in time.
 */
final class TableJob implements Job {
  private static final long UNSAVED_ROW_BYTES = 100;
  private static final byte[] HEAD = {KeyedState.JOB_PREFIX, 0};
  private static final byte ROW = 1;
  private static final byte[] ROWS = {KeyedState.JOB_PREFIX, ROW};
  private static final byte[] AFTER_ROWS = {KeyedState.JOB_PREFIX, ROW + 1};

  private final SimulatedTable table;
  private @Nullable TableShard newest;

  TableJob(SimulatedTable table) {
    this.table = table;
  }

  @Override
  public String fingerprint(int partitions) {
    return "rows-beside=1";
  }

  @Override
  public long sliceNanos() {
    return 1;
  }

  @Override
  public Duration history() {
    return Duration.ofDays(36_500);
  }

  @Override
  public boolean readsTable() {
    return true;
  }

  @Override
  public int answerBytesMax() {
    return 100;
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    TableShard opened = new TableShard(saved, clockNanos);
    newest = opened;
    return opened;
  }

  /** Whether the shard that was opened last has all that the table has. */
  boolean isUpToDate() {
    return newest != null && newest.isUpToDate();
  }

  private final class TableShard implements Shard {
    private final Uuid idWhenOpened = table.topicId();
    private final List<Long> endsWhenOpened = table.stableEnds();
    private final Map<String, String> rows = new TreeMap<>();
    private final TreeSet<String> unsaved = new TreeSet<>();
    private final Map<Integer, Long> rowsTo = new TreeMap<>();
    private Uuid topicId = Uuid.ZERO_UUID;
    private boolean forgot;
    private long count;
    private long clockNanos;
    private boolean live;

    TableShard(KeyedState saved, long clockNanos) {
      this.clockNanos = clockNanos;
      byte[] head = saved.get(HEAD);
      if (head != null) {
        ByteBuffer in = ByteBuffer.wrap(head);
        count = in.getLong();
        topicId = new Uuid(in.getLong(), in.getLong());
        while (in.hasRemaining()) {
          rowsTo.put(in.getInt(), in.getLong());
        }
      }
      saved.scan(
          ROWS,
          AFTER_ROWS,
          (key, value) -> {
            rows.put(new String(key, 2, key.length - 2, UTF_8), new String(value, UTF_8));
            return true;
          });
    }

    @Override
    public void apply(
        long offset,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        long timestampMillis,
        Output output) {
      count++;
      clockNanos = 0;
      if (output.live()) {
        requireRows();
        byte[] answer = (offset + ":" + count).getBytes(UTF_8);
        output.answer(0, answer, answer);
      }
    }

    @Override
    public void resume(Source source, long position, String memo) {
      requireRows();
      live = true;
    }

    /** All rows that were there when this shard was opened, and none lost of those given. */
    private void requireRows() {
      if (!topicId.equals(table.topicId())) {
        return; // created anew a moment ago; the next poll of the table will tell
      }
      if (topicId.equals(idWhenOpened) && !hasAll(endsWhenOpened)) {
        throw Violation.of("answers with rows up to %s of %s", rowsTo, endsWhenOpened);
      }
      List<String> wrong = table.wrong(rowsTo, rows);
      if (!wrong.isEmpty()) {
        throw Violation.of("of the rows up to %s these are lost: %s", rowsTo, wrong);
      }
    }

    boolean isUpToDate() {
      boolean upToDate = live && hasAll(table.stableEnds());
      if (upToDate) {
        requireRows();
      }
      return upToDate;
    }

    /** Whether no row lies between those that were given and these ends. */
    private boolean hasAll(List<Long> ends) {
      for (int i = 0; i < ends.size(); i++) {
        long to = rowsTo.getOrDefault(i, 0L);
        if (to < ends.get(i) && table.logs.get(i).hasRows(to, ends.get(i))) {
          return false;
        }
      }
      return topicId.equals(table.topicId());
    }

    @Override
    public void row(Source source, long offset, byte[] key, byte @Nullable [] value) {
      Uuid id = new Uuid(source.topicIdHigh(), source.topicIdLow());
      long to = rowsTo.getOrDefault(source.partition(), 0L);
      if (!id.equals(topicId) || offset < to) {
        throw Violation.of("row %d of %s comes after %d of %s", offset, id, to, topicId);
      }
      if (id.equals(table.topicId()) && table.logs.get(source.partition()).hasRows(to, offset)) {
        throw Violation.of("a row from %d to %d is left out", to, offset);
      }
      rowsTo.put(source.partition(), offset + 1);
      String name = new String(key, UTF_8);
      SimulatedTable.put(rows, name, value);
      unsaved.add(name);
    }

    @Override
    public long rowsTo(Source source) {
      Uuid id = new Uuid(source.topicIdHigh(), source.topicIdLow());
      if (!id.equals(topicId)) {
        topicId = id;
        rows.clear();
        rowsTo.clear();
        unsaved.clear();
        forgot = true;
      }
      return rowsTo.getOrDefault(source.partition(), 0L);
    }

    @Override
    public long clockNanos() {
      return count == 0 ? NO_CLOCK : clockNanos;
    }

    @Override
    public long horizonNanos() {
      return TableJob.this.horizonNanos(clockNanos());
    }

    @Override
    public void save(KeyedState.Batch batch) {
      if (forgot) {
        batch.deleteRange(ROWS, AFTER_ROWS);
        forgot = false;
      }
      for (String name : unsaved) {
        byte[] bytes = name.getBytes(UTF_8);
        byte[] key = ByteBuffer.allocate(2 + bytes.length).put(ROWS).put(bytes).array();
        if (rows.containsKey(name)) {
          batch.put(key, requireNonNull(rows.get(name)).getBytes(UTF_8));
        } else {
          batch.delete(key);
        }
      }
      unsaved.clear();
      ByteBuffer head = ByteBuffer.allocate(24 + 12 * rowsTo.size());
      head.putLong(count);
      head.putLong(topicId.getMostSignificantBits()).putLong(topicId.getLeastSignificantBits());
      rowsTo.forEach((partition, to) -> head.putInt(partition).putLong(to));
      batch.put(HEAD, head.array());
    }

    @Override
    public long memoryBytes() {
      return UNSAVED_ROW_BYTES * unsaved.size();
    }

    /** Holds nothing in memory but what is not saved, as far as it tells. */
    @Override
    public void trimTo(long bytes) {}
  }
}
