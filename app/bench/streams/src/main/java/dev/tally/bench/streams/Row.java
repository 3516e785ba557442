package dev.tally.bench.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A sales row for {@link Strongest}: numbers are longs, and what the answer repeats stays bytes.
 * Amounts are exact or refused: they are whole numbers of 10^-6.
 *
 * @param code StockCode in JSON, quotes included
 * @param epoch InvoiceDate as the input wrote it
 * @param nanos InvoiceDate in nanoseconds since 1970
 * @param amount Price x Quantity in units of 10^-6
 */
record Row(Span code, Span epoch, long nanos, long amount) {
  private static final int AMOUNT_DECIMALS = 6;
  private static final int NANO_DECIMALS = 9;
  private static final byte[] HEAD = "{\"StockCode\":".getBytes(US_ASCII);
  private static final byte[] EPOCH = ",\"Epoch\":".getBytes(US_ASCII);
  private static final byte[] SUM = ",\"10minutesSum\":".getBytes(US_ASCII);
  // Sign, 19 digits, point and closing brace.
  private static final int SUM_BYTES_MAX = 22;
  private static final long UNIT = 1_000_000;

  /** Some of the input's bytes. */
  static final class Span {
    private final byte[] bytes;
    private final int from;
    private final int to;

    Span(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
    }

    static Span of(byte[] bytes) {
      return new Span(bytes, 0, bytes.length);
    }

    int copyTo(byte[] target, int at) {
      System.arraycopy(bytes, from, target, at, to - from);
      return at + to - from;
    }

    int length() {
      return to - from;
    }
  }

  /** Null is a tombstone, which the Processor API hands on as it is. */
  @SuppressWarnings("NullAway") // Kafka's interfaces are not annotated
  static Serde<Row> serde() {
    Deserializer<Row> deserializer =
        (topic, bytes) -> {
          if (bytes == null) {
            return null;
          }
          Row row = RowScanner.scan(bytes);
          return row == null ? parse(new String(bytes, UTF_8)) : row;
        };
    return Serdes.serdeFrom(
        (topic, row) -> {
          throw new UnsupportedOperationException("rows are only read");
        },
        deserializer);
  }

  /** Any row, also an unusual one. */
  private static Row parse(String json) {
    String code = "";
    String epoch = "";
    BigDecimal price = BigDecimal.ZERO;
    BigDecimal quantity = BigDecimal.ZERO;
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.LENIENT); // for NaN where nothing is needed
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "StockCode" -> code = new JsonPrimitive(reader.nextString()).toString();
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
    return new Row(
        Span.of(code.getBytes(UTF_8)),
        Span.of(epoch.getBytes(UTF_8)),
        new BigDecimal(epoch).movePointRight(NANO_DECIMALS).longValueExact(),
        price.multiply(quantity).movePointRight(AMOUNT_DECIMALS).longValueExact());
  }

  byte[] answer(long sum) {
    byte[] answer =
        new byte
            [HEAD.length
                + code.length()
                + EPOCH.length
                + epoch.length()
                + SUM.length
                + SUM_BYTES_MAX];
    int at = append(answer, 0, HEAD);
    at = append(answer, code.copyTo(answer, at), EPOCH);
    at = append(answer, epoch.copyTo(answer, at), SUM);
    at = decimal(answer, at, sum);
    answer[at++] = '}';
    return Arrays.copyOf(answer, at);
  }

  private static int append(byte[] answer, int at, byte[] part) {
    System.arraycopy(part, 0, answer, at, part.length);
    return at + part.length;
  }

  /** As plain decimal without trailing zeros. */
  private static int decimal(byte[] answer, int from, long sum) {
    int at = from;
    if (sum < 0) {
      answer[at++] = '-';
    }
    long magnitude = Math.absExact(sum);
    at = digits(answer, at, magnitude / UNIT, 1);
    if (magnitude % UNIT != 0) {
      answer[at++] = '.';
      at = digits(answer, at, magnitude % UNIT, AMOUNT_DECIMALS);
      while (answer[at - 1] == '0') {
        at--;
      }
    }
    return at;
  }

  private static int digits(byte[] answer, int from, long number, int atLeast) {
    int count = atLeast;
    for (long rest = number / power(atLeast); rest > 0; rest /= 10) {
      count++;
    }
    long rest = number;
    for (int at = from + count - 1; at >= from; at--) {
      answer[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return from + count;
  }

  private static long power(int exponent) {
    return exponent == 1 ? 10 : UNIT;
  }
}
