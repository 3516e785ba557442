package dev.tally.engine.kafka;

import dev.tally.Stop;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.apache.kafka.clients.admin.OffsetSpec;

/**
 * Where a group without committed offsets begins.
 *
 * @param text as typed: earliest, latest, or a time of record timestamps
 */
public record StartFrom(String text, OffsetSpec spec) {
  /**
   * Reads earliest, latest, an ISO time (in this machine's zone if it names none), or milliseconds
   * since 1970.
   */
  public static StartFrom parse(String text) {
    return new StartFrom(
        text,
        switch (text) {
          case "earliest" -> OffsetSpec.earliest();
          case "latest" -> OffsetSpec.latest();
          default -> OffsetSpec.forTimestamp(millis(text));
        });
  }

  private static long millis(String text) {
    if (text.matches("\\d{1,18}")) {
      return Long.parseLong(text);
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      // perhaps it names no zone
    }
    try {
      Instant time = LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
      return time.toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw Stop.usage(
          "--start.from '%s': write earliest, latest, a time such as 2026-01-31T12:00:00Z, or"
              + " milliseconds since 1970.",
          text);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
