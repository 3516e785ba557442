package dev.tally.jobs.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.job.Damaged;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RecentTimesTest {
  private record Entry(long timeSeconds, long offset) {}

  private static void assertHolds(List<Entry> all, RecentTimes recent) {
    List<Entry> last = all.subList(Math.max(0, all.size() - 63), all.size());
    assertEquals(last.size(), recent.size());
    long[] sorted = last.stream().mapToLong(Entry::timeSeconds).sorted().toArray();
    for (int skip = 0; skip < sorted.length; skip++) {
      assertEquals(sorted[sorted.length - 1 - skip], recent.nthNewest(skip));
    }
    assertThrows(IllegalStateException.class, () -> recent.nthNewest(sorted.length));
    if (sorted.length == 63) {
      assertEquals(sorted[31], recent.median());
    } else {
      assertThrows(IllegalStateException.class, recent::median);
    }
    if (last.isEmpty()) {
      assertThrows(IllegalStateException.class, recent::oldestOffset);
    } else {
      assertEquals(last.get(0).offset(), recent.oldestOffset());
    }
    ByteBuffer bytes = ByteBuffer.allocate(1 + 16 * last.size()).put((byte) last.size());
    last.forEach(entry -> bytes.putLong(entry.timeSeconds()).putLong(entry.offset()));
    assertArrayEquals(bytes.array(), recent.toBytes());
  }

  @Test
  void anyTimesAreHeldAsAPlainListHoldsThem() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      // From all alike to hardly two alike, at both ends of what a time can be.
      long spread = 1L << random.nextInt(37);
      long lowest = random.nextBoolean() ? 0 : RecentTimes.TIME_END - spread;
      if (lowest < 0) {
        lowest = 0;
      }
      RecentTimes recent = new RecentTimes();
      List<Entry> all = new ArrayList<>();
      long offset = random.nextLong(1L << 62);
      assertHolds(all, recent);
      for (int i = random.nextInt(300); i > 0; i--) {
        Entry entry =
            new Entry(Math.min(lowest + random.nextLong(spread), 99_999_999_999L), offset);
        offset += 1 + random.nextInt(3);
        all.add(entry);
        recent.add(entry.timeSeconds(), entry.offset());
        assertHolds(all, recent);
        if (random.nextInt(20) == 0) {
          recent = RecentTimes.fromBytes(recent.toBytes());
          assertHolds(all, recent);
        }
      }
    }
  }

  @Test
  void thirtyOneWrongTimesDoNotMoveTheMedian() {
    RecentTimes recent = new RecentTimes();
    for (int i = 0; i < 63; i++) {
      recent.add(i % 2 == 0 ? 1_468_244_340 : (i % 4 == 1 ? 0 : 99_999_999_999L), i);
    }
    assertEquals(1_468_244_340, recent.median());
  }

  private static void assertDamaged(String message, byte[] bytes) {
    Damaged damaged = assertThrows(Damaged.class, () -> RecentTimes.fromBytes(bytes));
    assertEquals(message, damaged.getMessage());
  }

  private static byte[] two(long time, long offset, long secondTime, long secondOffset) {
    return ByteBuffer.allocate(33)
        .put((byte) 2)
        .putLong(time)
        .putLong(offset)
        .putLong(secondTime)
        .putLong(secondOffset)
        .array();
  }

  @Test
  void bytesOfNoTimesAreDamaged() {
    byte[] sound = two(0, 0, 99_999_999_999L, Long.MAX_VALUE);
    assertEquals(2, RecentTimes.fromBytes(sound).size());
    assertDamaged("recent times have 0 bytes and begin with []", new byte[0]);
    assertDamaged("recent times have 32 bytes and begin with [2]", Arrays.copyOf(sound, 32));
    assertDamaged("recent times have 34 bytes and begin with [2]", Arrays.copyOf(sound, 34));
    byte[] tooMany = new byte[1 + 16 * 64];
    tooMany[0] = 64;
    assertDamaged("recent times have 1025 bytes and begin with [64]", tooMany);
    assertDamaged("recent times have 1 bytes and begin with [-1]", new byte[] {-1});
    assertDamaged("a recent time is -1 s", two(-1, 0, 0, 1));
    assertDamaged("a recent time is 100000000000 s", two(0, 0, 100_000_000_000L, 1));
    assertDamaged("a recent time is at offset -1, after -1", two(0, -1, 0, 1));
    assertDamaged("a recent time is at offset 5, after 5", two(0, 5, 0, 5));
  }
}
