package dev.tally.generate.sales;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tally.Stop;
import dev.tally.csv.NaiveCsv;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonRowsTest {
  private static final String HEADER =
      "Invoice,StockCode,Description,Quantity,Price,Customer ID,Country";
  private static final long NANOS = 1795191575_593304600L;
  private static final EventTime NOW = new EventTime.Now();

  @TempDir private Path folder = Path.of("");

  @Test
  void everyBundledRowReadsBackAsInTheFileWithItsDecimalsUntouched() throws IOException {
    JsonRows rows = JsonRows.of(Rows.bundled(), RowKey.STOCKCODE, Missing.NULL, NOW);
    List<List<String>> file = NaiveCsv.parse(resource("online_retail_II.csv.gz"));
    assertEquals(57_363, rows.size());
    assertEquals(57_364, file.size());
    for (int i = 0; i < rows.size(); i++) {
      List<String> fields = file.get(i + 1);
      Map<String, String> expected = new LinkedHashMap<>();
      for (int column = 0; column < fields.size(); column++) {
        String text = fields.get(column);
        boolean number = column == 3 || column == 4 || column == 5;
        String value = number ? text + (column == 5 ? ".0" : "") : "'" + text;
        expected.put(file.get(0).get(column), text.isEmpty() ? "null" : value);
      }
      expected.put("InvoiceDate", "1795191575.5933046");
      Map<String, String> members = members(value(rows, i, NANOS), Strictness.STRICT);
      assertEquals(expected, members);
      assertEquals(List.copyOf(expected.keySet()), List.copyOf(members.keySet()));
      assertArrayEquals(fields.get(1).getBytes(UTF_8), rows.key(i));
    }
  }

  @Test
  void theFirstRowsAreWhatTheOriginalProducerSent() throws IOException {
    JsonRows rows = JsonRows.of(Rows.bundled(), RowKey.STOCKCODE, Missing.NAN, NOW);
    Iterator<String> capture = resource("generator-capture-3000.jsonl.gz").lines().iterator();
    int row = 0;
    for (; capture.hasNext(); row++) {
      Map<String, String> sent = members(capture.next(), Strictness.LENIENT);
      String epoch = Objects.requireNonNull(sent.get("InvoiceDate"));
      long nanos = new BigDecimal(epoch).movePointRight(9).longValueExact();
      Map<String, String> ours = members(value(rows, row, nanos), Strictness.LENIENT);
      assertEquals(List.copyOf(sent.keySet()), List.copyOf(ours.keySet()));
      // Python read the prices as doubles, and so wrote 141 as 141.0. The amounts are the same.
      for (Map<String, String> members : List.of(sent, ours)) {
        members.computeIfPresent(
            "Price", (name, text) -> new BigDecimal(text).stripTrailingZeros().toPlainString());
      }
      assertEquals(sent, ours);
    }
    assertEquals(3_000, row);
  }

  @Test
  void aValueIsCompactAndEndsWithTheEventTime() throws IOException {
    JsonRows rows =
        encode(
            RowKey.STOCKCODE, Missing.NULL, "C489449,22087,\"A \"\"B\"\"\",-12,2.950,16321,EIRE");
    assertEquals(
        "{\"Invoice\":\"C489449\",\"StockCode\":\"22087\",\"Description\":\"A \\\"B\\\"\","
            + "\"Quantity\":-12,\"Price\":2.950,\"Customer ID\":16321.0,\"Country\":\"EIRE\","
            + "\"InvoiceDate\":1700000000.0}",
        value(rows, 0, 1700000000_000000000L));
  }

  @Test
  void missingValuesAreNullOrNanOrOmitted() throws IOException {
    String row = "1,2,,3,,,";
    String rest = "\"InvoiceDate\":0.5}";
    assertEquals(
        "{\"Invoice\":\"1\",\"StockCode\":\"2\",\"Description\":null,\"Quantity\":3,\"Price\":null,"
            + "\"Customer ID\":null,\"Country\":null,"
            + rest,
        value(encode(RowKey.NONE, Missing.NULL, row), 0, 500_000_000));
    assertEquals(
        "{\"Invoice\":\"1\",\"StockCode\":\"2\",\"Description\":NaN,\"Quantity\":3,\"Price\":NaN,"
            + "\"Customer ID\":NaN,\"Country\":NaN,"
            + rest,
        value(encode(RowKey.NONE, Missing.NAN, row), 0, 500_000_000));
    assertEquals(
        "{\"Invoice\":\"1\",\"StockCode\":\"2\",\"Quantity\":3," + rest,
        value(encode(RowKey.NONE, Missing.OMIT, row), 0, 500_000_000));
    assertEquals("{" + rest, value(encode(RowKey.NONE, Missing.OMIT, ",,,,,,"), 0, 500_000_000));
  }

  @Test
  void theKeyIsTheStockCodeTheInvoiceOrNone() throws IOException {
    String rows = "C1,85123a,d,1,2,3,x\n,,d,1,2,3,x";
    JsonRows byCode = encode(RowKey.STOCKCODE, Missing.NULL, rows);
    assertArrayEquals("85123a".getBytes(UTF_8), byCode.key(0));
    assertNull(byCode.key(1));
    assertArrayEquals("C1".getBytes(UTF_8), encode(RowKey.INVOICE, Missing.NULL, rows).key(0));
    assertNull(encode(RowKey.NONE, Missing.NULL, rows).key(0));
  }

  @Test
  void controlsBackslashesAndLettersBeyondAsciiReadBack() throws IOException {
    String description = "\u0001\t\\ \u001f\r\n\"£\u2028\uD83D\uDE00/";
    JsonRows rows =
        encode(
            RowKey.NONE, Missing.NULL, "1,2,\"" + description.replace("\"", "\"\"") + "\",3,4,5,x");
    assertEquals(
        "'" + description, members(value(rows, 0, NANOS), Strictness.STRICT).get("Description"));
  }

  @Test
  void numbersKeepTheirTextAndACustomerThatIsNotANumberBecomesText() throws IOException {
    JsonRows rows = encode(RowKey.NONE, Missing.NULL, "1,2,d,1e1,0.100000000000000000001,x1,y");
    Map<String, String> members = members(value(rows, 0, NANOS), Strictness.STRICT);
    assertEquals("1e1", members.get("Quantity"));
    assertEquals("0.100000000000000000001", members.get("Price"));
    assertEquals("'x1", members.get("Customer ID"));
    rows = encode(RowKey.NONE, Missing.NULL, "1,2,d,1,2,13085.50,y");
    assertEquals("13085.50", members(value(rows, 0, NANOS), Strictness.STRICT).get("Customer ID"));
  }

  @Test
  void aValueThatIsNotAJsonNumberIsRefusedWithItsLine() {
    for (String quantity : List.of("x", "+1", ".5", "5.", "007", "NaN", "0x1", " 1", "1,5")) {
      Stop stop =
          assertThrows(
              Stop.class,
              () ->
                  encode(
                      RowKey.NONE,
                      Missing.NULL,
                      "1,2,d,1,2,3,x\n1,2,d,\"" + quantity + "\",2,3,x"));
      assertEquals(Stop.Reason.USAGE, stop.reason());
      assertTrue(stop.toString().contains("line 3: Quantity '" + quantity), stop.toString());
    }
  }

  @Test
  void aFileLargerThanItsShareOfMemoryIsRefusedAndNotHalfSent() {
    Stop stop =
        assertThrows(
            Stop.class, () -> JsonRows.of(Rows.bundled(), RowKey.NONE, Missing.NULL, NOW, 1 << 20));
    assertTrue(stop.toString().contains("does not fit into memory"), stop.toString());
  }

  @Test
  void csvTimesAreReadOnlyIfAskedForAndAreThenRequired() throws IOException {
    Path file = folder.resolve("dated.csv");
    Files.writeString(
        file, HEADER + ",InvoiceDate\n1,2,d,1,2,3,x,1.5\n1,2,d,1,2,3,x,1970-01-01 00:01\n");
    EventTime csv = new EventTime.Csv();
    JsonRows dated = JsonRows.of(Rows.file(file), RowKey.NONE, Missing.NULL, csv);
    assertArrayEquals(new long[] {1_500_000_000L, 60_000_000_000L}, dated.csvNanos());
    assertEquals(0, JsonRows.of(Rows.file(file), RowKey.NONE, Missing.NULL, NOW).csvNanos().length);

    Stop stop =
        assertThrows(Stop.class, () -> JsonRows.of(Rows.bundled(), RowKey.NONE, Missing.NULL, csv));
    assertEquals(Stop.Reason.USAGE, stop.reason());
    assertTrue(stop.toString().contains("--event.time now"), stop.toString());
  }

  @Test
  void aFileWithoutRowsIsRefused() {
    Stop stop = assertThrows(Stop.class, () -> encode(RowKey.NONE, Missing.NULL, ""));
    assertTrue(stop.toString().contains("nothing to send"), stop.toString());
  }

  private JsonRows encode(RowKey key, Missing missing, String rows) throws IOException {
    Path file = Files.createTempFile(folder, "rows", ".csv");
    Files.writeString(file, HEADER + "\n" + rows + "\n");
    return JsonRows.of(Rows.file(file), key, missing, NOW);
  }

  private static String value(JsonRows rows, int row, long nanos) {
    return new String(rows.value(row, nanos), UTF_8);
  }

  /** Names and values in order: a number as its text, a string as its text after an apostrophe. */
  private static Map<String, String> members(String json, Strictness strictness)
      throws IOException {
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(strictness);
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        JsonToken type = reader.peek();
        String text = "null";
        if (type == JsonToken.NULL) {
          reader.nextNull();
        } else {
          text = reader.nextString();
          // The lenient reader of gson takes the bare NaN for a string.
          text = type == JsonToken.STRING && !text.equals("NaN") ? "'" + text : text;
        }
        assertNull(members.put(name, text), name + " twice");
      }
      reader.endObject();
      assertEquals(JsonToken.END_DOCUMENT, reader.peek());
    }
    return members;
  }

  private static String resource(String name) throws IOException {
    InputStream packed = Objects.requireNonNull(JsonRowsTest.class.getResourceAsStream(name));
    try (InputStream in = new GZIPInputStream(packed)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
