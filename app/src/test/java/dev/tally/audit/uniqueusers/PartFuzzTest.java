package dev.tally.audit.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.audit.Unusable;
import dev.tally.fuzz.FuzzTarget;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** Any record between the first two stages is a part, or is refused as none. */
final class PartFuzzTest implements FuzzTarget {
  private static final int LEAST_BYTES_OF_A_MINUTE = 17;

  @Override
  public int inputs() {
    return 20_000;
  }

  @Override
  public List<byte[]> seeds() {
    SamplePart some = new SamplePart(new Uuid(1, 2), 3, 4, 50);
    some.hour = 1_468_242_000;
    some.minutes.put(0, new int[] {9, 3});
    some.minutes.put(59, new int[] {1, 1});
    return List.of(some.bytes(), new SamplePart(new Uuid(-1, 0), 0, 0, 0).bytes());
  }

  @Override
  public List<String> tokens() {
    return List.of("\0\0\0\1", "\177\377\377\377", "\1", "\2", "\73");
  }

  @Override
  public boolean accepts(byte[] input) {
    try {
      Part part = Part.parse(input);
      assertTrue(part.from() <= part.to());
      assertTrue(part.frames().size() * LEAST_BYTES_OF_A_MINUTE < input.length);
      return true;
    } catch (Unusable e) {
      return false;
    }
  }
}
