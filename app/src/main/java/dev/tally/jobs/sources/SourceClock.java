package dev.tally.jobs.sources;

import static java.util.Objects.requireNonNull;

import dev.tally.job.Damaged;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What time it is in one partition, and which of its ranges have been sent on. A time near its
 * record timestamp is believed as it is. All others are history, in which the time is the middle of
 * the last times: a flipped bit, a burst of them, or the few producers whose clock is wrong do not
 * move a median.
 *
 * <p>Every range that is committed is sent, so that a hole or a repetition shows. In silence the
 * clock runs on with wall time, and after ten seconds the source is idle: nobody waits for it.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
public final class SourceClock {
  /** Times from here on are beyond April 2262, where a clock of nanoseconds ends. */
  public static final long CLOCK_END_SECONDS =
      Long.MAX_VALUE / TimeUnit.SECONDS.toNanos(1); // the last second is not whole

  // A source that is silent for this long has no say in what closes.
  private static final int IDLE_SECONDS = 10;
  private static final String IDLE = "idle";

  // In a silence, the newest of the last times tell what time it is; this share of them may be
  // wrong.
  private static final int NEWEST_LEFT_OUT = 16;

  // 1 byte whether the last record was believed by its record timestamp, 8 bytes the latest time
  // that was, and the last times.
  private static final int STATE_HEADER_BYTES = 1 + Long.BYTES;

  private final long futureMaxMillis;
  private final RecentTimes times;
  private long clockSeconds = Range.NO_CLOCK; // of what has not been sent
  private long from;

  private boolean byTimestamp; // whether the last record was believed by its record timestamp
  private long stampedSeconds = Range.NO_CLOCK; // the latest time believed so
  private @Nullable Source source;
  private int silentSecondsTold;

  /**
   * Knows no time, or what it knew when {@link #toBytes} was called.
   *
   * @param futureMax how far a time may differ from its record timestamp and be believed; empty if
   *     record timestamps say nothing
   * @param saved what {@link #toBytes} gave, null if nothing is saved
   * @throws Damaged if it cannot have given these bytes
   */
  public SourceClock(Optional<Duration> futureMax, byte @Nullable [] saved) {
    this.futureMaxMillis = futureMax.map(Duration::toMillis).orElse(-1L);
    if (saved == null) {
      this.times = new RecentTimes();
      return;
    }
    if (saved.length < STATE_HEADER_BYTES || saved[0] < 0 || saved[0] > 1) {
      throw new Damaged("saved times of " + saved.length + " bytes");
    }
    this.byTimestamp = saved[0] == 1;
    this.stampedSeconds = ByteBuffer.wrap(saved, 1, Long.BYTES).getLong();
    this.times = RecentTimes.fromBytes(Arrays.copyOfRange(saved, STATE_HEADER_BYTES, saved.length));
  }

  /**
   * Whether a time is further ahead of its record timestamp than is believable.
   *
   * @param millis the time in milliseconds since 1970, rounded up
   */
  public boolean isFuture(long millis, long timestampMillis) {
    return futureMaxMillis >= 0 && aheadMillis(millis, timestampMillis) > futureMaxMillis;
  }

  // In a double, which cannot overflow, because a producer can choose any timestamp.
  private static double aheadMillis(long millis, long timestampMillis) {
    return (double) millis - timestampMillis;
  }

  /** Whether there are times enough for a median. */
  public boolean knowsMedian() {
    return times.size() == RecentTimes.TIMES_MAX;
  }

  /**
   * The median of the last times, in unix seconds.
   *
   * @throws IllegalStateException if there are too few
   */
  public long median() {
    return times.median();
  }

