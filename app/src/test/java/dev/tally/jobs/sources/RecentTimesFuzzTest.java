package dev.tally.jobs.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Damaged;
import java.util.ArrayList;
import java.util.List;

/** Bytes are refused as damaged, or are times that write the same bytes. */
final class RecentTimesFuzzTest implements FuzzTarget {
  @Override
  public int inputs() {
    return 50_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    RecentTimes recent = new RecentTimes();
    for (int i = 0; i < 70; i++) {
      seeds.add(recent.toBytes());
      recent.add(1_468_244_384L + i % 7, 1_000_000L * i);
    }
    return seeds;
  }

  @Override
  public List<String> tokens() {
    return List.of("\0\0\0\0\0\0\0\0", "\0\0\0\27Hv\347\377", "\0\0\0\27Hv\350\0", "\77", "\100");
  }

  @Override
  public boolean accepts(byte[] input) {
    RecentTimes recent;
    try {
      recent = RecentTimes.fromBytes(input);
    } catch (Damaged e) {
      return false;
    }
    assertArrayEquals(input, recent.toBytes());
    return true;
  }
}
