package dev.tally.generate.sales;

import dev.tally.Stop;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows as keys and values of records. Everything but the event time is encoded once and held, about
 * 250 bytes a row, so that sending costs one copy per row.
 *
 * <p>A value has the members of the original producer in their order, without blanks: {@code
 * {"Invoice":"489434","StockCode":"85048","Description":"..","Quantity":12,"Price":6.95,"Customer
 * ID":13085.0,"Country":"United Kingdom","InvoiceDate":1795191575.5933046}}. Quantity and Price
 * keep the characters of the file.
 */
final class JsonRows {
  // What an array and its two references take in addition to its bytes.
  private static final int ROW_OVERHEAD_BYTES = 40;

  // By RFC 8259; the limit on the length is that of every reader built on gson.
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final int NUMBER_CHARS_MAX = 1023;
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d*)");

  private final List<byte[]> prefixes = new ArrayList<>();
  private final List<byte @Nullable []> keys = new ArrayList<>();
  private long[] csvNanos = new long[0];

  private final String name;
  private final RowKey rowKey;
  private final Missing missing;
  private final boolean withCsvTimes;
  private final long bytesMax;
  private final Map<String, byte[]> sameKeys = new HashMap<>();
  private final StringBuilder json = new StringBuilder();
  private long bytes;

  private JsonRows(Rows rows, RowKey rowKey, Missing missing, EventTime eventTime, long bytesMax) {
    this.name = rows.name();
    this.rowKey = rowKey;
    this.missing = missing;
    this.withCsvTimes = eventTime instanceof EventTime.Csv;
    this.bytesMax = bytesMax;
  }

  /**
   * Reads and encodes all rows.
   *
   * @param eventTime it only matters whether it is the file's own
   * @throws Stop if the file cannot be read, has no row, holds a value that cannot be sent, lacks
   *     the event times that are asked for, or is larger than memory
   */
  static JsonRows of(Rows rows, RowKey rowKey, Missing missing, EventTime eventTime) {
    // The rest of the heap is for the producer's buffers and for the garbage of reading.
    return of(rows, rowKey, missing, eventTime, Runtime.getRuntime().maxMemory() / 10 * 6);
  }

  static JsonRows of(
      Rows rows, RowKey rowKey, Missing missing, EventTime eventTime, long bytesMax) {
    JsonRows encoded = new JsonRows(rows, rowKey, missing, eventTime, bytesMax);
    rows.forEach(encoded::add);
    if (encoded.size() == 0) {
      throw Stop.usage("%s: no row follows the header, so there is nothing to send.", rows.name());
    }
    encoded.csvNanos = Arrays.copyOf(encoded.csvNanos, encoded.withCsvTimes ? encoded.size() : 0);
    return encoded;
  }

  int size() {
    return prefixes.size();
  }

  /** The record key of a row; null for none. */
  byte @Nullable [] key(int row) {
    return keys.get(row);
  }

  /** The record value of a row, a new array. */
  byte[] value(int row, long eventNanos) {
    byte[] prefix = prefixes.get(row);
    int timeBytes = EpochText.length(eventNanos);
    byte[] value = Arrays.copyOf(prefix, prefix.length + timeBytes + 1);
    EpochText.write(eventNanos, value, prefix.length, timeBytes);
    value[value.length - 1] = '}';
    return value;
  }

  /** Event times in the order of the file; empty unless they were asked for. */
  long[] csvNanos() {
    return csvNanos;
  }

  private void add(Row row) {
    json.setLength(0);
    text("Invoice", row.invoice());
    text("StockCode", row.stockCode());
    text("Description", row.description());
    number("Quantity", row.quantity(), row);
    number("Price", row.price(), row);
    customer(row.customerId());
    text("Country", row.country());
    member("InvoiceDate");
    byte[] prefix = json.toString().getBytes(StandardCharsets.UTF_8);
    bytes += prefix.length + ROW_OVERHEAD_BYTES;
    if (bytes > bytesMax) {
      throw Stop.usage(
          "%s does not fit into memory: %d rows alone take %d MB; give Java more, as in"
              + " JAVA_TOOL_OPTIONS=-Xmx8g, or split the file.",
          name, size(), bytes >> 20);
    }
    if (withCsvTimes) {
      addCsvTime(row);
    }
    prefixes.add(prefix);
    String key = rowKey.of(row);
    keys.add(
        key.isEmpty()
            ? null
            : sameKeys.computeIfAbsent(key, text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  private void addCsvTime(Row row) {
    if (row.invoiceDate().isEmpty()) {
      throw Stop.usage(
          "%s, line %d: no InvoiceDate for --event.time csv; give --event.time now or START+RATE,"
              + " or a --file that has it.",
          name, row.line());
    }
    if (size() == csvNanos.length) {
      csvNanos = Arrays.copyOf(csvNanos, Math.max(1024, 2 * csvNanos.length));
    }
    try {
      csvNanos[size()] = InvoiceDate.nanos(row.invoiceDate());
    } catch (DateTimeException e) {
      throw Stop.usage(
          "%s, line %d: InvoiceDate '%s' is neither like 2009-12-01 07:45:00 (UTC) nor seconds"
              + " since 1970; correct it or give --event.time now or START+RATE.",
          name, row.line(), row.invoiceDate());
    }
  }

  private void text(String member, String value) {
    if (value.isEmpty()) {
      missing(member);
    } else {
      member(member);
      quoted(value);
    }
  }

  private void number(String member, String value, Row row) {
    if (value.isEmpty()) {
      missing(member);
      return;
    }
    if (value.length() > NUMBER_CHARS_MAX || !NUMBER.matcher(value).matches()) {
      throw Stop.usage(
          "%s, line %d: %s '%s' is not a number as JSON writes it, like -12 or 6.95; correct it.",
          name, row.line(), member, value.substring(0, Math.min(40, value.length())));
    }
    member(member);
    json.append(value);
  }

  /**
   * Writes a floating-point number: in the original producer, missing values make the column one.
   */
  private void customer(String value) {
    boolean number = value.length() <= NUMBER_CHARS_MAX - 2 && NUMBER.matcher(value).matches();
    if (!number) {
      text("Customer ID", value);
      return;
    }
    member("Customer ID");
    json.append(value).append(INTEGER.matcher(value).matches() ? ".0" : "");
  }

  private void missing(String member) {
    switch (missing) {
      case NULL -> {
        member(member);
        json.append("null");
      }
      case NAN -> {
        member(member);
        json.append("NaN");
      }
      case OMIT -> {}
    }
  }

  private void member(String name) {
    json.append(json.isEmpty() ? '{' : ',').append('"').append(name).append("\":");
  }

  private void quoted(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
