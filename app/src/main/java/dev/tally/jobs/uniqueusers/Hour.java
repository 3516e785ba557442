package dev.tally.jobs.uniqueusers;

import dev.tally.job.Output;
import java.util.TreeMap;

/** One hour with its minutes, as far as they have frames. Confined to the thread of its shard. */
final class Hour {
  private final Window whole;
  private final TreeMap<Long, Window> minutes = new TreeMap<>();
  private boolean sent = true; // whether the next stage knows what is here

  Hour(Window whole) {
    this.whole = whole;
  }

  Window whole() {
    return whole;
  }

  Iterable<Window> minutes() {
    return minutes.values();
  }

  void putMinute(Window minute) {
    minutes.put(minute.start(), minute);
  }

  Window minute(long start) {
    return minutes.computeIfAbsent(start, none -> new Window(WindowKind.MINUTE, none));
  }

  /** It has grown, or may have. */
  void assumeUnsent() {
    sent = false;
  }

  boolean unsent() {
    return !sent;
  }

  /** Sends the hour as it stands to the next stage. */
  void send(long closedTo, Output output) {
    HourRecord record = new HourRecord(whole.start(), closedTo, whole.frames(), whole.users());
    output.answer(UniqueUsers.HOURS, null, record.toBytes());
    sent = true;
  }

  long memoryBytes() {
    long bytes = whole.memoryBytes();
    for (Window minute : minutes.values()) {
      bytes += minute.memoryBytes();
    }
    return bytes;
  }
}
