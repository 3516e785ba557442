package dev.tally.jobs.uniqueusers;

import dev.tally.job.Damaged;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import dev.tally.jobs.sources.Sources;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings the parts of all partitions together: the users of each minute and hour. A minute closes
 * when the slowest source that has a say has passed its end by the grace; if all are silent, it is
 * wall time that passes. What comes later than that gives a further result, as long as the hour is
 * kept; after that it is late.
 *
 * <p>What is closed depends on wall time, so it is in the memo, with what is known of the sources.
 * A replay gathers the windows only. It begins where the oldest hour that is kept was first seen:
 * not where it was closed, since sources can be far apart.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
final class MinutesShard implements Shard {
  static final long NOTHING_CLOSED = Long.MIN_VALUE;

  // The minutes of an hour are saved under 0 to 59, the hour itself after them.
  private static final byte WHOLE = 60;
  private static final int KEY_BYTES = 1 + Long.BYTES + 1;
  private static final long CORRECTED_AFTER_MILLIS = TimeUnit.SECONDS.toMillis(10);

  private final boolean early;
  private final long graceSeconds;
  private final long keptSeconds;
  private final TreeMap<Long, Hour> hours = new TreeMap<>();
  private final Sources sources;

  // Minutes that end by then are closed.
  private long closedTo = NOTHING_CLOSED;
  // What time it was when the last part had come, which wall time is added to in a silence.
  private long spokenSeconds = Range.NO_CLOCK;
  private long newestMinute = Range.NO_CLOCK;
  private long memoryBytes;

  MinutesShard(UniqueUsers settings, KeyedState saved, long clockNanos) {
    this.early = settings.early();
    this.graceSeconds = settings.grace().toSeconds();
    this.keptSeconds = settings.keptSeconds();
    this.sources = new Sources("frames", settings.holesAccepted());
    saved.scan(
        new byte[] {KeyedState.JOB_PREFIX},
        new byte[] {KeyedState.JOB_PREFIX + 1},
        (key, value) -> {
          load(key, value);
          return true;
        });
    if (clockNanos != NO_CLOCK) {
      newestMinute = TimeUnit.NANOSECONDS.toSeconds(clockNanos);
    }
    measure();
  }

  private void load(byte[] key, byte[] value) {
    if (key.length != KEY_BYTES || key[KEY_BYTES - 1] < 0 || key[KEY_BYTES - 1] > WHOLE) {
      throw new Damaged("a saved window under a key of " + key.length + " bytes");
    }
    long start = ByteBuffer.wrap(key, 1, Long.BYTES).getLong();
    byte minute = key[KEY_BYTES - 1];
    if (minute == WHOLE) {
      Hour before = hours.get(start);
      Hour hour = new Hour(Window.ofSaved(WindowKind.HOUR, start, value));
      if (before != null) {
        before.minutes().forEach(hour::putMinute);
      }
      hours.put(start, hour);
    } else {
      long at = start + minute * WindowKind.MINUTE_SECONDS;
      hour(start).putMinute(Window.ofSaved(WindowKind.MINUTE, at, value));
    }
  }

  private Hour hour(long start) {
    return hours.computeIfAbsent(start, none -> new Hour(new Window(WindowKind.HOUR, none)));
  }

