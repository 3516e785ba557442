package dev.tally.rollingsum;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever the scanner says yes to, the reader must accept with the same fields: real rows are
 * mutated until they are nearly rows, where the two could disagree.
 *
 * <p>`-Dtally.mutations=N` tries more, `-Dtally.seed=N` others.
 */
final class SaleScannerPropertyTest {
  private static final int MUTATIONS = Integer.getInteger("tally.mutations", 200_000);
  private static final long SEED = Long.getLong("tally.seed", 2_026);

  private static final byte[][] FRAGMENTS = {
    bytes("\""),
    bytes("\\"),
    bytes("\\\""),
    bytes("\\u00e9"),
    bytes("\\ud83d"),
    bytes("\\u12g4"),
    bytes("{"),
    bytes("}"),
    bytes("["),
    bytes("]"),
    bytes(","),
    bytes(":"),
    bytes(" "),
    bytes("\n"),
    bytes("\t"),
    bytes("\u0000"),
    bytes("\u001f"),
    bytes("\u007f"),
    bytes("\u00a0"),
    bytes("0"),
    bytes("00"),
    bytes("-"),
    bytes("-0"),
    bytes("+"),
    bytes("."),
    bytes(".0"),
    bytes("e5"),
    bytes("E-3"),
    bytes("123456789"),
    bytes("999999999999999"),
    bytes("1e400"),
    bytes("NaN"),
    bytes("Infinity"),
    bytes("-Infinity"),
    bytes("null"),
    bytes("true"),
    bytes("false"),
    bytes("nul"),
    bytes("[]"),
    bytes("{\"StockCode\":\"x\"}"),
    bytes("\"StockCode\":"),
    bytes("\"StockCode\":\"x\","),
    bytes(",\"StockCode\":12"),
    bytes("\"Price\":"),
    bytes("\"Price\":1.5,"),
    bytes(",\"Price\":null"),
    bytes("\"Quantity\":-3,"),
    bytes("\"InvoiceDate\":"),
    bytes("\"InvoiceDate\":5.0,"),
    bytes("\"Pr\\u0069ce\":7,"),
    bytes("\"a\":"),
    bytes("\"a\":\"\","),
    bytes("\u00e9"),
    bytes("\ud83d\ude00"),
    bytes("\ufeff"),
    {(byte) 0xc0, (byte) 0x80},
    {(byte) 0xed, (byte) 0xa0},
    {(byte) 0xff},
    {(byte) 0xe2, (byte) 0x82},
    {(byte) 0xf4, (byte) 0x90},
    {(byte) 0x80},
  };

