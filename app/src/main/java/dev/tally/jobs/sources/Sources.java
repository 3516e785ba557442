package dev.tally.jobs.sources;

import dev.tally.Stop;
import dev.tally.job.Damaged;
import dev.tally.job.Source;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;

/**
 * The partitions of the input, as far as their ranges have told: what time it is in each, whether
 * it is idle, and up to which offset it has been counted. Confined to the thread of its shard.
 */
public final class Sources {
  /** What is known of one partition. */
  private static final class Known {
    private boolean heard;
    private boolean idle;
    private long clockSeconds = Range.NO_CLOCK;
    private long to = UNKNOWN;
  }

  private static final long UNKNOWN = -1;

  // Kafka keeps 4,096 characters of metadata, of which the engine needs some hundred.
  private static final int MEMO_CHARACTERS_MAX = 3_000;
  private static final int MEMO_BYTES_MAX = MEMO_CHARACTERS_MAX / 4 * 3;
  private static final int VARINT_BITS = 7;
  private static final int HEARD = 1;
  private static final int IDLE = 2;
  private static final int CLOCK = 4;
  private static final int OFFSET = 8;

  private final String records;
  private final boolean holesAccepted;
  private long topicIdHigh;
  private long topicIdLow;
  private List<Known> partitions = new ArrayList<>();

  /**
   * Knows nothing yet.
   *
   * @param records what the partitions hold, as messages name it
   * @param holesAccepted whether a range may repeat or leave a hole
   */
  public Sources(String records, boolean holesAccepted) {
    this.records = records;
    this.holesAccepted = holesAccepted;
  }

  /**
   * Takes the word of a range. One of a topic that was created anew retires all sources of the old
   * topic.
   *
   * @param checked whether it must follow the range before it; a replay cannot tell
   * @throws Stop if a range repeats, or leaves a hole
   */
  public void hear(Range range, boolean checked) {
    Source source = range.source();
    if (source.topicIdHigh() != topicIdHigh || source.topicIdLow() != topicIdLow) {
      topicIdHigh = source.topicIdHigh();
      topicIdLow = source.topicIdLow();
      partitions.clear();
    }
    while (partitions.size() < source.partitions()) {
      partitions.add(new Known());
    }
    Known known = partitions.get(source.partition());
    if (checked && !holesAccepted && known.to != UNKNOWN && known.to != range.from()) {
      throw hole(range, known.to);
    }
    if (range.last()) {
      known.to = range.to();
    }
    known.heard = true;
    known.idle = range.idle();
    known.clockSeconds = Math.max(known.clockSeconds, range.clockSeconds());
  }

  private Stop hole(Range range, long to) {
    boolean repeats = range.from() < to;
    return Stop.refused(
        "%s of partition %d are counted up to offset %d, and the next part of them is of %d to"
            + " %d: %s would be %s. Either the offsets of the first stage's group were set by"
            + " hand, or the brokers have lost the end of a transaction (KAFKA-20734). To accept"
            + " it, start with --on.missing.history continue.",
        records,
        range.source().partition(),
        to,
        range.from(),
        range.to(),
        records,
        repeats ? "counted twice" : "missing");
  }

  /**
   * What time it is in all sources that have a say: the lowest of their clocks. Empty as long as
   * one of them has not been heard of or has no clock, or if all are idle.
   */
  public OptionalLong lowestClock() {
    long lowest = Long.MAX_VALUE;
    for (Known known : partitions) {
      if (!known.heard || (!known.idle && known.clockSeconds == Range.NO_CLOCK)) {
        return OptionalLong.empty();
      }
      if (!known.idle) {
        lowest = Math.min(lowest, known.clockSeconds);
      }
    }
    return lowest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(lowest);
  }

  /** Whether every source has said that it is idle. */
  public boolean allIdle() {
    return !partitions.isEmpty() && partitions.stream().allMatch(known -> known.idle);
  }

  /** The highest of all clocks, {@link Range#NO_CLOCK} if there is none. */
  public long highestClock() {
    return partitions.stream().mapToLong(known -> known.clockSeconds).max().orElse(Range.NO_CLOCK);
  }

  /**
   * All of it as text: base64 of the topic id, the number of partitions, and for each of them a
   * byte of flags, the clock and the offset as variable-length numbers. Where that is too long,
   * offsets are left out: a repetition then goes unnoticed if it spans a restart.
   */
  public String text() {
    if (partitions.isEmpty()) {
      return "";
    }
    String whole = text(true);
    return whole.isEmpty() ? text(false) : whole;
  }

  private String text(boolean withOffsets) {
    ByteBuffer bytes = ByteBuffer.allocate(MEMO_BYTES_MAX);
    try {
      bytes.putLong(topicIdHigh).putLong(topicIdLow);
      putNumber(bytes, partitions.size());
      long base = Math.max(0, highestClock());
      putNumber(bytes, base);
      for (Known known : partitions) {
        boolean clock = known.clockSeconds != Range.NO_CLOCK;
        boolean offset = withOffsets && known.to != UNKNOWN;
        bytes.put(
            (byte)
                ((known.heard ? HEARD : 0)
                    | (known.idle ? IDLE : 0)
                    | (clock ? CLOCK : 0)
                    | (offset ? OFFSET : 0)));
        if (clock) {
          putNumber(bytes, base - known.clockSeconds);
        }
        if (offset) {
          putNumber(bytes, known.to);
        }
      }
    } catch (BufferOverflowException e) {
      if (withOffsets) {
        return "";
      }
      throw Stop.refused(
          "the %s have %d partitions: more than can be kept apart. Use a topic with fewer.",
          records, partitions.size());
    }
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(bytes.array(), bytes.position()));
  }

  /**
   * Takes what {@link #text} gave, in place of all that is known.
   *
   * @throws Damaged if it makes no sense
   */
  public void restore(String text) {
    partitions = new ArrayList<>();
    if (text.isEmpty()) {
      return;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      topicIdHigh = bytes.getLong();
      topicIdLow = bytes.getLong();
      long count = number(bytes);
      long base = number(bytes);
      for (long i = 0; i < count; i++) {
        Known known = new Known();
        int flags = bytes.get();
        known.heard = (flags & HEARD) != 0;
        known.idle = (flags & IDLE) != 0;
        if ((flags & CLOCK) != 0) {
          known.clockSeconds = base - number(bytes);
        }
        if ((flags & OFFSET) != 0) {
          known.to = number(bytes);
        }
        partitions.add(known);
      }
      if (bytes.hasRemaining()) {
        throw new Damaged("sources with " + bytes.remaining() + " bytes too many");
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new Damaged("sources that cannot be read: " + text);
    }
  }

  /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
  private static void putNumber(ByteBuffer bytes, long number) {
    long rest = number;
    while (rest >>> VARINT_BITS != 0) {
      bytes.put((byte) (rest | 1 << VARINT_BITS));
      rest >>>= VARINT_BITS;
    }
    bytes.put((byte) rest);
  }

  private static long number(ByteBuffer bytes) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += VARINT_BITS) {
      byte next = bytes.get();
      number |= (long) (next & ((1 << VARINT_BITS) - 1)) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }
}
