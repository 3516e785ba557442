package dev.tally.sim;

import dev.tally.job.Bytes;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.Job;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A job, and a watcher that is given each value before the job is.
 *
 * @param watcher may take its time: the record then takes longer to compute
 */
public record WatchedJob(Job job, Consumer<byte @Nullable []> watcher) implements Job {
  @Override
  public String fingerprint(int partitions) {
    return job.fingerprint(partitions);
  }

  @Override
  public long sliceNanos() {
    return job.sliceNanos();
  }

  @Override
  public Duration history() {
    return job.history();
  }

  @Override
  public boolean ticks() {
    return job.ticks();
  }

  @Override
  public boolean readsTable() {
    return job.readsTable();
  }

  @Override
  public int answerBytesMax() {
    return job.answerBytesMax();
  }

  @Override
  public String cure(DeadLetterReason reason) {
    return job.cure(reason);
  }

  @Override
  public Shard open(KeyedState saved, long clockNanos, int partitions, long memoryBytesMax) {
    return new WatchedShard(job.open(saved, clockNanos, partitions, memoryBytesMax), watcher);
  }

  private record WatchedShard(Shard shard, Consumer<byte @Nullable []> watcher) implements Shard {
    @Override
    public void apply(
        long offset,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        long timestampMillis,
        Output output) {
      watcher.accept(Bytes.copyOf(value));
      shard.apply(offset, key, value, timestampMillis, output);
    }

    @Override
    public void resume(Source source, long position, String memo) {
      shard.resume(source, position, memo);
    }

    @Override
    public void flush(long position, Output output) {
      shard.flush(position, output);
    }

    @Override
    public void tick(long position, long silentMillis, Output output) {
      shard.tick(position, silentMillis, output);
    }

    @Override
    public void end(long position, Output output) {
      shard.end(position, output);
    }

    @Override
    public String memo() {
      return shard.memo();
    }

    @Override
    public void row(Source table, long offset, byte[] key, byte @Nullable [] value) {
      shard.row(table, offset, key, value);
    }

    @Override
    public long rowsTo(Source table) {
      return shard.rowsTo(table);
    }

    @Override
    public long replayFrom(long position) {
      return shard.replayFrom(position);
    }

    @Override
    public long clockNanos() {
      return shard.clockNanos();
    }

    @Override
    public long horizonNanos() {
      return shard.horizonNanos();
    }

    @Override
    public void save(KeyedState.Batch batch) {
      shard.save(batch);
    }

    @Override
    public long memoryBytes() {
      return shard.memoryBytes();
    }

    @Override
    public void trimTo(long bytes) {
      shard.trimTo(bytes);
    }
  }
}
