package dev.tally.generate.orders;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The forms in which clients write the time of an order. Where no zone is written, it is UTC. */
enum Timestamp {
  UTC_OFFSET("yyyy-MM-dd'T'HH:mm:ssxxx", 0),
  UTC_OFFSET_MILLIS("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", 0),
  UTC_LETTER("yyyy-MM-dd'T'HH:mm:ssX", 0),
  UTC_LETTER_MICROS("yyyy-MM-dd'T'HH:mm:ss.SSSSSSX", 0),
  AHEAD("yyyy-MM-dd'T'HH:mm:ssxxx", 5 * 60 + 30),
  BEHIND_TENTHS("yyyy-MM-dd'T'HH:mm:ss.Sxxx", -7 * 60),
  NO_ZONE("yyyy-MM-dd'T'HH:mm:ss", 0),
  NO_ZONE_MICROS("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", 0);

  private final DateTimeFormatter formatter;

  Timestamp(String pattern, int offsetMinutes) {
    this.formatter =
        DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
            .withZone(ZoneOffset.ofTotalSeconds(offsetMinutes * 60));
  }

  /** The text, which leaves out what the form has no digits for. */
  String text(long millis) {
    return formatter.format(Instant.ofEpochMilli(millis));
  }
}
