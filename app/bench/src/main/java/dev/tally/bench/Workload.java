package dev.tally.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonPrimitive;
import dev.tally.generate.sales.Row;
import dev.tally.generate.sales.Rows;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Sales rows by rule: the i-th row of a workload is the same in every run. Descriptions, prices and
 * quantities are those of the bundled real rows, in turn.
 *
 * @param rows how many
 * @param keys different StockCodes; {@link #REAL_KEYS} for those of the real rows, some 4,000
 * @param rowsPerSecond of event time; 600 times that are in a window of ten minutes
 * @param disorderPercent share of rows whose event time lies up to half a minute back
 */
public record Workload(
    long rows, int partitions, int keys, int rowsPerSecond, int disorderPercent) {
  public static final int REAL_KEYS = 0;

  private static final int WINDOW_SECONDS = 600;
  private static final long FIRST_EPOCH_NANOS = 1_700_000_000_000_000_000L;
  private static final long DISORDER_NANOS = 30_000_000_000L;
  private static final List<Template> TEMPLATES = templates();

  /** A real row, cut where its StockCode and its InvoiceDate stand. */
  private static final class Template {
    private final byte[] head;
    private final byte[] code;
    private final byte[] middle;
    private final BigDecimal amount;

    Template(String head, String code, String middle, BigDecimal amount) {
      this.head = head.getBytes(UTF_8);
      this.code = code.getBytes(UTF_8);
      this.middle = middle.getBytes(UTF_8);
      this.amount = amount;
    }
  }

  private static List<Template> templates() {
    List<Template> templates = new ArrayList<>();
    Rows.bundled().forEach(row -> templates.add(template(row)));
    return templates;
  }

  private static Template template(Row row) {
    String head = "{\"Invoice\":" + text(row.invoice()) + ",\"StockCode\":\"";
    String middle =
        "\",\"Description\":"
            + text(row.description())
            + ",\"Quantity\":"
            + row.quantity()
            + ",\"Price\":"
            + row.price()
            + ",\"Customer ID\":"
            + (row.customerId().isEmpty() ? "null" : row.customerId())
            + ",\"Country\":"
            + text(row.country())
            + ",\"InvoiceDate\":";
    return new Template(
        head,
        row.stockCode(),
        middle,
        new BigDecimal(row.price()).multiply(new BigDecimal(row.quantity())));
  }

  /** As JSON; what is missing in the real rows is null, which every contestant can read. */
  private static String text(String value) {
    return value.isEmpty() ? "null" : new JsonPrimitive(value).toString();
  }

  private static Template template(long row) {
    return TEMPLATES.get((int) (row % TEMPLATES.size()));
  }

  /** A workload with this number of rows in ten minutes of event time. */
  public static Workload of(
      long rows, int partitions, int keys, int windowRows, int disorderPercent) {
    return new Workload(rows, partitions, keys, windowRows / WINDOW_SECONDS, disorderPercent);
  }

  /** Rows in a full window. */
  long windowRows() {
    return (long) rowsPerSecond * WINDOW_SECONDS;
  }

  /** StockCode of a row, which is its record key. */
  byte[] code(long row) {
    if (keys == REAL_KEYS) {
      return template(row).code;
    }
    return Long.toString(10_000_000 + Math.floorMod(mixed(row), (long) keys)).getBytes(US_ASCII);
  }

  /** Price x Quantity. */
  BigDecimal amount(long row) {
    return template(row).amount;
  }

  /** InvoiceDate in nanoseconds since 1970, a whole number of microseconds. */
  long epochNanos(long row) {
    long nanos = FIRST_EPOCH_NANOS + row * (1_000_000 / rowsPerSecond) * 1000;
    boolean displaced = Math.floorMod(mixed(~row), 100L) < disorderPercent;
    long back = displaced ? Math.floorMod(mixed(row + 1), DISORDER_NANOS) / 1000 * 1000 : 0;
    return nanos - back;
  }

  /** The record's value. */
  public byte[] value(long row) {
    return value(row, epochNanos(row));
  }

  /** The same row at another time. */
  byte[] value(long row, long epochNanos) {
    Template template = template(row);
    byte[] code = code(row);
    byte[] epoch = epochText(epochNanos).getBytes(US_ASCII);
    byte[] head = template.head;
    byte[] middle = template.middle;
    byte[] value = new byte[head.length + code.length + middle.length + epoch.length + 1];
    int at = append(value, 0, head);
    at = append(value, at, code);
    at = append(value, at, middle);
    at = append(value, at, epoch);
    value[at] = '}';
    return value;
  }

  private static int append(byte[] value, int at, byte[] part) {
    System.arraycopy(part, 0, value, at, part.length);
    return at + part.length;
  }

  /** Seconds with six decimals. */
  static String epochText(long epochNanos) {
    long micros = epochNanos / 1000;
    String fraction = Long.toString(1_000_000 + micros % 1_000_000).substring(1);
    return micros / 1_000_000 + "." + fraction;
  }

  /** SplitMix64: spreads consecutive numbers. */
  private static long mixed(long row) {
    long z = row * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
