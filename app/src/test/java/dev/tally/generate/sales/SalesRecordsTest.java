package dev.tally.generate.sales;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.generate.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SalesRecordsTest {
  private static final int BUNDLED = 57_363;
  private static final String DATED =
      "Invoice,StockCode,Description,Quantity,Price,Customer ID,Country,InvoiceDate";

  @TempDir private Path folder = Path.of("");

  private static Records bundled(String eventTime) {
    return SalesRecords.load(
        Rows.bundled(), RowKey.STOCKCODE, Missing.NULL, EventTime.parse(eventTime));
  }

  private static String value(Records records, long n, long wallNanos) {
    return new String(records.value(n, wallNanos), UTF_8);
  }

  @Test
  void theRowsAreInTheOrderOfTheFileAndKeyed() {
    Records records = bundled("now");
    assertEquals("the bundled rows", records.name());
    assertEquals(BUNDLED, records.size());
    List<Row> rows = Rows.bundled().list();
    for (int n = 0; n < BUNDLED; n++) {
      assertArrayEquals(rows.get(n).stockCode().getBytes(UTF_8), records.key(n));
      String value = value(records, n, 0);
      assertTrue(value.startsWith("{\"Invoice\":\"" + rows.get(n).invoice() + "\""), value);
    }
  }

  @Test
  void fromTheirEndOnTheRowsStartOverAndAnEvenClockGoesOn() {
    Records records = bundled("1700000000+1000");
    String first = value(records, 0, 5);
    assertTrue(first.endsWith("\"InvoiceDate\":1700000000.0}"), first);
    assertEquals(first.replace("1700000000.0}", "1700000057.363}"), value(records, BUNDLED, 7));
    assertArrayEquals(records.key(1), records.key(BUNDLED + 1L));
  }

  @Test
  void theTimeOfSendingIsTheEventTimeUnderNow() {
    String value = value(bundled("now"), 3L * BUNDLED, 1_700_000_000_250_000_000L);
    assertTrue(value.endsWith("\"InvoiceDate\":1700000000.25}"), value);
  }

  @Test
  void eachPassOverTheTimesOfAFileIsLaterThanTheOneBefore() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("dated.csv"), DATED + "\n1,a,d,1,2,3,x,1000\n2,b,d,1,2,3,x,1003\n");
    Records records =
        SalesRecords.load(Rows.file(file), RowKey.NONE, Missing.NULL, EventTime.parse("csv"));
    String[] times = {"1000.0}", "1003.0}", "1004.0}", "1007.0}", "1008.0}"};
    for (int n = 0; n < times.length; n++) {
      String value = value(records, n, 0);
      assertTrue(value.endsWith(times[n]), value);
    }
  }
}
