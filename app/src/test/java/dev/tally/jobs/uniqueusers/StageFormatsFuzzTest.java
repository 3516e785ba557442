package dev.tally.jobs.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Damaged;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;

/** What stands between the stages: it is refused, or what is read gives the same bytes again. */
final class StageFormatsFuzzTest implements FuzzTarget {
  private static final long HOUR = 1_468_242_000; // 2016-07-11T13:00:00Z

  @Override
  public int inputs() {
    return 30_000;
  }

  private static byte[] part(boolean empty) {
    TreeMap<Long, MinuteTally> minutes = new TreeMap<>();
    for (int minute = 0; minute < 3 && !empty; minute++) {
      MinuteTally tally = new MinuteTally();
      tally.add(minute);
      tally.add(0x123456789ABCDEFL * minute);
      tally.add(7);
      minutes.put(HOUR + 1200L * minute, tally);
    }
    return Part.write(new Range(new Source(1, 2, 3, 4), 5, 9, true, empty, HOUR + 7), minutes);
  }

  private static byte[] hour() {
    UserSet users = new UserSet();
    users.add(1);
    users.add(-1);
    return new HourRecord(HOUR, HOUR + 3600, 3, users).toBytes();
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(part(true), part(false), hour());
  }

  @Override
  public List<String> tokens() {
    return List.of("\0\0\0\0\0\0\0\1", "\177\377\377\377", "\200\0\0\0\0\0\0\0", "\1", "\3");
  }

  @Override
  public boolean accepts(byte[] input) {
    boolean isPart = acceptsPart(input);
    return acceptsHour(input) || isPart;
  }

  private static boolean acceptsPart(byte[] input) {
    Part part;
    try {
      part = Part.read(ByteBuffer.wrap(input));
    } catch (Damaged e) {
      return false;
    }
    TreeMap<Long, MinuteTally> minutes = new TreeMap<>();
    boolean[] plain = {true};
    part.forEachMinute(
        (start, frames, count, hashes) -> {
          MinuteTally tally = new MinuteTally();
          for (int i = 0; i < count; i++) {
            plain[0] &= tally.add(hashes.getLong());
          }
          plain[0] &= frames == count;
          minutes.put(start, tally);
        });
    // What a writer would write is read back; it is free in the order of hashes.
    byte[] again = Part.write(part.range(), minutes);
    if (plain[0] && !minutes.isEmpty()) {
      assertEquals(input.length, again.length);
      assertEquals(part.hour(), Part.read(ByteBuffer.wrap(again)).hour());
    }
    return true;
  }

  private static boolean acceptsHour(byte[] input) {
    try {
      assertArrayEquals(input, HourRecord.read(ByteBuffer.wrap(input)).toBytes());
      return true;
    } catch (Damaged e) {
      return false;
    }
  }
}
