package dev.tally.audit.rollingsum;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tally.audit.Unusable;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's table "What is accepted", line by line. */
final class RowTest {
  private static final Map<String, String> GOOD =
      Map.of("StockCode", "\"a\"", "Price", "1.5", "Quantity", "2", "InvoiceDate", "1000.25");

  private static String json(String name, @Nullable String json) {
    StringBuilder text = new StringBuilder("{");
    for (String member : new String[] {"StockCode", "Price", "Quantity", "InvoiceDate"}) {
      String value = member.equals(name) ? json : GOOD.get(member);
      if (value != null) {
        text.append(text.length() > 1 ? "," : "").append('"').append(member).append("\":");
        text.append(value);
      }
    }
    return text.append('}').toString();
  }

  private static Row parse(String json) throws Unusable {
    return Row.parse(json.getBytes(UTF_8));
  }

  private static void assertUnreadable(String json) {
    assertThrows(Unusable.class, () -> parse(json), json);
  }

  @Test
  void aRowOfTheOriginalProducerIsRead() throws Unusable {
    Row row =
        parse(
            "{\"Invoice\": \"489434\", \"StockCode\": \"79323P\", \"Description\": NaN,"
                + " \"Quantity\": -12, \"Price\": 6.75, \"Customer ID\": NaN,"
                + " \"InvoiceDate\": 1795191575.5945363}");
    assertEquals("79323P", row.code());
    assertEquals("1795191575.5945363", row.epoch());
    assertEquals(new BigDecimal("1795191575.5945363"), row.seconds());
    assertEquals(0, row.amount().compareTo(new BigDecimal("-81")));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "-0.0e5,0",
    "0e99999999999999999999,0",
    "1e-9,0.000000001",
    "999999999999999.999999999,999999999999999.999999999",
    "1E14,100000000000000",
    "0.1e15,100000000000000",
    "10e-10,0.000000001",
    "'\"1.25\"',1.25",
    "'\"-1e2\"',-100",
    "'\"\\u0031\"',1",
    "1.5000000000000000000000000000000000000000,1.5"
  })
  void aPriceOrQuantityIsReadByItsValue(String json, BigDecimal price) throws Unusable {
    assertEquals(
        0, parse(json("Price", json)).amount().compareTo(price.multiply(new BigDecimal(2))), json);
    assertEquals(
        0,
        parse(json("Quantity", json)).amount().compareTo(price.multiply(new BigDecimal("1.5"))),
        json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "[]",
        "[1]",
        "{}",
        "{\"a\":1}",
        "NaN",
        "-Infinity",
        "Infinity",
        "\"\"",
        "\"NaN\"",
        "\" 1\"",
        "\"1 \"",
        "\"+1\"",
        "\"01\"",
        "\"1.\"",
        "\".5\"",
        "\"0x1\"",
        "\"one\"",
        "1e15",
        "-1e15",
        "1000000000000000",
        "1e400",
        "1e99999999999999999999",
        "1e-10",
        "0.0000000001",
        "1.0000000000000000000000000000000000000001",
        "\"1\\n\"",
        "\"١\""
      })
  void anUnusablePriceOrQuantityIsUnreadable(String json) {
    assertUnreadable(json("Price", json));
    assertUnreadable(json("Quantity", json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-0", "99999999999.999999999", "1e10", "1000.2500000000000000000"})
  void anInvoiceDateIsAnyTimeInRangeAndKeepsItsText(String json) throws Unusable {
    Row row = parse(json("InvoiceDate", json));
    assertEquals(json, row.epoch());
    assertEquals(0, row.seconds().compareTo(new BigDecimal(json)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0.000000001",
        "1e11",
        "100000000000",
        "1e-10",
        "null",
        "NaN",
        "\"1000\"",
        "true",
        "\"2026-01-31T12:00:00Z\"",
        "[1]",
        "{}"
      })
  void anUnusableInvoiceDateIsUnreadable(String json) {
    assertUnreadable(json("InvoiceDate", json));
  }

  @ParameterizedTest
  @CsvSource({
    "21491,21491",
    "1.50e3,1.50e3",
    "-0,-0",
    "'\" a \"',' a '",
    "'\"\\u00e9\\n\"','é\n'",
    "'\"\\ud83d\\ude00\"',😀"
  })
  void aStockCodeIsAStringOrTheTextOfANumber(String json, String code) throws Unusable {
    assertEquals(code, parse(json("StockCode", json)).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "null",
        "NaN",
        "true",
        "[]",
        "{\"StockCode\":\"a\"}",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83dx\"",
        "\"\\ude00\\ud83d\""
      })
  void anUnusableStockCodeIsUnreadable(String json) {
    assertUnreadable(json("StockCode", json));
  }

  @Test
  void aStockCodeHasAtMost1024BytesNotCharacters() throws Unusable {
    assertEquals(1_024, parse(json("StockCode", "\"" + "a".repeat(1_024) + "\"")).code().length());
    assertEquals(512, parse(json("StockCode", "\"" + "é".repeat(512) + "\"")).code().length());
    assertUnreadable(json("StockCode", "\"" + "a".repeat(1_025) + "\""));
    assertUnreadable(json("StockCode", "\"" + "é".repeat(513) + "\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"StockCode", "Price", "Quantity", "InvoiceDate"})
  void aMissingFieldIsUnreadable(String name) {
    assertUnreadable(json(name, null));
  }

  @Test
  void theLastOfARepeatedNameCounts() throws Unusable {
    assertEquals("b", parse(json("StockCode", "\"a\",\"StockCode\":\"b\"")).code());
    assertEquals("b", parse(json("StockCode", "null,\"StockCode\":\"b\"")).code());
    assertUnreadable(json("StockCode", "\"b\",\"StockCode\":null"));
    assertEquals("b", parse(json("StockCode", "\"a\",\"Stock\\u0043ode\":\"b\"")).code());
  }

  @Test
  void onlyRootMembersCount() throws Unusable {
    assertEquals("a", parse(json("x", "1").replace("{", "{\"x\":{\"StockCode\":\"b\"},")).code());
    assertEquals("a", parse(json("x", "1").replace("}", ",\"x\":[{\"StockCode\":\"b\"}]}")).code());
    assertUnreadable("{\"x\":" + json("x", "1") + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "NaN",
        "{",
        "{}",
        "not JSON",
        "{'StockCode':'a'}",
        "{a:1}"
      })
  void aValueThatIsNotAJsonObjectIsUnreadable(String json) {
    assertUnreadable(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "[NaN,{\"y\":-Infinity}]",
        "\"NaN\\\"NaN\"",
        "null",
        "\"\\\\\"",
        "1e400",
        "{\"StockCode\":NaN}"
      })
  void otherMembersMayBeAnythingThatPythonWrites(String json) throws Unusable {
    assertEquals("a", parse(json("Price", "1,\"x\":" + json)).code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nan",
        "+Infinity",
        "-NaN",
        "NaNNaN",
        "1NaN",
        "NaN1",
        "NaN NaN",
        "--Infinity",
        "TRUE",
        "'x'",
        "x",
        "01",
        "1.",
        ".5",
        "+1",
        "[1,]",
        "[,1]",
        "1;",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12\"",
        "/*c*/1",
        "1//c\n",
        "{1:2}",
        "{NaN:2}",
        "{\"y\"=1}",
        "\"\t\"",
        ""
      })
  void otherMembersMustStillBeJson(String json) {
    assertUnreadable(json("Price", "1,\"x\":" + json));
  }

  @Test
  void everyTruncationIsUnreadable() {
    String whole = json("Price", "1,\"x\":[NaN,\"\\\"\\\"\",{}]");
    for (int length = 0; length < whole.length(); length++) {
      assertUnreadable(whole.substring(0, length));
    }
    assertUnreadable(whole + "}");
    assertUnreadable(whole + whole);
    assertUnreadable(whole + " NaN");
  }

  @Test
  void numbersHaveAtMost1023CharactersAndNesting255Levels() throws Unusable {
    assertEquals("a", parse(json("Price", "1." + "0".repeat(1_021))).code());
    assertUnreadable(json("Price", "1." + "0".repeat(1_022)));
    assertEquals("a", parse(json("Price", "\"1." + "0".repeat(1_021) + "\"")).code());
    assertUnreadable(json("Price", "\"1." + "0".repeat(1_022) + "\""));
    assertUnreadable(json("Price", "1,\"x\":" + "9".repeat(1_024)));
    assertEquals("a", parse(json("Price", "1,\"x\":" + "[".repeat(254) + "]".repeat(254))).code());
    assertUnreadable(json("Price", "1,\"x\":" + "[".repeat(255) + "]".repeat(255)));
    assertUnreadable(json("Price", "1,\"x\":" + "[".repeat(100_000)));
  }

  @Test
  void aMegabyteIsReadAndATruncatedOneIsUnreadable() throws Unusable {
    String escapes = "\\\"".repeat(500_000);
    assertEquals("a", parse(json("Price", "1,\"x\":NaN,\"y\":\"" + escapes + "\"")).code());
    assertUnreadable(json("Price", "1,\"x\":NaN,\"y\":\"" + escapes));
  }

  @Test
  void noValueAndInvalidUtf8AreUnreadable() {
    assertThrows(Unusable.class, () -> Row.parse(null));
    assertThrows(Unusable.class, () -> Row.parse(new byte[0]));
    assertThrows(
        Unusable.class, () -> Row.parse(json("Price", "1,\"x\":\"é\"").getBytes(ISO_8859_1)));
  }

  @Test
  void aByteOrderMarkIsSkipped() throws Unusable {
    assertEquals("a", parse("\ufeff" + json("x", "1")).code());
  }
}
