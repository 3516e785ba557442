package dev.tally.jobs.topindustries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.fuzz.Orders;
import dev.tally.job.Fetched;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Whatever the scanner accepts, the reader must accept with the same members. */
final class OrderFuzzTest implements FuzzTarget {
  private static final int MESSAGE_CHARACTERS_MAX = 250;

  // One of each for all inputs, as in the job: nothing may be left over from the previous input.
  private final OrderScanner scanner = new OrderScanner();

  @Override
  public int inputs() {
    return 60_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>(Orders.nasty());
    Random random = new Random(1);
    for (int i = 0; i < 80; i++) {
      seeds.add(Orders.ordinary(random).bytes());
    }
    return seeds;
  }

  @Override
  public List<String> tokens() {
    return Orders.tokens();
  }

  /** Whether the scanner accepts the input. */
  @Override
  public boolean accepts(byte[] input) {
    String read = OrderText.read(input);
    assertTrue(read.length() <= MESSAGE_CHARACTERS_MAX, "a long message: " + read);
    Order scanned = scanner.scan(Fetched.view(input));
    if (scanned == null) {
      return false;
    }
    assertEquals(read, OrderText.of(scanned));
    return true;
  }
}
