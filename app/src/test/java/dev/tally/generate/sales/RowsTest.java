package dev.tally.generate.sales;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowsTest {
  private static final String HEADER =
      "Invoice,StockCode,Description,Quantity,Price,Customer ID,Country";

  @TempDir private Path folder = Path.of("");

  @Test
  void theBundledRowsAreCompleteFromTheFirstToTheLast() {
    List<Row> rows = Rows.bundled().list();
    assertEquals(57_363, rows.size());
    assertEquals(
        new Row(
            "489434",
            "85048",
            "15CM CHRISTMAS GLASS BALL 20 LIGHTS",
            "12",
            "6.95",
            "13085",
            "United Kingdom",
            "",
            2),
        rows.get(0));
    assertEquals(
        new Row(
            "494511",
            "21559",
            "STRAWBERRY LUNCHBOX WITH CUTLERY",
            "12",
            "2.55",
            "12431",
            "Belgium",
            "",
            57_364),
        rows.get(57_362));
  }

  @Test
  void theHeaderDecidesTheOrderOfColumnsAndOthersAreIgnored() throws IOException {
    Rows rows =
        file(
            "\uFEFFCountry,InvoiceDate,Price,Quantity,Basket,Invoice,StockCode,Description,"
                + "Customer ID\nUSA,2009-12-01 07:45:00,1.5,2,x,C1,POST,d,7\n");
    assertEquals(
        List.of(new Row("C1", "POST", "d", "2", "1.5", "7", "USA", "2009-12-01 07:45:00", 2)),
        rows.list());
  }

  @Test
  void aFileWithoutANeededColumnIsRefusedByItsName() throws IOException {
    assertRefused(file(HEADER.replace("Price", "UnitPrice") + "\n"), "no column 'Price'");
  }

  @Test
  void aColumnNamedTwiceIsRefused() throws IOException {
    assertRefused(file(HEADER + ",Price\n"), "'Price' twice");
  }

  @Test
  void aRowWithTooFewOrTooManyFieldsIsRefusedWithItsLine() throws IOException {
    assertRefused(file(HEADER + "\r\n1,2,3,4,5,6,7\r\n1,2,3,4,5,6\r\n"), "line 3: 6 fields");
    assertRefused(file(HEADER + "\r\n1,2,3,3b,4,5,6,7\r\n"), "line 2: 8 fields");
  }

  @Test
  void anEmptyFileAndAMissingOneAreRefused() throws IOException {
    assertRefused(file(""), "is empty");
    assertRefused(Rows.file(folder.resolve("none.csv")), "cannot be opened");
  }

  private Rows file(String text) throws IOException {
    return Rows.file(Files.writeString(Files.createTempFile(folder, "rows", ".csv"), text));
  }

  private static void assertRefused(Rows rows, String why) {
    Stop stop = assertThrows(Stop.class, rows::list);
    assertEquals(Stop.Reason.USAGE, stop.reason());
    assertTrue(stop.toString().contains(why), stop.toString());
  }
}
