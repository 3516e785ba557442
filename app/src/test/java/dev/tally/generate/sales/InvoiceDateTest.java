package dev.tally.generate.sales;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InvoiceDateTest {
  @Test
  void datesAreUtcWithOrWithoutSeconds() {
    long seconds = 1259653500; // date -u -d '2009-12-01 07:45' +%s
    for (String date :
        List.of("2009-12-01 07:45:00", "2009-12-01T07:45", "2009-12-01 07:45:00Z", "1259653500")) {
      assertEquals(seconds * 1_000_000_000L, InvoiceDate.nanos(date), date);
    }
    assertEquals(1259653500_250000000L, InvoiceDate.nanos("2009-12-01 07:45:00.25"));
    assertEquals(1259653500_123456789L, InvoiceDate.nanos("1259653500.123456789"));
  }

  @Test
  void aDateThatCouldBeMisreadIsRefused() {
    for (String date :
        List.of(
            "",
            "12/1/2009 7:45",
            "2009-12-01",
            "2009-02-30 00:00",
            "-1",
            "1969-12-31 23:59:59",
            "2262-04-12 00:00:00",
            "9999999999",
            "1.2595e9",
            "1.0000000001")) {
      assertThrows(DateTimeException.class, () -> InvoiceDate.nanos(date), date);
    }
  }
}
