package dev.tally.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a stage over several lives: what the engine does with a shard, without Kafka.
 * What is emitted counts once it is committed; a crash forgets the rest, and the state is found
 * again from what was saved, or from the replay offset.
 */
public final class StageLife {
  /** A record of the stage's input. */
  public record Rec(long offset, ByteBuffer value, long timestampMillis) {}

  /** A row of the table that the stage reads beside its input; a null value deletes it. */
  private record Row(long offset, ByteBuffer key, @Nullable ByteBuffer value) {}

  /** Takes what the stage emits, once it is committed. */
  public interface Sink {
    /** The same, with the record that it was emitted at; null if there was none. */
    default void answer(@Nullable Rec current, int topic, byte @Nullable [] key, byte[] value) {
      answer(topic, key, value);
    }

    void answer(int topic, byte @Nullable [] key, byte[] value);

    void deadLetter(Rec record, DeadLetterReason reason);
  }

  private final Job job;
  private final Source source;
  private final Sink sink;
  private final List<Rec> log = new ArrayList<>();
  private final List<Runnable> uncommitted = new ArrayList<>();

  private final List<List<Row>> table = new ArrayList<>(); // by partition
  private long[] rowsTo = {};

  private Shard shard;
  private long position;
  private long committed;
  private long committedClock = Shard.NO_CLOCK;
  private long replayFrom;
  private String memo = "";
  private final TreeMap<Long, Long> clocks = new TreeMap<>(); // offset, clock after it
  private MemoryState saved = new MemoryState();
  private long savedTo;
  private long exactFrom;
  private long savedClock = Shard.NO_CLOCK;

  public StageLife(Job job, Source source, Sink sink) {
    this.job = job;
    this.source = source;
    this.sink = sink;
    this.shard = job.open(saved, Shard.NO_CLOCK, source.partitions(), Long.MAX_VALUE);
    shard.resume(source, 0, "");
  }

  /** Appends to the input. Offsets may leave gaps, as transaction markers do. */
  public void append(byte[] value, long timestampMillis, int gap) {
    long offset = log.isEmpty() ? gap : log.get(log.size() - 1).offset() + 1 + gap;
    log.add(new Rec(offset, ByteBuffer.wrap(value), timestampMillis));
  }

  /** Gives it a table with so many partitions. */
  public void withTable(int partitions) {
    for (int i = 0; i < partitions; i++) {
      table.add(new ArrayList<>());
    }
    rowsTo = new long[partitions];
  }

  private Source table(int partition) {
    return new Source(9, 9, partition, table.size());
  }

  /** Appends to the table. */
  public void appendRow(int partition, byte[] key, byte @Nullable [] value, int gap) {
    List<Row> rows = table.get(partition);
    long offset = rows.isEmpty() ? gap : rows.get(rows.size() - 1).offset() + 1 + gap;
    rows.add(new Row(offset, ByteBuffer.wrap(key), value == null ? null : ByteBuffer.wrap(value)));
  }

  /** The sum over the partitions of the offsets after their last rows. */
  public long tableEnds() {
    return table.stream()
        .filter(rows -> !rows.isEmpty())
        .mapToLong(rows -> rows.get(rows.size() - 1).offset() + 1)
        .sum();
  }

  /** Removes the rows that have been followed by one with the same key. */
  public void compactTable() {
    for (List<Row> rows : table) {
      Map<ByteBuffer, Long> last = new HashMap<>();
      rows.forEach(row -> last.put(row.key(), row.offset()));
      rows.removeIf(row -> last.getOrDefault(row.key(), -1L) > row.offset());
    }
  }

  /** Gives the shard the rows that it has not been given. */
  public void readTable() {
    readTable(Integer.MAX_VALUE);
  }

  private void readTable(int rowsMax) {
    int left = rowsMax;
    for (int i = 0; i < table.size(); i++) {
      for (Row row : List.copyOf(table.get(i))) {
        if (row.offset() >= rowsTo[i] && left-- > 0) {
          byte[] key = row.key().array().clone();
          shard.row(table(i), row.offset(), key, Bytes.copyOf(row.value()));
          rowsTo[i] = row.offset() + 1;
        }
      }
    }
  }