  private static final String[] NUMBERS = {
    "0",
    "-0",
    "0.0",
    "-0.0",
    "00",
    "01",
    "-01",
    "1.",
    ".1",
    "-.5",
    "1e5",
    "1E+5",
    "1e",
    "0e0",
    "999999999999999",
    "1000000000000000",
    "999999999999999.999",
    "999999999999999.9999",
    "0.999999999",
    "0.9999999999",
    "123456789.123456789",
    "-123456789.123456789",
    "99999999999",
    "100000000000",
    "9223372036",
    "9223372036.854775806",
    "9223372036.854775807",
    "9223372036.854775808",
    "9223372036.9",
    "9223372037",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "1.000000",
    "1.0000000",
    "0.000001",
    "0.0000001",
    "1674744306.978004",
    "1674744306.9780040000",
    "NaN",
    "-",
    "--1",
    "1-1",
    "1.1.1",
    "0x10",
    "1_0",
    "٣",
    "1" + "0".repeat(40),
    "0." + "0".repeat(40),
    "9".repeat(1_023),
    "9".repeat(1_024),
    "1." + "0".repeat(1_021),
    "1." + "0".repeat(1_022),
    "\"1.5\"",
    "\"\"",
  };

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<byte[]> capturedRows() throws IOException {
    List<byte[]> rows = new ArrayList<>();
    InputStream file =
        requireNonNull(
            SaleScannerPropertyTest.class.getResourceAsStream(
                "/dev/tally/generate/generator-capture-3000.jsonl.gz"));
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(new GZIPInputStream(file), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(bytes(line));
      }
    }
    assertEquals(3_000, rows.size());
    return rows;
  }

  @Test
  void everyCapturedRowTakesTheFastPathAndIsReadAlike() throws IOException {
    for (byte[] row : capturedRows()) {
      assertEquals(SaleText.read(row), SaleText.scan(row), () -> new String(row, UTF_8));
    }
  }

  @Test
  void whatTheScannerTakesTheReaderReadsAlike() throws IOException {
    List<byte[]> rows = capturedRows();
    Random random = new Random(SEED);
    SaleScanner scanner = new SaleScanner();
    Sale scanned = new Sale(); // one object for all, as in the job: nothing may be left over
    int taken = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] value = rows.get(random.nextInt(rows.size()));
      for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
        value = mutated(value, rows, random);
      }
      if (scanner.scan(value, scanned)) {
        taken++;
        String expected = SaleText.read(value);
        if (!expected.equals(SaleText.of(scanned))) {
          throw new AssertionError(
              String.format(
                  "-Dtally.seed=%d, mutation %d%n%s%nhex %s%nreader  %s%nscanner %s",
                  SEED,
                  i,
                  new String(value, UTF_8),
                  HexFormat.of().formatHex(value),
                  expected,
                  SaleText.of(scanned)));
        }
      }
    }
    // Otherwise the mutations are too wild to try the scanner.
    assertTrue(taken > MUTATIONS / 5, taken + " of " + MUTATIONS + " were taken");
  }

  private static byte[] mutated(byte[] value, List<byte[]> rows, Random random) {
    int at = random.nextInt(value.length + 1);
    return switch (random.nextInt(9)) {
      case 0 -> flipped(value, random);
      case 1 -> spliced(value, at, random.nextInt(3), FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
      case 2 -> spliced(value, at, 0, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
      case 3 ->
          random.nextInt(4) == 0 ? Arrays.copyOf(value, at) : spliced(value, at, 1, bytes(""));
      case 4 -> crossed(value, rows.get(random.nextInt(rows.size())), random);
      case 5 -> atBoundary(value, random);
      default -> renumbered(value, random);
    };
  }

  private static byte[] flipped(byte[] value, Random random) {
    if (value.length == 0) {
      return value;
    }
    byte[] flipped = value.clone();
    flipped[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  /** With `removed` bytes at an index replaced. */
  private static byte[] spliced(byte[] value, int at, int removed, byte[] inserted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(value, 0, at);
    out.writeBytes(inserted);
    int rest = Math.min(value.length, at + removed);
    out.write(value, rest, value.length - rest);
    return out.toByteArray();
  }

  /** The head of one row and the tail of another. */
  private static byte[] crossed(byte[] value, byte[] other, Random random) {
    int from = random.nextInt(other.length + 1);
    byte[] tail = Arrays.copyOfRange(other, from, other.length);
    return spliced(value, random.nextInt(value.length + 1), value.length, tail);
  }

  /** A fragment between two tokens, where it does least harm. */
  private static byte[] atBoundary(byte[] value, Random random) {
    String text = new String(value, ISO_8859_1);
    int at = text.indexOf(random.nextBoolean() ? ", " : ": ", random.nextInt(value.length + 1));
    byte[] fragment = FRAGMENTS[random.nextInt(FRAGMENTS.length)];
    return at < 0 ? value : spliced(value, at + 2, 0, fragment);
  }

  /** Another number, or fragment, as the value of one field. */
  private static byte[] renumbered(byte[] value, Random random) {
    String text = new String(value, ISO_8859_1);
    String[] fields = {"StockCode", "Price", "Quantity", "InvoiceDate", "Customer ID"};
    int name = text.indexOf("\"" + fields[random.nextInt(fields.length)] + "\": ");
    if (name < 0) {
      return value;
    }
    int from = text.indexOf(": ", name) + 2;
    int to = from;
    while (to < text.length() && ",}".indexOf(text.charAt(to)) < 0) {
      to++;
    }
    byte[] number =
        random.nextInt(4) > 0
            ? bytes(NUMBERS[random.nextInt(NUMBERS.length)])
            : FRAGMENTS[random.nextInt(FRAGMENTS.length)];
    return spliced(value, from, to - from, number);
  }
}
