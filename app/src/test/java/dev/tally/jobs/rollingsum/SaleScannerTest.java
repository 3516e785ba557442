package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.Fetched;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The scanner expects the names of the last rows, and must not take rows with other names for them.
 */
final class SaleScannerTest {
  private static final int ROWS = 20_000;
  private static final String[] BLANKS = {"", "", " ", "  ", "\t"};

  private final SaleScanner scanner = new SaleScanner();
  private final Sale sale = new Sale();
  private final Random random = new Random(1);
  private List<String> layout = List.of();

  @Test
  void rowsWhoseLayoutChangesAreReadAsTheReaderDoes() {
    int scanned = 0;
    for (int i = 0; i < ROWS; i++) {
      if (i % 3 == 0) {
        layout = nextLayout();
      }
      byte[] row = row().getBytes(UTF_8);
      if (scanner.scan(Fetched.view(row), sale)) {
        scanned++;
        assertEquals(SaleText.read(row), SaleText.of(sale), () -> new String(row, UTF_8));
      }
    }
    assertTrue(scanned > ROWS / 2, scanned + " rows took the fast path");
  }

  /** Names with the blanks and the colon around them; one name may differ by a byte or two. */
  private List<String> nextLayout() {
    List<String> names =
        new ArrayList<>(List.of("StockCode", "Price", "Quantity", "InvoiceDate", "a", "Country"));
    Collections.shuffle(names, random);
    if (random.nextInt(4) == 0) {
      String name = names.get(0);
      int at = random.nextInt(name.length());
      // A copy that is nearly right takes the place of the name, and the name comes after it.
      names.add(
          0,
          name.substring(0, at) + (random.nextBoolean() ? "x" : "\u00e9") + name.substring(at + 1));
    }
    return names.stream()
        .map(name -> blank() + '"' + name + '"' + blank() + ":" + blank())
        .toList();
  }

  private String blank() {
    return BLANKS[random.nextInt(BLANKS.length)];
  }

  private String row() {
    StringBuilder row = new StringBuilder("{");
    for (String name : layout) {
      row.append(row.length() == 1 ? "" : ",").append(name).append(value(name));
    }
    return row.append('}').toString();
  }

  private String value(String name) {
    if (name.contains("StockCode")) {
      return "\"" + "85123A and more".substring(0, 1 + random.nextInt(15)) + "\"";
    }
    if (name.contains("InvoiceDate")) {
      return digits(9, 10) + (random.nextBoolean() ? "" : "." + digits(1, 8));
    }
    if (name.contains("Price") || name.contains("Quantity")) {
      return (random.nextBoolean() ? "-" : "") + digits(1, 9) + "." + digits(1, 6);
    }
    return random.nextBoolean() ? "NaN" : "\"" + digits(0, 20) + "\"";
  }

  /** Random digits, the first of which is not zero. */
  private String digits(int from, int to) {
    int count = from + random.nextInt(to - from + 1);
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append(i == 0 ? 1 + random.nextInt(9) : random.nextInt(10));
    }
    return digits.toString();
  }

  /** Blanks, quotes and the colon are part of what is expected, and every byte is compared. */
  @Test
  void aNameThatDiffersInOneByteIsNotTakenForTheExpectedOne() {
    for (int blanks = 0; blanks <= 16; blanks++) {
      String before = "{\"StockCode\":\"a\",\"Price\":1,\"Quantity\":1,";
      String name = " ".repeat(blanks) + "\"InvoiceDate\":";
      String row = before + name + "1795191575.5933046}";
      for (int at = before.length(); at < before.length() + name.length(); at++) {
        byte[] expected = row.getBytes(UTF_8);
        assertTrue(scanner.scan(Fetched.view(expected), sale));
        assertTrue(scanner.scan(Fetched.view(expected), sale));
        byte[] other = row.getBytes(UTF_8);
        other[at] = 'x';
        assertFalse(scanner.scan(Fetched.view(other), sale), () -> new String(other, UTF_8));
      }
    }
  }

  @Test
  void numbersOfEveryLengthAreReadAsTheReaderDoes() {
    for (int integers = 1; integers <= 15; integers++) {
      for (int decimals = 0; decimals <= 9; decimals++) {
        String price =
            digits(integers, integers) + (decimals == 0 ? "" : "." + digits(decimals, decimals));
        byte[] row =
            ("{\"StockCode\":\"a\",\"Price\":1,\"InvoiceDate\":1795191575.5,\"Price\":"
                    + price
                    + ",\"Quantity\":1}")
                .getBytes(UTF_8);
        if (integers + decimals <= 18) {
          assertNotNull(SaleText.scan(row), price);
          assertEquals(SaleText.read(row), SaleText.scan(row), price);
        }
      }
    }
  }
}
