package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.fuzz.Orders;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner reads what is ordinary, and all of that; {@code OrderFuzzTest} has the rest. */
final class OrderScannerTest {
  private static final String IDS =
      "{\"order_id\":\"00000000-0000-0000-0000-000000000001\","
          + "\"customer_id\":\"00000000-0000-0000-0000-000000000002\",";

  @Test
  void ordersInAnyNotationAreScannedAndReadAlike() {
    Random random = new Random(1);
    int scanned = 0;
    for (int i = 0; i < 3_000; i++) {
      Orders.Made made = Orders.ordinary(random);
      String expected = OrderText.of(made.orderId(), made.customerId(), made.amount(), made.time());
      assertEquals(expected, OrderText.read(made.bytes()), made::json);
      String fast = OrderText.scan(made.bytes());
      if (fast != null) {
        scanned++;
        assertEquals(expected, fast, made::json);
      }
    }
    // The others have an exponent or more than 18 digits.
    assertTrue(scanned > 1_500, scanned + " of 3,000 took the fast path");
  }

  @Test
  void anOrderThatIsCutOffAnywhereIsNotReadFromTheBytesAfterIt() {
    Random random = new Random(2);
    OrderScanner scanner = new OrderScanner();
    for (int i = 0; i < 40; i++) {
      byte[] bytes = Orders.ordinary(random).bytes();
      String whole = OrderText.read(bytes);
      for (int length = 0; length < bytes.length; length++) {
        // The rest of the order lies after the cut, where the next record of a fetch lies.
        Order scanned = scanner.scan(ByteBuffer.wrap(bytes, 0, length));
        if (scanned != null) {
          assertEquals(whole, OrderText.of(scanned));
          assertEquals(whole, OrderText.read(Arrays.copyOf(bytes, length)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"amount\":26.43,\"timestamp\":\"2023-03-09T17:45:36+00:00\"}",
        "\"amount\":233639.66000000003,\"timestamp\":\"2023-03-09T17:45:36.123456\"}",
        "\"amount\": -0 ,\"timestamp\" : \"2024-02-29T23:59:59Z\" }",
        "\"timestamp\":\"2023-03-09T17:45:36-17:59\",\"amount\":0.30000000000000004}",
        "\"order_lines\":[{\"volume\":0,\"amount\":[]}],\"timestamp\":\"1970-01-01T00:00:00\","
            + "\"amount\":5,"
      })
  void whatProducersWriteTakesTheFastPath(String members) {
    byte[] bytes = (IDS + members).getBytes(UTF_8);
    String scanned = OrderText.scan(bytes);
    assertNotNull(scanned);
    assertEquals(OrderText.read(bytes), scanned);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"amount\":1e2,\"timestamp\":\"2023-03-09T17:45:36\"}",
        "\"amount\":1.234567890123456789,\"timestamp\":\"2023-03-09T17:45:36\"}",
        "\"amount\":1,\"timestamp\":\"2023-03-09T17:45:36+18:00\"}",
        "\"amount\":1,\"timestamp\":\"2023-03-09T17:45:3\\u0036\"}"
      })
  void whatIsUnusualIsLeftToTheReaderWhichAcceptsIt(String members) {
    byte[] bytes = (IDS + members).getBytes(UTF_8);
    assertNull(OrderText.scan(bytes));
    assertTrue(OrderText.read(bytes).startsWith("00000000-"), OrderText.read(bytes));
  }

  @Test
  void nothingIsLeftOverFromThePreviousOrder() {
    OrderScanner scanner = new OrderScanner();
    String whole = IDS + "\"amount\":1,\"timestamp\":\"2023-03-09T17:45:36\"}";
    assertNotNull(scanner.scan(ByteBuffer.wrap(whole.getBytes(UTF_8))));
    assertNull(scanner.scan(ByteBuffer.wrap((IDS + "\"amount\":1}").getBytes(UTF_8))));
  }
}
