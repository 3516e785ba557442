package dev.tally.jobs.uniqueusers;

import dev.tally.job.Damaged;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Unites hours to days, weeks, months and years. A day is told at each hour that closes in it, the
 * others at each day; all of them for good when they are over.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
final class CalendarShard implements Shard {
  private static final long NOTHING_CLOSED = MinutesShard.NOTHING_CLOSED;

  // Hours come late by what the stage before keeps; windows are kept for longer than that.
  private static final long ASIDE_SECONDS = WindowKind.DAY_SECONDS;

  // First bytes of the keys of what is saved; those of windows have their kind's code added.
  private static final byte CLOSED = KeyedState.JOB_PREFIX;
  private static final byte HOURS = KeyedState.JOB_PREFIX + 1;
  private static final byte WINDOWS = KeyedState.JOB_PREFIX + 2;
  private static final int KEY_BYTES = 1 + Long.BYTES;

  private final long keptSeconds;
  private final TreeMap<Long, Long> framesOfHours = new TreeMap<>();
  private final Map<WindowKind, TreeMap<Long, Window>> windows = new EnumMap<>(WindowKind.class);
  private long closedTo = NOTHING_CLOSED;
  private long newestHour = Range.NO_CLOCK;
  private boolean dayClosed; // since longer windows were told
  private final TreeMap<Long, Long> unsavedHours = new TreeMap<>();

  CalendarShard(UniqueUsers settings, KeyedState saved, long clockNanos) {
    this.keptSeconds = settings.keptSeconds() + ASIDE_SECONDS;
    for (WindowKind kind : WindowKind.values()) {
      if (kind.compareTo(WindowKind.DAY) >= 0) {
        windows.put(kind, new TreeMap<>());
      }
    }
    saved.scan(
        new byte[] {KeyedState.JOB_PREFIX},
        new byte[] {(byte) (WINDOWS + WindowKind.YEAR.code() + 1)},
        (key, value) -> {
          load(key, value);
          return true;
        });
    if (clockNanos != NO_CLOCK) {
      newestHour = TimeUnit.NANOSECONDS.toSeconds(clockNanos);
    }
  }

  private void load(byte[] key, byte[] value) {
    if (key.length != KEY_BYTES) {
      throw new Damaged("a saved window under a key of " + key.length + " bytes");
    }
    long start = ByteBuffer.wrap(key, 1, Long.BYTES).getLong();
    if (key[0] >= WINDOWS) {
      windows.forEach(
          (kind, ofKind) -> {
            if (key[0] == WINDOWS + kind.code()) {
              ofKind.put(start, Window.ofSaved(kind, start, value));
            }
          });
    } else if (value.length != Long.BYTES) {
      throw new Damaged("a saved number of " + value.length + " bytes");
    } else if (key[0] == HOURS) {
      framesOfHours.put(start, ByteBuffer.wrap(value).getLong());
    } else {
      closedTo = ByteBuffer.wrap(value).getLong();
    }
  }

