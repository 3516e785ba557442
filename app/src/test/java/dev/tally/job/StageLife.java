package dev.tally.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

  /** Takes what the stage emits, once it is committed. */
  public interface Sink {
    void answer(int topic, byte @Nullable [] key, byte[] value);

    void deadLetter(Rec record, DeadLetterReason reason);
  }

  private final Job job;
  private final Source source;
  private final Sink sink;
  private final List<Rec> log = new ArrayList<>();
  private final List<Runnable> uncommitted = new ArrayList<>();

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

  private Output output(@Nullable Rec current, boolean live) {
    return new Output() {
      @Override
      public boolean live() {
        return live;
      }

      @Override
      public void answer(int topic, byte @Nullable [] key, byte[] value) {
        if (live) {
          uncommitted.add(() -> sink.answer(topic, key, value));
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
    from(begin, committed).forEach(rec -> apply(rec, false));
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
