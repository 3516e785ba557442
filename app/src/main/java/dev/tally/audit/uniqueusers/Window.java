package dev.tally.audit.uniqueusers;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * One window.
 *
 * @param start seconds since 1970
 */
record Window(WindowKind kind, long start) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  /** The window of a kind that this time is in. */
  static Window of(WindowKind kind, long seconds) {
    return new Window(kind, kind.start(seconds));
  }

  long end() {
    return kind.end(start);
  }

  /** Whether this time is in it. */
  boolean contains(long seconds) {
    return start <= seconds && seconds < end();
  }

  /** A time as results write it. */
  static String time(long seconds) {
    return TIME.format(Instant.ofEpochSecond(seconds));
  }

  /** As the key of a result: `minute/2016-07-11T13:39:00Z`. */
  @Override
  public String toString() {
    return kind + "/" + time(start);
  }
}
