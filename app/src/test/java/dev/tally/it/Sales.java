package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Rows of five products, one every seven seconds of event time; the n-th is always the same. */
final class Sales {
  static final long FIRST_SECOND = 1_700_000_000;
  static final int STEP_SECONDS = 7;

  private static final int CODES = 5;

  private Sales() {}

  /** Rows from the one number to before the other, keyed by StockCode. */
  static List<ProducerRecord<byte[], byte[]>> rows(String topic, int from, int to) {
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = from; n < to; n++) {
      rows.add(record(topic, code(n), value(n)));
    }
    return rows;
  }

  /** The same rows, with their event time as record timestamp. */
  static List<ProducerRecord<byte[], byte[]>> stampedRows(String topic, int from, int to) {
    List<ProducerRecord<byte[], byte[]>> rows = new ArrayList<>();
    for (int n = from; n < to; n++) {
      long millis = (FIRST_SECOND + (long) n * STEP_SECONDS) * 1_000;
      rows.add(
          new ProducerRecord<>(
              topic, null, millis, code(n).getBytes(UTF_8), value(n).getBytes(UTF_8)));
    }
    return rows;
  }

  static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
    return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  static String code(int n) {
    return "code " + n % CODES;
  }

  static String value(int n) {
    int quantity = n % 11 == 3 ? -(n % 7) : n % 7;
    BigDecimal price = BigDecimal.valueOf(n % 97L * 379 - 1_000, 3);
    return "{\"StockCode\":\"%s\",\"Quantity\":%d,\"Price\":%s,\"InvoiceDate\":%d.%03d}"
        .formatted(
            code(n), quantity, price, FIRST_SECOND + (long) n * STEP_SECONDS, n * 37 % 1_000);
  }
}
