package dev.tally.jobs.rollingsum;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is accepted, line by line, and the message for everything else. The scanner is asked too: it
 * may leave a row to the reader, but must never accept one with other values than the reader.
 */
final class SaleReaderTest {
  private static final String ROW =
      "{\"StockCode\":\"21491\",\"Quantity\":2,\"Price\":1.95,\"InvoiceDate\":1674744306.978004}";

  /** The usual row with the value of one field replaced, or without the field. */
  private static String with(String field, @Nullable String json) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("StockCode", "\"21491\"");
    fields.put("Quantity", "2");
    fields.put("Price", "1.95");
    fields.put("InvoiceDate", "1674744306.978004");
    if (json == null) {
      fields.remove(field);
    } else {
      fields.put(field, json);
    }
    StringBuilder text = new StringBuilder("{");
    fields.forEach(
        (name, value) ->
            text.append(text.length() == 1 ? "" : ",").append(quoted(name)).append(value));
    return text.append('}').toString();
  }

  private static String before(String json) {
    return "{ \"x\" : " + json + " ," + ROW.substring(1);
  }

  private static String after(String json) {
    return ROW.replace("}", ",\"x\":" + json + "}");
  }

  private static String quoted(String name) {
    return '"' + name + "\":";
  }

  private static void assertRead(String code, String epoch, String amount, byte[] value) {
    assertEquals(SaleText.of(code, epoch, amount), SaleText.read(value));
    String scanned = SaleText.scan(value);
    if (scanned != null) {
      assertEquals(SaleText.of(code, epoch, amount), scanned);
    }
  }

  private static void assertRead(String code, String epoch, String amount, String json) {
    assertRead(code, epoch, amount, json.getBytes(UTF_8));
  }

  private static void assertAmount(String amount, String json) {
    assertRead("21491", "1674744306.978004", amount, json);
  }

  private static void assertUnreadable(String message, byte @Nullable [] value) {
    Unreadable refused =
        assertThrows(Unreadable.class, () -> SaleReader.read(value, new Sale()), message);
    assertEquals(message, refused.what());
    if (value != null) {
      assertEquals(null, SaleText.scan(value), "the scanner accepts what the reader refuses");
    }
  }

  private static void assertUnreadable(String message, String json) {
    assertUnreadable(message, json.getBytes(UTF_8));
  }

  @Test
  void anOrdinaryRowGivesItsFourFields() {
    assertRead("21491", "1674744306.978004", "3.9", ROW);
  }

  @Test
  void aPythonProducersRowWithBareNaNInOtherFieldsIsRead() {
    assertRead(
        "79323P",
        "1795191575.5945363",
        "-81",
        "{\"Invoice\": \"489434\", \"StockCode\": \"79323P\", \"Description\": NaN, \"Quantity\":"
            + " -12, \"Price\": 6.75, \"Customer ID\": NaN, \"Country\": -Infinity,"
            + " \"InvoiceDate\": 1795191575.5945363}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0 | 0",
        "-0 | 0",
        "-0.000 | 0",
        "0e400 | 0",
        "0.0e-99999999999999999999 | 0",
        "3 | 6",
        "-3 | -6",
        "0.001 | 0.002",
        "1E2 | 200",
        "1e+2 | 200",
        "150e-2 | 3",
        "1e-9 | 0.000000002",
        "10e-10 | 0.000000002",
        "999999999999999 | 1999999999999998",
        "999999999999999.999999999 | 1999999999999999.999999998",
        "0.1e15 | 200000000000000",
        "1.5000000000000000000000000000000000000000 | 3",
        "\"1.5\" | 3",
        "\"-1.5e1\" | -30",
        "\"\\u0031\\u002e5\" | 3"
      })
  void aPriceOrQuantityCountsByItsValue(String json, String doubled) {
    assertAmount(doubled, with("Price", json));
    // Quantity 2 x 1.95 becomes json x 1.95.
    assertEquals(
        0,
        SaleText.amount(with("Quantity", json).getBytes(UTF_8))
            .compareTo(new BigDecimal(doubled).multiply(new BigDecimal("0.975"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "NaN | is not a number: NaN",
        "Infinity | is not a number: Infinity",
        "-Infinity | is not a number: -Infinity",
        "null | is not a number: null",
        "true | is not a number: true",
        "{} | is not a number: an object",
        "[1] | is not a number: an array",
        "{\"a\":{\"Price\":1}} | is not a number: an object",
        "\"\" | is not a number: ``",
        "\"NaN\" | is not a number: NaN",
        "\"null\" | is not a number: null",
        "\" 1\" | is not a number: ` 1`",
        "\"1 \" | is not a number: `1 `",
        "\"+1\" | is not a number: +1",
        "\"01\" | is not a number: 01",
        "\"1.\" | is not a number: 1.",
        "\".5\" | is not a number: .5",
        "\"1,5\" | is not a number: 1,5",
        "\"0x1\" | is not a number: 0x1",
        "\"one\" | is not a number: one",
        "\"\u0661\" | is not a number: \u0661",
        "1e15 | is out of range: 1e15",
        "-1e15 | is out of range: -1e15",
        "1000000000000000 | is out of range: 1000000000000000",
        "1000000000000000.5 | is out of range: 1000000000000000.5",
        "1e400 | is out of range: 1e400",
        "-1e400 | is out of range: -1e400",
        "1e2147483648 | is out of range: 1e2147483648",
        "1e99999999999999999999 | is out of range: 1e99999999999999999999",
        "1e-10 | has more than 9 decimals: 1e-10",
        "1e-400 | has more than 9 decimals: 1e-400",
        "1.0000000001 | has more than 9 decimals: 1.0000000001",
        "0.1234567890123456789012345678901234567890 |"
            + " has more than 9 decimals: 0.1234567890123456789012345678901234567890"
      })
  void aPriceOrQuantityThatIsNotUsableIsNamed(String json, String what) {
    String message = what.replace("``", "");
    message = message.replace("` 1`", " 1").replace("`1 `", "1 ");
    assertUnreadable("Price " + message, with("Price", json));
    assertUnreadable("Quantity " + message, with("Quantity", json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0",
        "1674744306",
        "1674744306.9",
        "1.674744306978004E9",
        "1674744306.1234567890000000000000000000000000000000",
        "9223372036.854775806"
      })
  void anInvoiceDateKeepsItsCharacters(String json) {
    assertRead("21491", json, "3.9", with("InvoiceDate", json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9223372036.854775807", "9223372036.854775808", "9223372037", "99999999999.999"})
  void anInvoiceDateBeyondTheClockIsStillARow(String json) throws Unreadable {
    Sale sale = new Sale();
    SaleReader.read(with("InvoiceDate", json).getBytes(UTF_8), sale);
    assertEquals(Sale.BEYOND_CLOCK, sale.epochNanos());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | is not a number of seconds since 1970: null",
        "NaN | is not a number of seconds since 1970: NaN",
        "false | is not a number of seconds since 1970: false",
        "\"1674744306\" | is not a number of seconds since 1970: 1674744306",
        "\"2023-01-26T14:45:06Z\" | is not a number of seconds since 1970: 2023-01-26T14:45:06Z",
        "\"2009-12-01 07:45:00\" | is not a number of seconds since 1970: 2009-12-01 07:45:00",
        "-1 | is out of range, 0 to 10^11 seconds: -1",
        "-0.000000001 | is out of range, 0 to 10^11 seconds: -0.000000001",
        "1e11 | is out of range, 0 to 10^11 seconds: 1e11",
        "100000000000 | is out of range, 0 to 10^11 seconds: 100000000000",
        "1674744306978 | is out of range, 0 to 10^11 seconds: 1674744306978",
        "1e400 | is out of range: 1e400",
        "0.0000000001 | has more than 9 decimals: 0.0000000001"
      })
  void anInvoiceDateThatIsNotUsableIsNamed(String json, String what) {
    assertUnreadable("InvoiceDate " + what, with("InvoiceDate", json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "21491 | 21491",
        "-0 | -0",
        "1.50 | 1.50",
        "1.50e3 | 1.50e3",
        "9223372036854775808 | 9223372036854775808",
        "\"POST\" | POST",
        "\"BANK CHARGES\" | BANK CHARGES",
        "\"85123a\" | 85123a",
        "\"NaN\" | NaN",
        "\"\\u00e9\" | \u00e9",
        "\"\u00e9\" | \u00e9",
        "\"\\ud83d\\ude00\" | \ud83d\ude00",
        "\"a\\/b\\\\c\\\"d\" | a/b\\c\"d"
      })
  void aStockCodeIsTheContentOfAStringOrTheTextOfANumber(String json, String code) {
    assertRead(code, "1674744306.978004", "3.9", with("StockCode", json));
  }

  @Test
  void aStockCodeKeepsItsBlanksAndControlCharacters() {
    assertRead("gift ", "1674744306.978004", "3.9", with("StockCode", "\"gift \""));
    assertRead(
        "\b\f\n\r\t\u0000",
        "1674744306.978004",
        "3.9",
        with("StockCode", "\"\\b\\f\\n\\r\\t\\u0000\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | StockCode is not a string: null",
        "NaN | StockCode is not a string: NaN",
        "true | StockCode is not a string: true",
        "[] | StockCode is not a string: an array",
        "{\"StockCode\":\"1\"} | StockCode is not a string: an object",
        "\"\" | StockCode has 0 bytes; 1 to 1024 are accepted"
      })
  void aStockCodeThatIsNotUsableIsNamed(String json, String message) {
    assertUnreadable(message, with("StockCode", json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83dx\"",
        "\"\\ude00\\ud83d\"",
        "\"\\ud83d\\ud83d\""
      })
  void aStockCodeWithHalfASurrogatePairHasNoUtf8AndIsUnreadable(String json) {
    byte[] value = with("StockCode", json).getBytes(UTF_8);
    Unreadable refused =
        assertThrows(Unreadable.class, () -> SaleReader.read(value, new Sale()), json);
    assertTrue(refused.what().contains("surrogate"), refused.what());
    assertEquals(null, SaleText.scan(value));
  }

  @Test
  void aStockCodeHasAtMost1024BytesRatherThanCharacters() {
    String longest = "a".repeat(1022) + "é";
    assertRead(longest, "1674744306.978004", "3.9", with("StockCode", '"' + longest + '"'));
    assertUnreadable(
        "StockCode has 1025 bytes; 1 to 1024 are accepted",
        with("StockCode", '"' + "a".repeat(1023) + "é\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"StockCode", "Quantity", "Price", "InvoiceDate"})
  void aMissingFieldIsNamed(String field) {
    assertUnreadable(field + " is missing", with(field, null));
    assertUnreadable(
        field + " is missing", with(field, null).replace("}", ",\"x\":" + with("", null) + "}"));
    assertUnreadable(
        field + " is missing", with(field, null).replace("}", ",\"x\":[" + with("", null) + "]}"));
  }

  @Test
  void ofARepeatedNameTheLastOneCounts() {
    assertAmount("6", with("Price", "1,\"Price\":3"));
    assertAmount("6", with("Price", "NaN,\"Price\":3"));
    assertAmount("6", with("Price", "1,\"Pr\\u0069ce\":3"));
    assertUnreadable("Price is not a number: null", with("Price", "NaN,\"Price\":null"));
    assertUnreadable("Price is not a number: NaN", with("Price", "[1],\"Price\":NaN"));
  }

  @Test
  void onlyRootMembersCount() {
    String decoy = "{\"StockCode\":\"x\",\"Quantity\":9,\"Price\":9,\"InvoiceDate\":9}";
    assertAmount("3.9", ROW.replaceFirst("\\{", "{\"a\":" + decoy + ","));
    assertAmount("3.9", ROW.replace("}", ",\"a\":[" + decoy + "]}"));
    assertAmount("3.9", ROW.replace("}", ",\"a\":\"" + decoy.replace("\"", "\\\"") + "\"}"));
    assertAmount("3.9", ROW.replace("}", ",\"price\":9,\"Price \":9,\"\":9,\"Pric\":9}"));
  }

  @Test
  void anEmptyValueAndOneThatIsNotUtf8AreNamed() {
    assertUnreadable("the value is null (a tombstone)", (byte[]) null);
    assertUnreadable("the value is empty", "");
    assertUnreadable("the value is not UTF-8", with("x", "\"é\"").getBytes(ISO_8859_1));
    assertUnreadable(
        "the value is not UTF-8", with("StockCode", "\"\u00c0\u0080\"").getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | the value is JSON but not an object: an array",
        "1 | the value is JSON but not an object: a number",
        "null | the value is JSON but not an object: null",
        "NaN | the value is JSON but not an object: NaN",
        "\"a\" | the value is JSON but not an object: a string",
        "{ | the JSON ends too early",
        "{} | StockCode is missing",
        "489434,21491,2 | the value is JSON but not an object: a number",
        "hello | not JSON: malformed at line 1 column 1 path $",
        "{'StockCode':'a'} | not JSON: malformed at line 1 column 3 path $.",
        "{a:1} | not JSON: malformed at line 1 column 3 path $."
      })
  void aValueThatIsNotAJsonObjectIsNamed(String json, String message) {
    Unreadable refused =
        assertThrows(Unreadable.class, () -> SaleReader.read(json.getBytes(UTF_8), new Sale()));
    assertEquals(message, refused.what());
    assertEquals(null, SaleText.scan(json.getBytes(UTF_8)));
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertAmount("3.9", "\ufeff" + ROW);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "[NaN,{\"y\":-Infinity}]",
        "null",
        "true",
        "1e400",
        "-0.0",
        "\"NaN \\\"Infinity\"",
        "\"\\\\\"",
        "\"\\ud83d\"",
        "\"\u2028\u007f\"",
        "{}",
        "[[[]]]",
        "{\"Price\":NaN}"
      })
  void otherFieldsMayHoldAnyJsonAndPythonsBareWords(String json) {
    assertAmount("3.9", before(json));
    assertAmount("3.9", after(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nan",
        "infinity",
        "-NaN",
        "+Infinity",
        "NaN1",
        "1NaN",
        "NaNNaN",
        "nullNaN",
        "--Infinity",
        "True",
        "TRUE",
        "NULL",
        "undefined",
        "x",
        "'x'",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "1_000",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{1:2}",
        "{NaN:2}",
        "{\"y\"=1}",
        "{\"y\":1,}",
        "\"a\nb\"",
        "\"\t\"",
        "[\"a\u0000b\"]",
        "{\"\u001f\":1}",
        "\"\\x\"",
        "\"\\'\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u\u0661\u0661\u0661\u0661\"",
        "/**/1",
        "1//",
        "1#",
        ""
      })
  void otherFieldsMustBeJsonToo(String json) {
    for (String row : new String[] {after(json), before(json)}) {
      byte[] value = row.getBytes(UTF_8);
      assertThrows(Unreadable.class, () -> SaleReader.read(value, new Sale()), row);
      assertEquals(null, SaleText.scan(value), row);
    }
  }

  @Test
  void everyTruncationAndAnythingAfterTheObjectIsUnreadable() {
    String row = ROW.replace("}", ",\"x\":[NaN,\"\\\"\\\"\",{}]}");
    assertAmount("3.9", row + " \r\n\t");
    for (int length = 0; length < row.length(); length++) {
      byte[] value = row.substring(0, length).getBytes(UTF_8);
      assertThrows(Unreadable.class, () -> SaleReader.read(value, new Sale()));
      assertEquals(null, SaleText.scan(value));
    }
    for (String follows : new String[] {"null", "NaN", "}", "{}", row, "\u0000", "/**/"}) {
      byte[] value = (row + " " + follows).getBytes(UTF_8);
      assertThrows(Unreadable.class, () -> SaleReader.read(value, new Sale()), follows);
      assertEquals(null, SaleText.scan(value), follows);
    }
  }

  @Test
  void numbersEndAt1023Characters() {
    String longest = "1." + "0".repeat(1021);
    assertAmount("2", with("Price", longest));
    assertAmount("2", with("Price", '"' + longest + '"'));
    assertAmount("3.9", with("x", longest));
    assertAmount("3.9", with("x", "9".repeat(1023)));
    assertRead("9".repeat(1023), "1674744306.978004", "3.9", with("StockCode", "9".repeat(1023)));
    String tooLong = longest + "0";
    for (String field : new String[] {"Price", "x", "StockCode", "InvoiceDate"}) {
      byte[] value = with(field, tooLong).getBytes(UTF_8);
      assertThrows(Unreadable.class, () -> SaleReader.read(value, new Sale()), field);
      assertEquals(null, SaleText.scan(value), field);
    }
    assertUnreadable(
        "Price is not a number: " + tooLong.substring(0, 80) + "...",
        with("Price", '"' + tooLong + '"'));
  }

  @Test
  void nestingEndsAt255() {
    assertAmount("3.9", with("x", "[".repeat(254) + "]".repeat(254)));
    assertThrows(
        Unreadable.class,
        () ->
            SaleReader.read(
                with("x", "[".repeat(255) + "]".repeat(255)).getBytes(UTF_8), new Sale()));
    assertThrows(
        Unreadable.class,
        () -> SaleReader.read(with("x", "{\"a\":".repeat(100_000)).getBytes(UTF_8), new Sale()));
  }

  @Test
  void aMegabyteIsReadAndABrokenOneIsRefused() {
    String megabyte = "\\\"NaN".repeat(200_000);
    assertAmount("3.9", with("x", '"' + megabyte + '"'));
    byte[] broken = with("x", '"' + megabyte).getBytes(UTF_8);
    assertThrows(Unreadable.class, () -> SaleReader.read(broken, new Sale()));
    assertEquals(null, SaleText.scan(broken));
    assertAmount("3.9", with("x", '"' + "x".repeat(1_000_000) + '"'));
  }
}
