package dev.tally.audit;

import dev.tally.Stop;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the job began to answer. Rows before it have no answer, but they count. */
public sealed interface StartFrom {
  /** The first row that the topic still holds. */
  record Earliest() implements StartFrom {}

  /** The first row whose record timestamp is at or after this time. */
  record Time(long epochMillis) implements StartFrom {}

  /**
   * The first offset that was answered, by partition. Partitions not named begin at the earliest.
   */
  record Offsets(Map<Integer, Long> byPartition) implements StartFrom {
    private static final Pattern ONE = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
  }

  /**
   * Reads `earliest`, offsets like `0:1200,1:1180`, or a time in any form that the job accepts: one
   * like `2026-01-31T12:00:00Z`, in this machine's time zone if it names none, or milliseconds
   * since 1970.
   *
   * @throws Stop if it is none of these
   */
  static StartFrom parse(String text) {
    if (text.equals("earliest")) {
      return new Earliest();
    }
    if (text.equals("latest")) {
      throw Stop.usage(
          "--start.from latest cannot be checked afterwards: give the offsets at which the job"
              + " began, like 0:1200,1:1180, or the time.");
    }
    try {
      return Offsets.ONE.matcher(text).lookingAt()
          ? new Offsets(offsets(text))
          : new Time(epochMillis(text));
    } catch (DateTimeException | ArithmeticException e) {
      throw Stop.usage(
          "--start.from %s is neither 'earliest', nor a time like 2026-01-31T12:00:00Z or"
              + " milliseconds since 1970, nor offsets like 0:1200,1:1180.",
          text);
    }
  }

  private static long epochMillis(String text) {
    if (text.matches("\\d{1,18}")) {
      return Long.parseLong(text);
    }
    TemporalAccessor time =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
    return time instanceof OffsetDateTime offset
        ? offset.toInstant().toEpochMilli()
        : ((LocalDateTime) time).atZone(ZoneId.systemDefault()).toInstant().toEpochMilli();
  }

  private static Map<Integer, Long> offsets(String text) {
    Map<Integer, Long> offsets = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = Offsets.ONE.matcher(part);
      if (!matcher.matches()) {
        throw Stop.usage("--start.from: '%s' is not PARTITION:OFFSET, like 0:1200.", part);
      }
      offsets.put(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
    return offsets;
  }
}
