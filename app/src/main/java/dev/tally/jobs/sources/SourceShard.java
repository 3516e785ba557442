package dev.tally.jobs.sources;

import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A shard of a first stage: it judges records, sends on what counts, and tells the ranges that are
 * covered. Its clock is all of its state.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
public abstract class SourceShard implements Shard {
  private static final byte[] STATE = {KeyedState.JOB_PREFIX};

  /** What time it is in the partition. */
  protected final SourceClock clock;

  /** Goes on from what is saved; see {@link SourceClock#SourceClock}. */
  protected SourceShard(Optional<Duration> futureMax, KeyedState saved) {
    this.clock = new SourceClock(futureMax, saved.get(STATE));
  }

  /** Sends a range, and before it all that it covers and has not been sent. */
  protected abstract void send(Range range, Output output);

  @Override
  public void resume(Source source, long position, String memo) {
    clock.resume(source, position, memo);
  }

  @Override
  public void flush(long position, Output output) {
    sendIfAny(clock.flush(position), output);
  }

  @Override
  public void tick(long position, long silentMillis, Output output) {
    sendIfAny(clock.tick(position, silentMillis), output);
  }

  @Override
  public void end(long position, Output output) {
    sendIfAny(clock.end(position), output);
  }

  private void sendIfAny(@Nullable Range range, Output output) {
    if (range != null) {
      send(range, output);
    }
  }

  @Override
  public String memo() {
    return clock.memo();
  }

  @Override
  public long replayFrom(long position) {
    return clock.replayFrom(position);
  }

  @Override
  public long clockNanos() {
    return clock.clockNanos();
  }

  @Override
  public long horizonNanos() {
    return clockNanos(); // the replay offset does not come from here
  }

  @Override
  public void save(KeyedState.Batch batch) {
    batch.put(STATE, clock.toBytes());
  }

  @Override
  public void trimTo(long bytes) {}
}
