package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SaleTotalTest {
  private final SaleTotal total = new SaleTotal(Duration.ofMinutes(10));
  private final Sale sale = new Sale();

  private String written(String code, String epoch, Sum sum) {
    byte[] bytes = code.getBytes(UTF_8);
    sale.code().set(bytes, 0, bytes.length);
    // As in the job, the text lies within a row.
    byte[] row = ("..." + epoch + "...").getBytes(UTF_8);
    sale.setEpoch(0, row, 3, row.length - 3);
    return new String(total.write(sale, sum), UTF_8);
  }

  private static Sum sumOf(long micros) {
    Sum sum = new Sum();
    sum.add(micros, null);
    return sum;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0.000001",
    "-1, -0.000001",
    "10, 0.00001",
    "100000, 0.1",
    "-500000, -0.5",
    "999999, 0.999999",
    "1000000, 1",
    "-1000000, -1",
    "1000001, 1.000001",
    "100000000, 100",
    "312312312750000, 312312312.75",
    "9223372036854775807, 9223372036854.775807",
    "-9223372036854775808, -9223372036854.775808",
    "-9223372036854775807, -9223372036854.775807",
    "9223372036854000000, 9223372036854"
  })
  void aSumIsAPlainDecimalWithoutTrailingZeros(long micros, String text) {
    assertEquals(
        "{\"StockCode\":\"21491\",\"Epoch\":1674744306.978004,\"10minutesSum\":" + text + "}",
        written("21491", "1674744306.978004", sumOf(micros)));
  }

  @Test
  void everySumIsWrittenAsByBigDecimal() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      long micros = random.nextLong() >> random.nextInt(64);
      micros -= random.nextBoolean() ? micros % 1_000_000 : 0;
      String text = BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString();
      assertEquals(
          "{\"StockCode\":\"a\",\"Epoch\":1,\"10minutesSum\":" + text + "}",
          written("a", "1", sumOf(micros)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1E+30, 1000000000000000000000000000000",
    "0.000000000000000001, 0.000000000000000001",
    "-999999999999999999999999999999.500, -999999999999999999999999999999.5",
    "0.0000000, 0"
  })
  void aWideSumIsAPlainDecimalToo(BigDecimal wide, String text) {
    Sum sum = new Sum();
    sum.add(0, wide);
    assertEquals(
        "{\"StockCode\":\"a\",\"Epoch\":1,\"10minutesSum\":" + text + "}", written("a", "1", sum));
  }

  @Test
  void aSumBeyondALongIsWrittenWhole() {
    Sum sum = sumOf(Long.MAX_VALUE);
    sum.add(Long.MAX_VALUE, null);
    assertEquals(
        "{\"StockCode\":\"a\",\"Epoch\":1,\"10minutesSum\":18446744073709.551614}",
        written("a", "1", sum));
  }

  @Test
  void aCodeIsEscapedNoMoreThanJsonRequires() {
    String code = "\"\\/\b\f\n\r\t\u0000\u000b\u001f\u007f é\u2028😀<&'";
    assertEquals(
        "{\"StockCode\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u000b\\u001f\u007f é\u2028😀<&'\","
            + "\"Epoch\":1.0,\"10minutesSum\":2}",
        written(code, "1.0", sumOf(2_000_000)));
  }

  @Test
  void everyCodePointComesBackFromAnyJsonReader() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < 0x800; c++) {
      all.appendCodePoint(c);
    }
    String code = all.toString();
    for (int from = 0; from < code.length(); from += 100) {
      String part = code.substring(from, Math.min(code.length(), from + 100));
      String json = written(part, "1", sumOf(1));
      assertEquals(
          part, JsonParser.parseString(json).getAsJsonObject().get("StockCode").getAsString());
    }
  }

  @Test
  void theLongestAnswersFitAndShortOnesAfterThemAreRight() {
    String escaped = "\u0001".repeat(SaleReader.STOCK_CODE_BYTES_MAX);
    String epoch = "1." + "0".repeat(1_021);
    Sum wide = new Sum();
    wide.add(Long.MIN_VALUE, null);
    wide.add(0, BigDecimal.TEN.pow(40));
    String longest = written(escaped, epoch, wide);
    assertEquals(
        "{\"StockCode\":\""
            + "\\u0001".repeat(SaleReader.STOCK_CODE_BYTES_MAX)
            + "\",\"Epoch\":"
            + epoch
            + ",\"10minutesSum\":9999999999999999999999999990776627963145.224192}",
        longest);
    // Among these are answers of exactly the size of the first buffer, and one byte off it.
    for (int length = 0; length < 300; length++) {
      String code = "\u0002".repeat(length / 6) + "x".repeat(length % 6);
      SaleTotal fresh = new SaleTotal(Duration.ofMillis(1));
      byte[] bytes = code.getBytes(UTF_8);
      sale.code().set(bytes, 0, bytes.length);
      sale.setEpoch(0, new byte[] {'7'}, 0, 1);
      assertArrayEquals(
          ("{\"StockCode\":\""
                  + code.replace("\u0002", "\\u0002")
                  + "\",\"Epoch\":7,\"1millisecondsSum\":-9223372036854.775808}")
              .getBytes(UTF_8),
          fresh.write(sale, sumOf(Long.MIN_VALUE)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PT10M, 10minutesSum",
    "PT5M, 5minutesSum",
    "PT1M, 1minutesSum",
    "PT1H, 60minutesSum",
    "P1D, 1440minutesSum",
    "PT90S, 90secondsSum",
    "PT1S, 1secondsSum",
    "PT0.25S, 250millisecondsSum",
    "PT60.001S, 60001millisecondsSum"
  })
  void theNameOfTheSumFollowsTheWindow(Duration window, String name) {
    assertEquals(name, SaleTotal.nameOf(window));
  }
}