  private Output output(@Nullable Rec current, boolean live) {
    return new Output() {
      @Override
      public boolean live() {
        return live;
      }

      @Override
      public void answer(int topic, byte @Nullable [] key, byte[] value) {
        if (live) {
          uncommitted.add(() -> sink.answer(current, topic, key, value));
        }
      }

      @Override
      public void deadLetter(DeadLetterReason reason, String message) {
        if (current == null) {
          throw new AssertionError("a dead letter without a record: " + message);
        }
        if (live) {
          uncommitted.add(() -> sink.deadLetter(current, reason));
        }
      }
    };
  }

  private List<Rec> from(long offset, long to) {
    return log.stream().filter(rec -> rec.offset() >= offset && rec.offset() < to).toList();
  }

  private void apply(Rec rec, boolean live) {
    shard.apply(
        rec.offset(), null, rec.value().duplicate(), rec.timestampMillis(), output(rec, live));
    position = rec.offset() + 1;
    clocks.put(rec.offset(), shard.clockNanos());
  }

  /** Computes up to this many records, without committing. */
  public void compute(int records) {
    from(position, Long.MAX_VALUE).stream().limit(records).forEach(rec -> apply(rec, true));
  }

  public boolean atEnd() {
    return log.isEmpty() || position > log.get(log.size() - 1).offset();
  }

  /** The commit point: what was emitted becomes visible with offset and memo. */
  public void commit() {
    shard.flush(position, output(null, true));
    committed = position;
    committedClock = shard.clockNanos();
    memo = shard.memo();
    long known = shard.replayFrom(position);
    replayFrom = known == Shard.BY_HORIZON ? byHorizon() : known;
    uncommitted.forEach(Runnable::run);
    uncommitted.clear();
  }

  /** The first offset at which the clock entered a slice that reaches the horizon. */
  private long byHorizon() {
    long horizon = shard.horizonNanos();
    for (var entry : clocks.entrySet()) {
      long clock = entry.getValue();
      if (clock != Shard.NO_CLOCK
          && Math.floorDiv(clock, job.sliceNanos()) >= Math.floorDiv(horizon, job.sliceNanos())) {
        return entry.getKey();
      }
    }
    return position;
  }

  /** As the engine does in a silence; must be called with nothing uncommitted. */
  public void tick(long silentMillis) {
    assertEquals(List.of(), uncommitted);
    shard.tick(position, silentMillis, output(null, true));
    if (!uncommitted.isEmpty() || !shard.memo().equals(memo)) {
      commit();
    }
  }

  public void end() {
    shard.end(position, output(null, true));
    commit();
  }

  public void save() {
    assertEquals(committed, position);
    KeyedState.Batch batch = saved.batch();
    shard.save(batch);
    saved.save(batch);
    savedTo = position;
    savedClock = shard.clockNanos();
    exactFrom = 0;
  }

  /** What is not committed never happened; state comes from the disk, or from the log alone. */
  public void crash(boolean diskLost) {
    uncommitted.clear();
    saved = diskLost ? new MemoryState() : saved.copy();
    boolean useSaved = !diskLost && savedTo >= replayFrom && exactFrom <= committed;
    if (!useSaved) {
      saved = new MemoryState();
      savedTo = 0;
      savedClock = Shard.NO_CLOCK;
      exactFrom = committed;
    }
    shard = job.open(saved, savedClock, source.partitions(), Long.MAX_VALUE);
    long begin = useSaved ? savedTo : replayFrom;
    for (int i = 0; i < rowsTo.length; i++) {
      rowsTo[i] = shard.rowsTo(table(i));
    }
    for (Rec rec : from(begin, committed)) {
      apply(rec, false);
      readTable(1); // rows come between records
    }
    readTable();
    position = committed;
    clocks.tailMap(committed, true).clear();
    shard.resume(source, committed, memo);
    assertEquals(
        TimeUnit.NANOSECONDS.toSeconds(committedClock),
        TimeUnit.NANOSECONDS.toSeconds(shard.clockNanos()),
        "the clock after a replay from " + begin + " to " + committed);
    if (!memo.equals("idle")) { // which is said once more
      assertEquals(memo, shard.memo());
    }
  }

  public long committed() {
    return committed;
  }

  public List<Rec> log() {
    return log;
  }
}
