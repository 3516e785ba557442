package dev.tally.jobs.uniqueusers;

import static java.util.Objects.requireNonNull;

import dev.tally.DurationText;
import dev.tally.job.Bytes;
import dev.tally.job.Damaged;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides which frames of one partition count, and sends the users among them on: one part for each
 * commit and hour. Between two commits it gathers; it holds nothing else but the times of the last
 * frames, which decide about the next one.
 *
 * <p>A frame counts if its time is near its record timestamp. Otherwise it is history, and its time
 * must be near the median of the last ones: a flipped bit, a burst of them, or the few producers
 * whose clock is wrong do not move a median.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
final class PartsShard implements Shard {
  /** A part is sent early when this many users are gathered, so that it fits a record. */
  static final int HASHES_MAX = 100_000;

  private static final long AHEAD_MAX_SECONDS = WindowKind.DAY_SECONDS;
  private static final long TIME_MAX_SECONDS = Long.MAX_VALUE / TimeUnit.SECONDS.toNanos(1) - 1;

  // A source that is silent for this long has no say in when windows close.
  private static final int IDLE_SECONDS = 10;
  private static final String IDLE = "idle";

  // In a silence, the newest of the last times tell how late it is; this share of them may be
  // wrong.
  private static final int NEWEST_LEFT_OUT = 16;

  // 1 byte whether the last frame was believed by its record timestamp, 8 bytes the latest time
  // that was, and the last times.
  private static final byte[] STATE = {KeyedState.JOB_PREFIX};
  private static final int STATE_HEADER_BYTES = 1 + Long.BYTES;

  private final long futureMaxMillis;
  private final long lateMaxSeconds;
  private final FrameScanner scanner = new FrameScanner();
  private final Frame frame = new Frame();
  private final RecentTimes times;

  // Gathered since the last part.
  private final TreeMap<Long, MinuteTally> minutes = new TreeMap<>();
  private @Nullable MinuteTally newest;
  private long newestMinute;
  private int hashes;
  private long clockSeconds = Part.NO_CLOCK;
  private long from;

  private boolean byTimestamp; // whether the last frame was believed by its record timestamp
  private long stampedSeconds = Part.NO_CLOCK; // the latest time believed so
  private @Nullable Source source;
  private int silentSecondsTold;

  PartsShard(UniqueUsers settings, KeyedState saved) {
    this.futureMaxMillis = settings.futureMax().map(Duration::toMillis).orElse(-1L);
    this.lateMaxSeconds = settings.lateMax().toSeconds();
    byte[] state = saved.get(STATE);
    if (state == null) {
      this.times = new RecentTimes();
      return;
    }
    if (state.length < STATE_HEADER_BYTES || state[0] < 0 || state[0] > 1) {
      throw new Damaged("saved times of " + state.length + " bytes");
    }
    this.byTimestamp = state[0] == 1;
    this.stampedSeconds = ByteBuffer.wrap(state, 1, Long.BYTES).getLong();
    this.times = RecentTimes.fromBytes(Arrays.copyOfRange(state, STATE_HEADER_BYTES, state.length));
  }

