package dev.tally.jobs.uniqueusers;

import dev.tally.DurationText;
import dev.tally.job.Bytes;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.jobs.sources.Range;
import dev.tally.jobs.sources.RecentTimes;
import dev.tally.jobs.sources.SourceClock;
import dev.tally.jobs.sources.SourceShard;
import dev.tally.jobs.sources.Unreadable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides which frames of one partition count, and sends the users among them on: one part for each
 * commit and hour. Between two commits it gathers; it holds nothing else but the times of the last
 * frames, which decide about the next one.
 *
 * <p>A frame counts if its time is near its record timestamp. Otherwise it is history, and its time
 * must be near the median of the last ones ({@link SourceClock}).
 *
 * <p>Confined to the worker thread that owns the partition.
 */
final class PartsShard extends SourceShard {
  /** A part is sent early when this many users are gathered, so that it fits a record. */
  static final int HASHES_MAX = 100_000;

  private static final long AHEAD_MAX_SECONDS = WindowKind.DAY_SECONDS;

  private final Optional<Duration> futureMax;
  private final long lateMaxSeconds;
  private final FrameScanner scanner = new FrameScanner();
  private final Frame frame = new Frame();

  // Gathered since the last part.
  private final TreeMap<Long, MinuteTally> minutes = new TreeMap<>();
  private @Nullable MinuteTally newest;
  private long newestMinute;
  private int hashes;

  PartsShard(UniqueUsers settings, KeyedState saved) {
    super(settings.futureMax(), saved);
    this.futureMax = settings.futureMax();
    this.lateMaxSeconds = settings.lateMax().toSeconds();
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
    if (seconds >= SourceClock.CLOCK_END_SECONDS) {
      output.deadLetter(
          DeadLetterReason.FUTURE, "ts " + seconds + " is beyond April 2262, where the clock ends");
      return false;
    }
    if (clock.isFuture(TimeUnit.SECONDS.toMillis(seconds), timestampMillis)) {
      output.deadLetter(DeadLetterReason.FUTURE, future(timestampMillis));
      return false;
    }
    boolean known = clock.knowsMedian();
    long median = known ? clock.median() : 0;
    if (clock.note(seconds, offset, timestampMillis)) {
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
    clock.believeHistory();
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
      send(clock.takeTo(offset + 1), output);
    }
  }

  /** Sends the range in one part for each hour, or in one without frames. */
  @Override
  protected void send(Range range, Output output) {
    boolean last;
    do {
      long hour = minutes.isEmpty() ? 0 : WindowKind.HOUR.start(minutes.firstKey());
      var ofHour = minutes.headMap(hour + WindowKind.HOUR_SECONDS);
      last = ofHour.size() == minutes.size();
      Range told = last ? range : range.withMoreToFollow();
      output.answer(UniqueUsers.PARTS, null, Part.write(told, ofHour));
      ofHour.clear();
    } while (!last);
    newest = null;
    hashes = 0;
  }

  private String future(long timestampMillis) {
    return String.format(
        "ts %s is more than %s ahead of the record timestamp %s",
        time(frame.tsSeconds()), DurationText.of(futureMax.orElseThrow()), timestampMillis);
  }

  private String beside(String where, long seconds, long median) {
    return String.format(
        "ts %s is more than %s %s %s, the median of the last %d frames, and far from its record"
            + " timestamp",
        time(frame.tsSeconds()),
        DurationText.of(Duration.ofSeconds(seconds)),
        where,
        time(median),
        RecentTimes.TIMES_MAX);
  }

  private static String time(long seconds) {
    return seconds + " (" + Instant.ofEpochSecond(seconds) + ")";
  }

  @Override
  public long memoryBytes() {
    return (long) hashes * 2 * Long.BYTES;
  }
}