  @Override
  public void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output) {
    HourRecord hour;
    try {
      hour = HourRecord.read(value == null ? ByteBuffer.allocate(0) : value);
    } catch (Damaged e) {
      output.deadLetter(DeadLetterReason.UNREADABLE, String.valueOf(e.getMessage()));
      return;
    }
    if (hour.frames() > 0) {
      merge(hour);
    }
    if (hour.closedTo() > closedTo) {
      dayClosed |= WindowKind.DAY.start(hour.closedTo()) > WindowKind.DAY.start(closedTo);
      closedTo = hour.closedTo();
    }
  }

  /** An hour that is told again has grown by the frames that it has more than before. */
  private void merge(HourRecord hour) {
    long before = framesOfHours.getOrDefault(hour.start(), 0L);
    if (hour.frames() <= before) {
      return;
    }
    framesOfHours.put(hour.start(), hour.frames());
    unsavedHours.put(hour.start(), hour.frames());
    newestHour = Math.max(newestHour, hour.start());
    windows.forEach(
        (kind, ofKind) -> {
          Window window =
              ofKind.computeIfAbsent(kind.start(hour.start()), start -> new Window(kind, start));
          window.addUsers(hour.users());
          window.addFrames(hour.frames() - before);
        });
  }

  @Override
  public void resume(Source source, long position, String memo) {
    forget();
    dayClosed = false;
    for (TreeMap<Long, Window> ofKind : windows.values()) {
      ofKind.values().forEach(window -> window.resume(window.end() <= closedTo));
    }
  }

  @Override
  public void flush(long position, Output output) {
    tell(dayClosed, output);
    dayClosed = false;
    forget();
  }

  @Override
  public void end(long position, Output output) {
    tell(true, output);
  }

  private void tell(boolean longer, Output output) {
    windows.forEach(
        (kind, ofKind) ->
            ofKind
                .values()
                .forEach(
                    window ->
                        window.tellIfDue(
                            window.end() <= closedTo, longer || kind == WindowKind.DAY, output)));
  }

  private long keptFrom() {
    return closedTo == NOTHING_CLOSED ? NOTHING_CLOSED : closedTo - keptSeconds;
  }

  private void forget() {
    if (closedTo == NOTHING_CLOSED) {
      return;
    }
    framesOfHours.headMap(keptFrom()).clear();
    windows.values().forEach(ofKind -> ofKind.values().removeIf(w -> w.end() <= keptFrom()));
  }

  @Override
  public long clockNanos() {
    long horizon = horizonNanos();
    if (newestHour == Range.NO_CLOCK) {
      return NO_CLOCK;
    }
    long clock = TimeUnit.SECONDS.toNanos(newestHour);
    return clock < horizon ? NO_CLOCK : clock;
  }

  /** Start of the oldest window that is kept. */
  @Override
  public long horizonNanos() {
    if (closedTo == NOTHING_CLOSED) {
      return NO_CLOCK;
    }
    long from = Math.min(WindowKind.YEAR.start(keptFrom()), WindowKind.WEEK.start(keptFrom()));
    return TimeUnit.SECONDS.toNanos(from);
  }

  @Override
  public void save(KeyedState.Batch batch) {
    if (closedTo != NOTHING_CLOSED) {
      batch.put(key(CLOSED, 0), number(closedTo));
      batch.deleteRange(key(HOURS, 0), key(HOURS, keptFrom()));
    }
    unsavedHours.forEach((start, frames) -> batch.put(key(HOURS, start), number(frames)));
    unsavedHours.clear();
    windows.forEach((kind, ofKind) -> save(kind, ofKind, batch));
  }

  private void save(WindowKind kind, SortedMap<Long, Window> ofKind, KeyedState.Batch batch) {
    byte prefix = (byte) (WINDOWS + kind.code());
    if (closedTo != NOTHING_CLOSED) {
      batch.deleteRange(key(prefix, 0), key(prefix, kind.start(keptFrom())));
    }
    for (Window window : ofKind.values()) {
      if (!window.saved()) {
        batch.put(key(prefix, window.start()), window.toSave());
      }
    }
  }

  private static byte[] key(byte prefix, long start) {
    return ByteBuffer.allocate(KEY_BYTES).put(prefix).putLong(Math.max(0, start)).array();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** All that it holds, to look at. */
  Stream<Window> windows() {
    return windows.values().stream().flatMap(ofKind -> ofKind.values().stream());
  }

  @Override
  public long memoryBytes() {
    long bytes = 0;
    for (TreeMap<Long, Window> ofKind : windows.values()) {
      for (Window window : ofKind.values()) {
        bytes += window.memoryBytes();
      }
    }
    return bytes;
  }

  /** A handful of windows, all of which the next hour may grow. */
  @Override
  public void trimTo(long bytes) {}
}
