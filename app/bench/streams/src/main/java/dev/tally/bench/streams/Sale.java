package dev.tally.bench.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A sales row.
 *
 * @param epoch InvoiceDate as the input wrote it
 */
record Sale(String epoch, Amount amount) {
  private static final int NANO_DECIMALS = 9;

  /**
   * A sales row as far as sums need it.
   *
   * @param nanos InvoiceDate in nanoseconds since 1970
   * @param value Price x Quantity
   */
  record Amount(long nanos, BigDecimal value) {
    static Serde<Amount> serde() {
      return Serdes.serdeFrom(
          (topic, amount) -> Decimals.bytes(amount.nanos(), amount.value()),
          (topic, bytes) -> new Amount(Decimals.nanos(bytes), Decimals.decimal(bytes)));
    }
  }

  long nanos() {
    return amount.nanos();
  }

  /** Null is a tombstone, which DSL and Processor API hand on as it is. */
  @SuppressWarnings("NullAway") // Kafka's interfaces are not annotated
  static Serde<Sale> serde() {
    Deserializer<Sale> deserializer =
        (topic, bytes) -> bytes == null ? null : parse(new String(bytes, UTF_8));
    return Serdes.serdeFrom(
        (topic, sale) -> {
          throw new UnsupportedOperationException("rows are only read");
        },
        deserializer);
  }

  private static Sale parse(String json) {
    String epoch = "";
    BigDecimal price = BigDecimal.ZERO;
    BigDecimal quantity = BigDecimal.ZERO;
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.LENIENT); // for NaN where nothing is needed
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "InvoiceDate" -> epoch = reader.nextString();
          case "Price" -> price = new BigDecimal(reader.nextString());
          case "Quantity" -> quantity = new BigDecimal(reader.nextString());
          default -> reader.skipValue();
        }
      }
      reader.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long nanos = new BigDecimal(epoch).movePointRight(NANO_DECIMALS).longValueExact();
    return new Sale(epoch, new Amount(nanos, price.multiply(quantity)));
  }

  static String answer(String code, String epoch, BigDecimal sum) {
    return "{\"StockCode\":"
        + new JsonPrimitive(code)
        + ",\"Epoch\":"
        + epoch
        + ",\"10minutesSum\":"
        + sum.toPlainString()
        + "}";
  }
}