  @Override
  public void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output) {
    Part part;
    try {
      part = Part.read(value == null ? ByteBuffer.allocate(0) : value);
    } catch (Damaged e) {
      output.deadLetter(DeadLetterReason.UNREADABLE, String.valueOf(e.getMessage()));
      return;
    }
    sources.hear(part.range(), output.live());
    if (part.hasMinutes() && part.hour() < keptFrom()) {
      output.deadLetter(DeadLetterReason.LATE, late(part));
    } else {
      merge(part);
    }
    spokenSeconds = Math.max(closedTo, sources.highestClock());
  }

  private void merge(Part part) {
    if (!part.hasMinutes()) {
      return;
    }
    Hour hour = hour(part.hour());
    memoryBytes -= hour.memoryBytes();
    Window whole = hour.whole();
    part.forEachMinute(
        (start, frames, count, hashes) -> {
          Window minute = hour.minute(start);
          for (int i = 0; i < count; i++) {
            long hash = hashes.getLong();
            minute.addUser(hash);
            whole.addUser(hash);
          }
          minute.addFrames(frames);
          whole.addFrames(frames);
          newestMinute = Math.max(newestMinute, start);
        });
    hour.assumeUnsent();
    memoryBytes += hour.memoryBytes();
  }

  private String late(Part part) {
    return String.format(
        "frames of partition %d, offsets %d to %d, in the hour from %s: closed up to %s, and kept"
            + " for %d s",
        part.range().source().partition(),
        part.range().from(),
        part.range().to(),
        Instant.ofEpochSecond(part.hour()),
        Instant.ofEpochSecond(closedTo),
        keptSeconds);
  }

  /** Start of the oldest hour that is kept. */
  private long keptFrom() {
    return closedTo == NOTHING_CLOSED
        ? NOTHING_CLOSED
        : WindowKind.HOUR.start(closedTo - keptSeconds);
  }

  @Override
  public void resume(Source source, long position, String memo) {
    if (!memo.isEmpty()) {
      int comma = memo.indexOf(',');
      try {
        closedTo = Long.parseLong(memo.substring(0, Math.max(comma, 0)));
      } catch (NumberFormatException e) {
        throw new Damaged("the memo '" + memo + "'");
      }
      sources.restore(memo.substring(comma + 1));
      spokenSeconds = Math.max(closedTo, sources.highestClock());
    }
    forget();
    for (Hour hour : hours.values()) {
      for (Window minute : hour.minutes()) {
        minute.resume(minute.end() <= closedTo);
      }
      hour.whole().resume(hour.whole().end() <= closedTo);
      hour.assumeUnsent(); // the next stage minds no repetition
    }
  }

  @Override
  public String memo() {
    String known = sources.text();
    return closedTo == NOTHING_CLOSED && known.isEmpty() ? "" : closedTo + "," + known;
  }

  @Override
  public void flush(long position, Output output) {
    OptionalLong lowest = sources.lowestClock();
    closeTo(
        lowest.isPresent()
            ? WindowKind.MINUTE.start(lowest.getAsLong() - graceSeconds)
            : NOTHING_CLOSED,
        false,
        output);
  }

  @Override
  public void tick(long position, long silentMillis, Output output) {
    if (!sources.allIdle() || spokenSeconds == Range.NO_CLOCK) {
      return;
    }
    long now = spokenSeconds + TimeUnit.MILLISECONDS.toSeconds(silentMillis);
    closeTo(WindowKind.MINUTE.start(now - graceSeconds), false, output);
    if (silentMillis >= CORRECTED_AFTER_MILLIS) {
      sendHours(output);
    }
  }

  @Override
  public void end(long position, Output output) {
    long newest = sources.highestClock();
    closeTo(
        newest == Range.NO_CLOCK
            ? NOTHING_CLOSED
            : WindowKind.MINUTE.start(newest) + WindowKind.MINUTE_SECONDS,
        true,
        output);
    sendHours(output);
  }

  /**
   * Closes the minutes and hours that end by then, if they are not closed already, and tells what
   * has changed.
   *
   * @param all whether open windows are told, too
   */
  private void closeTo(long seconds, boolean all, Output output) {
    long hourBefore = closedHour();
    closedTo = Math.max(closedTo, seconds);
    tell(all, output);
    boolean hourCloses = closedHour() > hourBefore;
    boolean correctedGo = hours.headMap(keptFrom()).values().stream().anyMatch(Hour::unsent);
    boolean sent = (hourCloses || correctedGo) && sendHours(output);
    if (hourCloses && !sent) {
      long before = closedHour() - WindowKind.HOUR_SECONDS;
      HourRecord empty = new HourRecord(before, closedHour(), 0, new UserSet());
      output.answer(UniqueUsers.HOURS, null, empty.toBytes());
    }
    forget();
  }

  private long closedHour() {
    return closedTo == NOTHING_CLOSED ? closedTo : WindowKind.HOUR.start(closedTo);
  }

  /**
   * Sends the hours that the next stage has not seen as they are. What is closed comes with the
   * last of them: the next stage may commit in between.
   *
   * @return whether there was one
   */
  private boolean sendHours(Output output) {
    List<Hour> due =
        hours.values().stream()
            .filter(hour -> hour.unsent() && (hour.whole().toldFinal() || hour.whole().toldOpen()))
            .toList();
    for (int i = 0; i < due.size(); i++) {
      due.get(i).send(i == due.size() - 1 ? closedHour() : NOTHING_CLOSED, output);
    }
    return !due.isEmpty();
  }

  /**
   * Emits what is closed and was not told as it is.
   *
   * @param all whether open windows are told, too
   */
  private void tell(boolean all, Output output) {
    for (Hour hour : hours.values()) {
      for (Window minute : hour.minutes()) {
        minute.tellIfDue(minute.end() <= closedTo, all || early, output);
      }
      hour.whole().tellIfDue(hour.whole().end() <= closedTo, all, output);
    }
  }

  private void forget() {
    if (closedTo != NOTHING_CLOSED && !hours.isEmpty() && hours.firstKey() < keptFrom()) {
      hours.headMap(keptFrom()).clear();
      measure();
    }
  }

  private void measure() {
    memoryBytes = hours.values().stream().mapToLong(Hour::memoryBytes).sum();
  }

  /** The newest minute seen, unless wall time has left even its hour behind. */
  @Override
  public long clockNanos() {
    return newestMinute == Range.NO_CLOCK || newestMinute < keptFrom()
        ? NO_CLOCK
        : TimeUnit.SECONDS.toNanos(newestMinute);
  }

  @Override
  public long horizonNanos() {
    return closedTo == NOTHING_CLOSED ? NO_CLOCK : TimeUnit.SECONDS.toNanos(keptFrom());
  }

  @Override
  public void save(KeyedState.Batch batch) {
    if (closedTo != NOTHING_CLOSED) {
      batch.deleteRange(key(0, (byte) 0), key(keptFrom(), (byte) 0));
    }
    for (Hour hour : hours.values()) {
      long start = hour.whole().start();
      if (!hour.whole().saved()) {
        batch.put(key(start, WHOLE), hour.whole().toSave());
      }
      for (Window minute : hour.minutes()) {
        if (!minute.saved()) {
          byte number = (byte) ((minute.start() - start) / WindowKind.MINUTE_SECONDS);
          batch.put(key(start, number), minute.toSave());
        }
      }
    }
  }

  private static byte[] key(long hour, byte minute) {
    return ByteBuffer.allocate(KEY_BYTES)
        .put(KeyedState.JOB_PREFIX)
        .putLong(Math.max(0, hour))
        .put(minute)
        .array();
  }

  /** All that it holds, to look at. */
  Stream<Window> windows() {
    return hours.values().stream()
        .flatMap(
            hour ->
                Stream.concat(
                    Stream.of(hour.whole()),
                    StreamSupport.stream(hour.minutes().spliterator(), false)));
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Open windows are needed for every part; they are as few as the sources are close together. */
  @Override
  public void trimTo(long bytes) {}
}
