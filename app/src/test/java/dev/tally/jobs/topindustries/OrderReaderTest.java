package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrderReaderTest {
  private static final String ORDER_ID = "0123abcd-4567-89ab-cdef-0123456789ab";
  private static final String CUSTOMER_ID = "00000000-0000-0000-0000-000000000002";

  private static String order(String amount, String timestamp) {
    return String.format(
        "{\"order_id\":\"%s\",\"customer_id\":\"%s\",\"amount\":%s,\"timestamp\":%s}",
        ORDER_ID, CUSTOMER_ID, amount, timestamp);
  }

  private static String read(String json) {
    return OrderText.read(json.getBytes(UTF_8));
  }

  private static String expected(String amount, String time) {
    return OrderText.of(
        UUID.fromString(ORDER_ID),
        UUID.fromString(CUSTOMER_ID),
        new BigDecimal(amount),
        Instant.parse(time));
  }

  @ParameterizedTest
  @CsvSource({
    "26.43, 26.43",
    "233639.66000000003, 233639.66000000003",
    "1.50, 1.5",
    "1500, 1500",
    "1.5e3, 1500",
    "-2E-20, -0.00000000000000000002",
    "0e99999999999, 0",
    "-0.0, 0",
    "999999999999999.99999999999999999999, 999999999999999.99999999999999999999"
  })
  void amountsAreExactDecimals(String written, String amount) {
    assertEquals(
        expected(amount, "2023-03-09T17:45:36Z"), read(order(written, "\"2023-03-09T17:45:36Z\"")));
  }

  @ParameterizedTest
  @CsvSource({
    "2023-03-09T17:45:36+00:00, 2023-03-09T17:45:36Z",
    "2023-03-09T17:45:36, 2023-03-09T17:45:36Z",
    "2023-03-09T17:45:36Z, 2023-03-09T17:45:36Z",
    "2023-03-09T17:45:36.5, 2023-03-09T17:45:36.500Z",
    "2023-03-09T17:45:36.123456789+02:00, 2023-03-09T15:45:36.123456789Z",
    "2023-03-09T17:45:36-05:30, 2023-03-09T23:15:36Z",
    "2024-02-29T00:00:00+18:00, 2024-02-28T06:00:00Z",
    "1970-01-01T00:00:00, 1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
  })
  void timesHaveAnOffsetOrAreUtc(String written, String time) {
    assertEquals(expected("1", time), read(order("1", "\"" + written + "\"")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1e15 ; amount is out of range, |x| < 10^15: 1e15",
        "1e-21 ; amount has more than 20 decimals: 1e-21",
        "1e-2147483649 ; amount is out of range: 1e-2147483649",
        "\"1\" ; amount is not a number: 1",
        "null ; amount is not a number: null",
        "[1] ; amount is not a number: an array"
      })
  void anAmountThatIsNoneIsNamed(String written, String message) {
    assertEquals("unreadable: " + message, read(order(written, "\"2023-03-09T17:45:36Z\"")));
  }

  @ParameterizedTest
  @CsvSource({
    "2023-03-09T17:45",
    "2023-03-09 17:45:36",
    "2023-02-29T17:45:36",
    "2023-03-09T24:00:00",
    "2023-03-09T17:45:36.",
    "2023-03-09T17:45:36.1234567890",
    "2023-03-09T17:45:36+05",
    "2023-03-09T17:45:36+18:01",
    "1678383936"
  })
  void aTimeThatIsNoneIsNamed(String written) {
    assertEquals(
        "unreadable: timestamp is not a time as 2023-03-09T17:45:36+00:00, with a fraction or"
            + " without: "
            + written,
        read(order("1", "\"" + written + "\"")));
  }

  @Test
  void aTimeBefore1970IsNamed() {
    assertEquals(
        "unreadable: timestamp is before 1970: 1970-01-01T00:00:00+00:01",
        read(order("1", "\"1970-01-01T00:00:00+00:01\"")));
  }

  @Test
  void whatIsMissingOrNotAUuidIsNamed() {
    String sound = order("1", "\"2023-03-09T17:45:36Z\"");
    for (String name : new String[] {"order_id", "customer_id", "amount", "timestamp"}) {
      assertEquals("unreadable: " + name + " is missing", read(sound.replace(name, "x")));
    }
    assertEquals(
        "unreadable: order_id is not a UUID: 1-1-1-1-1",
        read(sound.replace(ORDER_ID, "1-1-1-1-1")));
    assertEquals("unreadable: the value is null (a tombstone)", OrderText.read(null));
    assertEquals("unreadable: the value is empty", read(""));
    assertEquals("unreadable: the JSON ends too early", read("{\"order_id\":"));
    assertEquals("unreadable: the value is JSON but not an object: 7", read("7"));
  }

  @Test
  void ofRepeatedNamesTheFirstCountsAndNothingIsReadAfterTheLastMember() {
    String sound = order("1", "\"2023-03-09T17:45:36Z\"");
    String expected = expected("1", "2023-03-09T17:45:36Z");
    assertEquals(expected, read(sound.replace("\"amount\":1", "\"amount\":1,\"amount\":2")));
    assertEquals(expected, read(sound.replace("}", ", what is this")));
  }
}
