package dev.tally.audit;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter in its topic. Its content is kept as digests, since a value may be large and many
 * dead letters wait for their rows at once.
 */
final class DeadLetter {
  private static final Pattern PARTITION = Pattern.compile("\\d{1,9}");
  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");

  /** The row that it is about. */
  record Source(int partition, long offset) {}

  final int partition;
  final long offset;
  final Source source;
  final Reason reason;
  private final @Nullable String timestamp;
  private final boolean explained;
  private final Digest key;
  private final Digest value;
  private final Digest headers;

  /** Whether its row has been read. */
  boolean met;

  private DeadLetter(Message message, Source source, Reason reason) {
    this.partition = message.partition;
    this.offset = message.offset;
    this.source = source;
    this.reason = reason;
    this.timestamp = message.header("tally.error.timestamp");
    String explanation = message.header("tally.error.message");
    this.explained = explanation != null && !explanation.isEmpty();
    this.key = Digest.of(message.key);
    this.value = Digest.of(message.value);
    this.headers = Digest.of(message.headers);
  }

  /**
   * Reads a dead letter that is known to be about our topic.
   *
   * @throws Unusable if its headers do not name a row and a reason
   */
  static DeadLetter parse(Message message) throws Unusable {
    String partition = message.header("tally.error.partition");
    String offset = message.header("tally.error.offset");
    if (partition == null
        || offset == null
        || !PARTITION.matcher(partition).matches()
        || !OFFSET.matcher(offset).matches()) {
      throw new Unusable(
          "its headers tally.error.partition %s and tally.error.offset %s name no row"
              .formatted(partition, offset));
    }
    String text = message.header("tally.error.reason");
    Reason reason = Reason.of(text);
    if (reason == null) {
      throw new Unusable("its header tally.error.reason is " + text);
    }
    Source source = new Source(Integer.parseInt(partition), Long.parseLong(offset));
    return new DeadLetter(message, source, reason);
  }

  /**
   * What is wrong with it, in words; null if nothing is.
   *
   * @param row the row that it is about
   * @param expected the reason that it must give
   * @param why what is wrong with the row, in words
   */
  @Nullable String fault(Message row, Reason expected, String why) {
    if (reason != Reason.OVERSIZED && reason != expected) {
      return "says %s, must say %s: %s".formatted(reason, expected, why);
    }
    if (!String.valueOf(row.timestampMillis).equals(timestamp)) {
      return "has tally.error.timestamp %s, must be %d".formatted(timestamp, row.timestampMillis);
    }
    if (!explained) {
      return "has no tally.error.message";
    }
    if (reason == Reason.OVERSIZED) {
      boolean keyDropped = key.equals(Digest.of((byte[]) null));
      return (keyDropped || key.equals(Digest.of(row.key))) && value.isPrefixOf(row.value)
          ? null
          : "has another key or value; an oversized one may lack its key and the end of its value";
    }
    if (!key.equals(Digest.of(row.key))) {
      return "has another key than its row";
    }
    if (!value.equals(Digest.of(row.value))) {
      return "has another value than its row";
    }
    return headers.equals(Digest.of(row.headers)) ? null : "has other headers than its row";
  }
}