  /**
   * Notes the time of the next record, which is not {@linkplain #isFuture in the future}.
   *
   * @param seconds unix seconds, below {@link #CLOCK_END_SECONDS}
   * @return whether it is believed by its record timestamp, in which case the clock knows it;
   *     otherwise {@link #believeHistory} says that the record counts
   */
  public boolean note(long seconds, long offset, long timestampMillis) {
    times.add(seconds, offset);
    double aheadMillis = aheadMillis(TimeUnit.SECONDS.toMillis(seconds), timestampMillis);
    byTimestamp = futureMaxMillis >= 0 && aheadMillis >= -futureMaxMillis;
    if (byTimestamp) {
      long believed = Math.min(seconds, TimeUnit.MILLISECONDS.toSeconds(timestampMillis));
      stampedSeconds = Math.max(stampedSeconds, believed);
      clockSeconds = Math.max(clockSeconds, believed);
    }
    return byTimestamp;
  }

  /** The record noted last counts although its record timestamp is far from its time. */
  public void believeHistory() {
    clockSeconds = Math.max(clockSeconds, times.nthNewest(times.size() / 2));
  }

  /** As {@link Shard#resume}. */
  public void resume(Source source, long position, String memo) {
    this.source = source;
    from = position;
    clockSeconds = Range.NO_CLOCK;
    // Said once more after ten seconds, in case the next stage has forgotten; until then it counts.
    silentSecondsTold = memo.equals(IDLE) ? IDLE_SECONDS - 1 : 0;
  }

  /** What has not been sent, up to an offset; it is as good as sent. */
  public Range takeTo(long to) {
    return take(to, /* idle= */ false, clockSeconds);
  }

  /** What a commit has to send: null if it covers nothing new. */
  public @Nullable Range flush(long position) {
    if (position <= from) {
      return null;
    }
    silentSecondsTold = 0;
    return takeTo(position);
  }

  /** What is to be sent in silence: null if nothing. */
  public @Nullable Range tick(long position, long silentMillis) {
    int seconds = (int) Math.min(TimeUnit.MILLISECONDS.toSeconds(silentMillis), IDLE_SECONDS);
    if (seconds <= silentSecondsTold) {
      return null;
    }
    silentSecondsTold = seconds;
    long now = presentSeconds();
    return take(
        position,
        seconds == IDLE_SECONDS,
        now == Range.NO_CLOCK ? now : now + TimeUnit.MILLISECONDS.toSeconds(silentMillis));
  }

  /** What is to be sent when no more records are awaited: null if nothing. */
  public @Nullable Range end(long position) {
    if (silentSecondsTold == IDLE_SECONDS) {
      return null;
    }
    silentSecondsTold = IDLE_SECONDS;
    return take(position, /* idle= */ true, presentSeconds());
  }

  /** The newest time that is believed, as far as the last records tell. */
  private long presentSeconds() {
    if (times.size() == 0) {
      return Range.NO_CLOCK;
    }
    return byTimestamp ? stampedSeconds : times.nthNewest(times.size() / NEWEST_LEFT_OUT);
  }

  private Range take(long to, boolean idle, long clockSeconds) {
    Range range = new Range(requireNonNull(source), from, to, /* last= */ true, idle, clockSeconds);
    from = to;
    this.clockSeconds = Range.NO_CLOCK;
    return range;
  }

  /** As {@link Shard#memo}. */
  public String memo() {
    return silentSecondsTold == IDLE_SECONDS ? IDLE : "";
  }

  /** As {@link Shard#replayFrom}: a replay must begin with the oldest of the last times. */
  public long replayFrom(long position) {
    return times.size() == 0 ? position : times.oldestOffset();
  }

  /** The newest of the last times; it tells whether a replay has found the same ones. */
  public long clockNanos() {
    return times.size() == 0 ? Shard.NO_CLOCK : TimeUnit.SECONDS.toNanos(times.nthNewest(0));
  }

  /** What {@link #SourceClock} takes. */
  public byte[] toBytes() {
    byte[] last = times.toBytes();
    return ByteBuffer.allocate(STATE_HEADER_BYTES + last.length)
        .put((byte) (byTimestamp ? 1 : 0))
        .putLong(stampedSeconds)
        .put(last)
        .array();
  }
}
