package dev.tally.jobs.topindustries;

import dev.tally.DurationText;
import dev.tally.job.Bytes;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import dev.tally.jobs.sources.SourceClock;
import dev.tally.jobs.sources.SourceShard;
import dev.tally.jobs.sources.Unreadable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a {@link Fact} for each order of one partition that counts and, with each commit and in
 * silence, the range that they cover and what time it is there. An order counts unless its time is
 * too far ahead of its record timestamp; none is late here, since a history may come in any order.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
final class OrdersShard extends SourceShard {
  private final Optional<Duration> futureMax;
  private final OrderScanner scanner = new OrderScanner();
  private int partition;

  OrdersShard(TopIndustries settings, KeyedState saved) {
    super(settings.futureMax(), saved);
    this.futureMax = settings.futureMax();
  }

  @Override
  public void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output) {
    Order order = value == null ? null : scanner.scan(value);
    if (order == null) {
      try {
        order = OrderReader.read(Bytes.copyOf(value));
      } catch (Unreadable e) {
        output.deadLetter(DeadLetterReason.UNREADABLE, e.what());
        return;
      }
    }
    if (counts(order, offset, timestampMillis, output) && output.live()) {
      Fact fact = new Fact(partition, offset, order);
      output.answer(TopIndustries.OUTPUT, null, fact.toBytes());
    }
  }

  private boolean counts(Order order, long offset, long timestampMillis, Output output) {
    Instant time = order.time();
    long seconds = time.getEpochSecond();
    if (seconds >= SourceClock.CLOCK_END_SECONDS) {
      output.deadLetter(
          DeadLetterReason.FUTURE,
          "timestamp " + time + " is beyond April 2262, where the clock ends");
      return false;
    }
    if (clock.isFuture(millisRoundedUp(time), timestampMillis)) {
      output.deadLetter(
          DeadLetterReason.FUTURE,
          String.format(
              "timestamp %s is more than %s ahead of the record timestamp %s",
              time, DurationText.of(futureMax.orElseThrow()), timestampMillis));
      return false;
    }
    if (!clock.note(seconds, offset, timestampMillis)) {
      clock.believeHistory();
    }
    return true;
  }

  /** So that a time ahead by more than a limit in milliseconds is ahead by more, rounded or not. */
  private static long millisRoundedUp(Instant time) {
    return time.plusNanos(TimeUnit.MILLISECONDS.toNanos(1) - 1).toEpochMilli();
  }

  @Override
  public void resume(Source source, long position, String memo) {
    super.resume(source, position, memo);
    partition = source.partition();
  }

  @Override
  protected void send(Range range, Output output) {
    output.answer(TopIndustries.OUTPUT, null, RangeRecord.toBytes(range));
  }

  @Override
  public long memoryBytes() {
    return 0; // the last times, and nothing between two commits
  }
}