  @Override
  public void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output) {
    if (value == null || !scanner.scan(value, frame)) {
      try {
        FrameReader.read(Bytes.copyOf(value), frame);
      } catch (Unreadable e) {
        output.deadLetter(DeadLetterReason.UNREADABLE, e.what());
        return;
      }
    }
    if (counts(offset, timestampMillis, output) && output.live()) {
      gather(offset, output);
    }
  }

  /** The verdict on the frame, which may be that it is a dead letter. */
  private boolean counts(long offset, long timestampMillis, Output output) {
    long seconds = frame.tsSeconds();
    if (seconds > TIME_MAX_SECONDS) {
      output.deadLetter(
          DeadLetterReason.FUTURE, "ts " + seconds + " is beyond April 2262, where the clock ends");
      return false;
    }
    // In a double, which cannot overflow, because a producer can choose any timestamp.
    double aheadMillis = (double) TimeUnit.SECONDS.toMillis(seconds) - timestampMillis;
    if (futureMaxMillis >= 0 && aheadMillis > futureMaxMillis) {
      output.deadLetter(DeadLetterReason.FUTURE, future(timestampMillis));
      return false;
    }
    byTimestamp = futureMaxMillis >= 0 && aheadMillis >= -futureMaxMillis;
    boolean known = times.size() == RecentTimes.TIMES_MAX;
    long median = known ? times.median() : 0;
    times.add(seconds, offset);
    if (byTimestamp) {
      long believed = Math.min(seconds, TimeUnit.MILLISECONDS.toSeconds(timestampMillis));
      stampedSeconds = Math.max(stampedSeconds, believed);
      clockSeconds = Math.max(clockSeconds, believed);
      return true;
    }
    if (known && seconds < median - lateMaxSeconds) {
      output.deadLetter(DeadLetterReason.LATE, beside("behind", lateMaxSeconds, median));
      return false;
    }
    if (known && seconds > median + AHEAD_MAX_SECONDS) {
      output.deadLetter(DeadLetterReason.FUTURE, beside("ahead of", AHEAD_MAX_SECONDS, median));
      return false;
    }
    clockSeconds = Math.max(clockSeconds, times.nthNewest(times.size() / 2));
    return true;
  }

  private void gather(long offset, Output output) {
    long minute = WindowKind.MINUTE.start(frame.tsSeconds());
    MinuteTally tally = newest;
    if (tally == null || minute != newestMinute) {
      tally = minutes.computeIfAbsent(minute, none -> new MinuteTally());
      newest = tally;
      newestMinute = minute;
    }
    if (tally.add(frame.hash()) && ++hashes == HASHES_MAX) {
      send(offset + 1, false, clockSeconds, output);
    }
  }

  @Override
  public void resume(Source source, long position, String memo) {
    this.source = source;
    from = position;
    clockSeconds = Part.NO_CLOCK;
    // Said once more after ten seconds, in case the next stage has forgotten; until then it counts.
    silentSecondsTold = memo.equals(IDLE) ? IDLE_SECONDS - 1 : 0;
  }

  /** Every range that is committed has a part, so that a hole or a repetition shows. */
  @Override
  public void flush(long position, Output output) {
    if (position > from) {
      silentSecondsTold = 0;
      send(position, false, clockSeconds, output);
    }
  }

  @Override
  public void tick(long position, long silentMillis, Output output) {
    int seconds = (int) Math.min(TimeUnit.MILLISECONDS.toSeconds(silentMillis), IDLE_SECONDS);
    if (seconds > silentSecondsTold) {
      silentSecondsTold = seconds;
      long now = presentSeconds();
      send(
          position,
          seconds == IDLE_SECONDS,
          now == Part.NO_CLOCK ? now : now + TimeUnit.MILLISECONDS.toSeconds(silentMillis),
          output);
    }
  }

  @Override
  public void end(long position, Output output) {
    if (silentSecondsTold < IDLE_SECONDS) {
      silentSecondsTold = IDLE_SECONDS;
      send(position, true, presentSeconds(), output);
    }
  }

  /** The newest time that is believed, as far as the last frames tell. */
  private long presentSeconds() {
    if (times.size() == 0) {
      return Part.NO_CLOCK;
    }
    return byTimestamp ? stampedSeconds : times.nthNewest(times.size() / NEWEST_LEFT_OUT);
  }

  @Override
  public String memo() {
    return silentSecondsTold == IDLE_SECONDS ? IDLE : "";
  }

  private void send(long to, boolean idle, long clockSeconds, Output output) {
    Source source = requireNonNull(this.source);
    while (!minutes.isEmpty()) {
      long hour = WindowKind.HOUR.start(minutes.firstKey());
      var ofHour = minutes.headMap(hour + WindowKind.HOUR_SECONDS);
      boolean last = ofHour.size() == minutes.size();
      output.answer(
          UniqueUsers.PARTS,
          null,
          // The clock comes last: what it closes must have been counted.
          Part.write(
              source, from, to, last, last && idle, last ? clockSeconds : Part.NO_CLOCK, ofHour));
      ofHour.clear();
      if (last) {
        sent(to);
        return;
      }
    }
    output.answer(
        UniqueUsers.PARTS, null, Part.write(source, from, to, true, idle, clockSeconds, minutes));
    sent(to);
  }

  private void sent(long to) {
    from = to;
    newest = null;
    hashes = 0;
    clockSeconds = Part.NO_CLOCK;
  }

  private String future(long timestampMillis) {
    return String.format(
        "ts %s is more than %s ahead of the record timestamp %s",
        time(frame.tsSeconds()),
        DurationText.of(Duration.ofMillis(futureMaxMillis)),
        timestampMillis);
  }

  private String beside(String where, long seconds, long median) {
    return String.format(
        "ts %s is more than %s %s %s, the median of the last %d frames, and far from its record"
            + " timestamp",
        time(frame.tsSeconds()),
        DurationText.of(Duration.ofSeconds(seconds)),
        where,
        time(median),
        times.size());
  }

  private static String time(long seconds) {
    return seconds + " (" + Instant.ofEpochSecond(seconds) + ")";
  }

  @Override
  public long replayFrom(long position) {
    return times.size() == 0 ? position : times.oldestOffset();
  }

  /** The newest of the last times; it tells whether a replay has found the same ones. */
  @Override
  public long clockNanos() {
    return times.size() == 0 ? NO_CLOCK : TimeUnit.SECONDS.toNanos(times.nthNewest(0));
  }

  @Override
  public long horizonNanos() {
    return clockNanos(); // the replay offset does not come from here
  }

  @Override
  public void save(KeyedState.Batch batch) {
    byte[] last = times.toBytes();
    batch.put(
        STATE,
        ByteBuffer.allocate(STATE_HEADER_BYTES + last.length)
            .put((byte) (byTimestamp ? 1 : 0))
            .putLong(stampedSeconds)
            .put(last)
            .array());
  }

  @Override
  public long memoryBytes() {
    return (long) hashes * 2 * Long.BYTES;
  }

  @Override
  public void trimTo(long bytes) {}
}
