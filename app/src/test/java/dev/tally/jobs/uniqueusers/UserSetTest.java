package dev.tally.jobs.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Damaged;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class UserSetTest {
  private static final int EXACT_MAX = UserSet.EXACT_MAX;

  private static UserSet of(long... hashes) {
    UserSet set = new UserSet();
    for (long hash : hashes) {
      set.add(hash);
    }
    return set;
  }

  /** Different hashes, as good as random. */
  private static long[] hashes(long seed, int count) {
    return new SplittableRandom(seed).longs(count).toArray();
  }

  private static void assertSame(UserSet expected, UserSet actual) {
    assertArrayEquals(expected.toBytes(), actual.toBytes());
    assertEquals(expected.users(), actual.users());
    assertEquals(expected.exact(), actual.exact());
    assertEquals(expected.lower(), actual.lower());
    assertEquals(expected.upper(), actual.upper());
  }

  @Test
  void anEmptySetHasNoUsersAndIsExact() {
    UserSet set = new UserSet();
    assertEquals(0, set.users());
    assertTrue(set.exact());
    assertEquals(0, set.lower());
    assertEquals(0, set.upper());
    set.forEachHash(hash -> assertEquals("none", hash));
  }

  @Test
  void eachUserCountsOnceHoweverOftenItIsAdded() {
    UserSet set = new UserSet();
    Set<Long> expected = new HashSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      // Small numbers, their mirror images and 0 among them: the table must not care.
      long hash = random.nextInt(-5_000, 5_000) * (random.nextBoolean() ? 1 : 0x100000001L);
      assertEquals(expected.add(hash), set.add(hash));
      assertEquals(expected.size(), set.users());
    }
    Set<Long> visited = new HashSet<>();
    set.forEachHash(hash -> assertTrue(visited.add(hash), "visited twice"));
    assertEquals(expected, visited);
  }

  @Test
  void theHashZeroIsAUserLikeAnyOther() {
    UserSet set = new UserSet();
    assertTrue(set.add(0));
    assertFalse(set.add(0));
    assertEquals(1, set.users());
    assertEquals(1, UserSet.fromBytes(set.toBytes()).users());
    UserSet union = of(-1, 1);
    union.addAll(set);
    assertEquals(3, union.users());
    assertSame(of(0, 1, -1), union);
  }

  @Test
  void aSetIsExactUpToItsLimitAndAnEstimateAboveIt() {
    UserSet set = of(hashes(2, EXACT_MAX));
    assertTrue(set.exact());
    assertEquals(EXACT_MAX, set.users());
    assertEquals(EXACT_MAX, set.lower());
    assertEquals(EXACT_MAX, set.upper());
    for (long again : hashes(2, EXACT_MAX)) {
      assertFalse(set.add(again));
    }
    assertTrue(set.exact());
    assertTrue(set.add(4711));
    assertFalse(set.exact());
    assertEquals(EXACT_MAX, (double) set.users(), 0.01 * EXACT_MAX);
    assertThrows(IllegalStateException.class, () -> set.forEachHash(hash -> {}));
  }

  @Test
  void theHashZeroCanBeTheLastOneOrTheOneTooMany() {
    long[] hashes = hashes(3, EXACT_MAX);
    UserSet last = of(Arrays.copyOf(hashes, EXACT_MAX - 1));
    assertTrue(last.add(0));
    assertTrue(last.exact());
    UserSet tooMany = of(hashes);
    assertTrue(tooMany.add(0));
    assertFalse(tooMany.exact());
    UserSet first = of(0);
    Arrays.stream(hashes).forEach(first::add);
    assertSame(first, tooMany);
  }

  @Test
  void theBoundsAreTwoStandardErrorsFromTheEstimate() {
    UserSet set = of(hashes(4, 1_000_000));
    long users = set.users();
    assertEquals((long) Math.floor(users / 1.0059976), set.lower());
    assertEquals((long) Math.ceil(users / 0.9940024), set.upper());
    assertTrue(set.lower() < 1_000_000 && 1_000_000 < set.upper());
  }

  /** Cuts, orders, repetitions and detours over bytes: what a replay may do otherwise. */
  @Test
  void theAnswerDependsOnWhichUsersThereAreAlone() {
    for (int count : new int[] {0, 1, 13, 5_000, EXACT_MAX, EXACT_MAX + 1, 400_000}) {
      long[] hashes = hashes(count, count);
      UserSet expected = of(hashes);
      for (long seed = 0; seed < 4; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        UserSet actual = new UserSet();
        for (UserSet part : parts(hashes, random)) {
          if (random.nextInt(4) == 0) {
            part.addAll(actual);
            actual = part;
          } else {
            actual.addAll(part);
          }
          actual = random.nextInt(4) == 0 ? UserSet.fromBytes(actual.toBytes()) : actual;
        }
        assertSame(expected, actual);
      }
    }
  }

  /** Sets that together have these hashes, some of them repeatedly. */
  private static UserSet[] parts(long[] hashes, SplittableRandom random) {
    long[] shuffled = hashes.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      long moved = shuffled[i];
      shuffled[i] = shuffled[other];
      shuffled[other] = moved;
    }
    UserSet[] parts = new UserSet[1 + random.nextInt(9)];
    Arrays.setAll(parts, i -> new UserSet());
    int favourite = random.nextInt(parts.length); // gets most of them, so that sizes differ
    for (long hash : shuffled) {
      for (int times = random.nextInt(3); times >= 0; times--) {
        parts[random.nextBoolean() ? favourite : random.nextInt(parts.length)].add(hash);
      }
    }
    return parts;
  }

  @Test
  void anotherSetIsNotChangedByBeingAdded() {
    UserSet small = of(hashes(5, 1_000));
    UserSet large = of(hashes(6, EXACT_MAX + 1));
    byte[] smallBefore = small.toBytes();
    byte[] largeBefore = large.toBytes();
    UserSet union = new UserSet();
    union.addAll(small);
    union.addAll(large);
    union.addAll(union);
    Arrays.stream(hashes(7, 10_000)).forEach(union::add);
    assertArrayEquals(smallBefore, small.toBytes());
    assertArrayEquals(largeBefore, large.toBytes());
  }

  @Test
  void anEstimateIsWithinOnePercent() {
    UserSet set = new UserSet();
    SplittableRandom random = new SplittableRandom(8);
    for (int users = 1; users <= 1_000_000; users++) {
      set.add(random.nextLong());
      if (users == 200_000 || users == 1_000_000) {
        assertEquals(users, (double) set.users(), 0.01 * users);
      }
    }
  }

  @Test
  void anEstimateFollowsWhatIsAdded() {
    UserSet set = of(hashes(15, EXACT_MAX + 1));
    UserSet other = of(hashes(16, EXACT_MAX + 1));
    long before = set.users();
    set.addAll(other);
    assertEquals(2.0 * before, (double) set.users(), 0.01 * before);
    Arrays.stream(hashes(17, 500_000)).forEach(set::add);
    assertSame(UserSet.fromBytes(set.toBytes()), set);
  }

  /**
   * Most additions leave a sketch as it is. One that tells so of all, or of none, would have a
   * caller send results that say nothing new, or none at all.
   */
  @Test
  void addingToAnEstimatedSetTellsWhetherItChanged() {
    UserSet set = of(hashes(9, EXACT_MAX + 1));
    int changes = 0;
    for (long hash : hashes(10, 1_000)) {
      byte[] before = set.toBytes();
      boolean changed = set.add(hash);
      assertEquals(!Arrays.equals(before, set.toBytes()), changed);
      changes += changed ? 1 : 0;
    }
    assertTrue(changes > 100 && changes < 1_000, changes + " of 1,000 changed it");
  }

  @Test
  void memoryGrowsWithTheUsersUpToALimit() {
    assertTrue(new UserSet().memoryBytes() < 1_000);
    long before = 0;
    for (int users : new int[] {100, 1_000, 10_000, 100_000}) {
      long memory = of(hashes(11, users)).memoryBytes();
      assertTrue(memory >= 8L * users && memory <= 24L * users, users + " take " + memory);
      assertTrue(memory > before);
      before = memory;
    }
    long sketch = of(hashes(12, EXACT_MAX + 1)).memoryBytes();
    assertTrue(sketch >= 65_536 && sketch < 70_000, "a sketch takes " + sketch);
  }

  /**
   * Hashes in the order of a table's slots are what parts bring. In a table that places them alike
   * they would pile up, and take minutes instead of milliseconds.
   */
  @Test
  void aSetGrowsAsFastFromTheHashesOfAnotherInItsOrder() {
    UserSet from = of(hashes(13, 98_000));
    long slowNanos = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long begunNanos = System.nanoTime();
      UserSet to = new UserSet();
      from.forEachHash(to::add);
      slowNanos = Math.min(slowNanos, System.nanoTime() - begunNanos);
      assertEquals(98_000, to.users());
    }
    assertTrue(slowNanos < 200_000_000, "took " + slowNanos / 1_000_000 + " ms");
  }

  private static void assertDamaged(String message, byte... bytes) {
    Damaged damaged = assertThrows(Damaged.class, () -> UserSet.fromBytes(bytes));
    assertEquals(message, damaged.getMessage());
  }

  @Test
  void bytesOfNoExactSetAreDamaged() {
    assertDamaged("a set of users has no bytes");
    assertDamaged("a set of users is of kind 2, not 0 or 1", (byte) 2);
    byte[] sound = of(-5, 0, 7).toBytes();
    assertEquals(25, sound.length);
    assertDamaged("an exact set of users has 24 bytes", Arrays.copyOf(sound, 24));
    byte[] twice = sound.clone();
    System.arraycopy(twice, 9, twice, 17, 8);
    assertDamaged("an exact set of users has 0 after 0", twice);
    assertDamaged(
        "an exact set of users has -1 after 1",
        ByteBuffer.allocate(17).put((byte) 0).putLong(1).putLong(-1).array());
    assertDamaged("an exact set of users has 1048585 bytes", new byte[1 + 8 * (EXACT_MAX + 1)]);
  }

  @Test
  void bytesOfNoEstimatedSetAreDamaged() {
    byte[] sound = of(hashes(14, EXACT_MAX + 1)).toBytes();
    assertDamaged("an estimated set of users has 65536 bytes", Arrays.copyOf(sound, 65_536));
    for (int register = 0; register < 256; register++) {
      byte[] bytes = sound.clone();
      bytes[1 + 4711] = (byte) register;
      // 0, the lowest rank with nothing below it, the next with at most that one, all others.
      if (register == 0 || register == 60 || register == 64 || register == 66 || register >= 68) {
        assertArrayEquals(bytes, UserSet.fromBytes(bytes).toBytes());
      } else {
        assertDamaged("register 4711 of a set of users is " + register, bytes);
      }
    }
    byte[] empty = new byte[sound.length];
    empty[0] = 1;
    assertDamaged("a set of 0 users is estimated, not exact", empty);
  }
}
