package dev.tally.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tally.job.DeadLetterReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The producers of frames, and the verdict on each of them by its definition, given at the moment
 * it is produced: it depends on nothing but the frames before it in its partition.
 */
final class UserFrames {
  /**
   * What becomes of an offset of the log.
   *
   * @param refused why it does not count; null if it does
   * @param appendedNanos when it was produced
   */
  record Fact(
      boolean frame,
      @Nullable DeadLetterReason refused,
      int user,
      long seconds,
      long appendedNanos) {
    boolean counts() {
      return frame && refused == null;
    }
  }

  private static final int RING = 63;
  private static final long AHEAD_MAX_SECONDS = TimeUnit.DAYS.toSeconds(1);
  private static final long WALL_SECONDS = 1_700_000_000;
  private static final long HISTORY_SECONDS = 1_468_243_100; // ten minutes before a full hour
  private static final int USERS = 12;

  private final class Partition {
    private final List<Fact> facts = new ArrayList<>();
    private final Deque<Long> ring = new ArrayDeque<>();
    private boolean history = random.nextBoolean();
    // Event time of a history.
    private long cursor = HISTORY_SECONDS + Chance.oneOf(random, 0, 0, 0, 5_000, 40_000, 300_000);
    private final long pace = Chance.oneOf(random, 0, 2, 20, 200);
  }

  private final Random random;
  private final Cluster cluster;
  private final long lateMaxSeconds;
  private final long futureMaxMillis; // negative if record timestamps say nothing
  private final List<Partition> partitions = new ArrayList<>();

  UserFrames(Random random, Cluster cluster, long lateMaxSeconds, long futureMaxMillis) {
    this.random = random;
    this.cluster = cluster;
    this.lateMaxSeconds = lateMaxSeconds;
    this.futureMaxMillis = futureMaxMillis;
    for (int i = 0; i < cluster.logs.size(); i++) {
      partitions.add(new Partition());
    }
  }

  /** What lies in a partition, by offset. */
  List<Fact> facts(int partition) {
    return partitions.get(partition).facts;
  }

  /** When the last frame before this offset was produced, 0 if there is none. */
  long lastFrameNanos(int partition, long offset) {
    List<Fact> facts = facts(partition);
    for (int i = (int) offset - 1; i >= 0; i--) {
      if (facts.get(i).frame()) {
        return facts.get(i).appendedNanos();
      }
    }
    return 0;
  }

  /** When the first frame from this offset on was produced; empty if there is none yet. */
  OptionalLong nextFrameNanos(int partition, long offset) {
    List<Fact> facts = facts(partition);
    return facts.subList((int) offset, facts.size()).stream()
        .filter(Fact::frame)
        .mapToLong(Fact::appendedNanos)
        .findFirst();
  }

  void append(int partition, int count) {
    Partition to = partitions.get(partition);
    if (random.nextInt(12) == 0) {
      to.history = !to.history;
    }
    if (random.nextInt(12) == 0) {
      to.cursor += Chance.oneOf(random, 60, 3_600, 20_000, 90_000);
    }
    for (int i = 0; i < count; i++) {
      if (random.nextInt(40) == 0) {
        appendMarker(partition);
      }
      appendFrame(partition, to);
    }
    if (random.nextInt(4) == 0) {
      appendMarker(partition);
    }
  }

  private void appendMarker(int partition) {
    cluster.logs.get(partition).appendMarker();
    facts(partition).add(new Fact(false, null, 0, 0, cluster.nowNanos));
  }

  private void appendFrame(int partition, Partition to) {
    long wallMillis =
        TimeUnit.SECONDS.toMillis(WALL_SECONDS)
            + TimeUnit.NANOSECONDS.toMillis(cluster.nowNanos)
            - random.nextInt(2_000);
    int user = random.nextInt(USERS);
    int kind = random.nextInt(100);
    if (kind < 4) {
      String text = pick("{}", "{\"uid\":1,\"ts\":2}", "{\"uid\":\"a\",\"ts\":\"-1\"}", "");
      DeadLetterReason unreadable = DeadLetterReason.UNREADABLE;
      add(partition, to, text, wallMillis, new Fact(true, unreadable, 0, 0, cluster.nowNanos));
      return;
    }
    to.cursor += to.pace == 0 ? 0 : random.nextInt((int) to.pace);
    long seconds =
        to.history
            ? to.cursor - random.nextInt(20)
            : Math.floorDiv(wallMillis, 1_000) - random.nextInt(5);
    if (kind < 8) {
      seconds -= random.nextInt(3 * 3_600);
    } else if (kind < 10) {
      seconds += random.nextInt(2 * 86_400);
    } else if (kind < 12) {
      seconds ^= 1L << random.nextInt(30);
    }
    String text =
        random.nextBoolean()
            ? "{\"n\":{\"uid\":\"x\",\"ts\":1},\"uid\":\"u" + user + "\",\"ts\":" + seconds + "}"
            : "{\"ts\":\"" + seconds + "\",\"a\":[1,\"\\u0075\"],\"uid\":\"u" + user + "\"}";
    DeadLetterReason refused = verdict(to.ring, seconds, wallMillis);
    add(partition, to, text, wallMillis, new Fact(true, refused, user, seconds, cluster.nowNanos));
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void add(int partition, Partition to, String text, long millis, Fact fact) {
    cluster.logs.get(partition).append(new Row(null, text.getBytes(UTF_8), millis, null), true);
    to.facts.add(fact);
  }

  private @Nullable DeadLetterReason verdict(Deque<Long> ring, long seconds, long wallMillis) {
    long aheadMillis = seconds * 1_000 - wallMillis;
    if (futureMaxMillis >= 0 && aheadMillis > futureMaxMillis) {
      return DeadLetterReason.FUTURE;
    }
    List<Long> sorted = ring.stream().sorted().toList();
    ring.add(seconds);
    if (ring.size() > RING) {
      ring.remove();
    }
    boolean believed = futureMaxMillis >= 0 && aheadMillis >= -futureMaxMillis;
    if (believed || sorted.size() < RING) {
      return null;
    }
    long median = sorted.get(RING / 2);
    if (seconds < median - lateMaxSeconds) {
      return DeadLetterReason.LATE;
    }
    return seconds > median + AHEAD_MAX_SECONDS ? DeadLetterReason.FUTURE : null;
  }
}
