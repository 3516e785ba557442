package dev.tally.jobs.uniqueusers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.Frames;
import dev.tally.fuzz.FuzzTarget;
import dev.tally.job.Fetched;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Whatever the scanner accepts, the reader must accept with the same uid and ts. */
final class FrameFuzzTest implements FuzzTarget {
  private static final int MESSAGE_CHARACTERS_MAX = 250;

  // One of each for all inputs, as in the job: nothing may be left over from the previous input.
  private final FrameScanner scanner = new FrameScanner();
  private final Frame scanned = new Frame();

  @Override
  public int inputs() {
    return 60_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      seeds.add(Frames.ordinary(random).bytes());
    }
    // Most frames are nearly all tail, which is not read: the short ones deserve more mutations.
    for (int times = 0; times < 4; times++) {
      seeds.addAll(Frames.nasty());
    }
    return seeds;
  }

  @Override
  public List<String> tokens() {
    return Frames.tokens();
  }

  /** Whether the scanner accepts the input. */
  @Override
  public boolean accepts(byte[] input) {
    String read = FrameText.read(input);
    assertTrue(read.length() <= MESSAGE_CHARACTERS_MAX, "a long message: " + read);
    if (!scanner.scan(Fetched.view(input), scanned)) {
      return false;
    }
    assertEquals(read, FrameText.of(scanned));
    return true;
  }
}
