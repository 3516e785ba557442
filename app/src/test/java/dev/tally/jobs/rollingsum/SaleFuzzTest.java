package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.FuzzTarget;
import dev.tally.fuzz.SalesRows;
import dev.tally.job.Fetched;
import dev.tally.json.Utf8;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever the scanner accepts, the reader must accept with the same fields. */
final class SaleFuzzTest implements FuzzTarget {
  private static final int MESSAGE_CHARACTERS_MAX = 300;

  // One of each for all inputs, as in the job: nothing may be left over from the previous input.
  private final SaleScanner scanner = new SaleScanner();
  private final Sale scanned = new Sale();
  private final Sale read = new Sale();

  @Override
  public int inputs() {
    return 100_000;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>(SalesRows.captured().subList(0, 100));
    seeds.addAll(SalesRows.nasty());
    return seeds;
  }

  @Override
  public List<String> tokens() {
    return SalesRows.tokens();
  }

  /** Whether the scanner accepts the input. */
  @Override
  public boolean accepts(byte[] input) {
    assertEquals(Utf8.decode(input) != null, Utf8.valid(input, 0, input.length), "UTF-8");
    String expected = read(input);
    if (!scanner.scan(Fetched.view(input), scanned)) {
      return false;
    }
    assertEquals(expected, SaleText.of(scanned));
    return true;
  }

  private String read(byte[] input) {
    try {
      SaleReader.read(input, read);
      return SaleText.of(read);
    } catch (Unreadable e) {
      assertTrue(e.what().length() <= MESSAGE_CHARACTERS_MAX, "a long message: " + e.what());
      return "unreadable: " + e.what();
    }
  }

  @Test
  void everyCapturedRowTakesTheFastPathAndIsReadAlike() {
    List<byte[]> rows = SalesRows.captured();
    assertEquals(3_000, rows.size());
    for (byte[] row : rows) {
      assertEquals(SaleText.read(row), SaleText.scan(row), () -> new String(row, UTF_8));
    }
  }
}
