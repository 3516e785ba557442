package dev.tally.jobs.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Damaged;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Bytes are refused as damaged, or are a set that writes the same bytes. */
final class UserSetFuzzTest implements FuzzTarget {
  @Override
  public int inputs() {
    return 20_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int users : new int[] {0, 1, 2, 3, 10, 100, UserSet.EXACT_MAX + 1}) {
      UserSet set = new UserSet();
      new SplittableRandom(users).longs(users).forEach(set::add);
      seeds.add(set.toBytes());
      set.add(0);
      seeds.add(set.toBytes());
    }
    return seeds;
  }

  @Override
  public List<String> tokens() {
    return List.of("\0\0\0\0\0\0\0\0", "\0\0\0\0\0\0\0\1", "\177\1\1\1\1\1\1\1", "\1");
  }

  @Override
  public boolean accepts(byte[] input) {
    UserSet set;
    try {
      set = UserSet.fromBytes(input);
    } catch (Damaged e) {
      return false;
    }
    assertArrayEquals(input, set.toBytes());
    return true;
  }
}
