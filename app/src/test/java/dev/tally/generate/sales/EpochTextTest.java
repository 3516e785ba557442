package dev.tally.generate.sales;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EpochTextTest {
  @Test
  void secondsAreWrittenAsPythonWritesThem() {
    assertEquals("1795191575.5933046", text(1795191575_593304600L));
    assertEquals("1700000000.0", text(1700000000_000000000L));
    assertEquals("1700000000.001", text(1700000000_001000000L));
    assertEquals("1.000000001", text(1_000000001L));
    assertEquals("0.0", text(0));
    assertEquals("9223372036.854775807", text(Long.MAX_VALUE));
  }

  @Test
  void anyTimeIsWrittenAsItsExactPlainDecimal() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      long nanos = random.nextLong() >>> (1 + random.nextInt(63));
      nanos -= random.nextBoolean() ? nanos % 1_000_000 : 0;
      BigDecimal seconds = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
      String expected = seconds.setScale(Math.max(1, seconds.scale())).toPlainString();
      assertEquals(expected, text(nanos));
    }
  }

  private static String text(long nanos) {
    byte[] bytes = new byte[EpochText.length(nanos) + 2];
    bytes[0] = '<';
    bytes[bytes.length - 1] = '>';
    EpochText.write(nanos, bytes, 1, bytes.length - 2);
    String text = new String(bytes, US_ASCII);
    assertEquals("<>", "" + text.charAt(0) + text.charAt(text.length() - 1));
    return text.substring(1, text.length() - 1);
  }
}
