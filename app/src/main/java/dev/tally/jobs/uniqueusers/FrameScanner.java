package dev.tally.jobs.uniqueusers;

import static dev.tally.json.JsonScanner.UNUSUAL;

import dev.tally.json.JsonScanner;
import dev.tally.json.Utf8;
import java.nio.ByteBuffer;

/**
 * Finds uid and ts of an ordinary frame in its bytes and builds nothing. It stops where {@link
 * FrameReader} stops, and leaves unusual frames to it: the reader has the last word, and the two
 * must agree on every frame that the scanner accepts.
 *
 * <p>Confined to the thread of its shard.
 */
final class FrameScanner {
  private static final int UID = 1;
  private static final int TS = 1 << 1;
  private static final int BOTH = UID | TS;

  private static final int TS_DIGITS_MAX = 11; // ts < 10^11

  private final JsonScanner json = new JsonScanner("uid", "ts"); // in the order of the bits

  /** Whether this is an ordinary frame; if so, its uid and ts are in `frame`. */
  boolean scan(ByteBuffer value, Frame frame) {
    if (!value.hasArray()) {
      return false; // Kafka's clients always return buffers that have one
    }
    int from = value.arrayOffset() + value.position();
    return scan(value.array(), from, from + value.remaining(), frame);
  }

  private boolean scan(byte[] bytes, int from, int end, Frame frame) {
    JsonScanner json = this.json; // or the field would be read again after every call
    int at = json.open(bytes, from, end);
    if (at == UNUSUAL) {
      return false;
    }
    int found = 0;
    int uidFrom = 0;
    int uidTo = 0;
    long tsSeconds = 0;
    do {
      int value = json.anyName(bytes, at, end);
      if (value == UNUSUAL) {
        return false;
      }
      int field = json.field() & ~found; // of a repeated name the first counts
      switch (field) {
        case UID -> {
          at = uid(json, bytes, value, end);
          uidFrom = value + 1;
          uidTo = at - 1;
        }
        case TS -> {
          at = ts(json, bytes, value, end);
          tsSeconds = json.unscaled();
        }
        default -> at = json.skipAny(bytes, value, end);
      }
      if (at == UNUSUAL) {
        return false;
      }
      found |= field;
      if (found == BOTH) {
        frame.set(UidHash.of(bytes, uidFrom, uidTo), tsSeconds);
        return true;
      }
      at = JsonScanner.skipBlanks(bytes, at, end);
    } while (at < end && bytes[at] == ',');
    return false; // the reader says what is missing
  }

  private static int uid(JsonScanner json, byte[] bytes, int at, int end) {
    int next = json.plainString(bytes, at, end);
    if (next == UNUSUAL) {
      return UNUSUAL;
    }
    int from = at + 1;
    int to = next - 1;
    boolean usual = from < to && to - from <= Frame.UID_BYTES_MAX && Utf8.valid(bytes, from, to);
    return usual ? next : UNUSUAL;
  }

  /** Digits alone, or in quotes. */
  private static int ts(JsonScanner json, byte[] bytes, int at, int end) {
    boolean quoted = at < end && bytes[at] == '"';
    int from = quoted ? at + 1 : at;
    int to = json.decimal(bytes, from, end);
    if (to == UNUSUAL
        || to == end
        || bytes[from] == '-'
        || json.decimals() > 0
        || json.integerDigits() > TS_DIGITS_MAX) {
      return UNUSUAL;
    }
    if (quoted) {
      return bytes[to] == '"' ? to + 1 : UNUSUAL;
    }
    boolean ends =
        bytes[to] == ',' || bytes[to] == '}' || JsonScanner.skipBlanks(bytes, to, end) > to;
    return ends ? to : UNUSUAL; // a number must not run into what follows
  }
}
