package dev.tally.jobs.rollingsum;

import static dev.tally.json.JsonScanner.UNUSUAL;

import dev.tally.json.JsonScanner;
import java.nio.ByteBuffer;

/**
 * Finds the four fields of an ordinary sales row in its bytes and builds nothing. Unusual rows are
 * left to {@link SaleReader}, which has the last word: the two must agree on every row that the
 * scanner accepts.
 *
 * <p>Confined to the thread of its shard.
 */
final class SaleScanner {
  private static final int PRICE = 1;
  private static final int QUANTITY = 1 << 1;
  private static final int STOCK_CODE = 1 << 2;
  private static final int INVOICE_DATE = 1 << 3;
  private static final int ALL = PRICE | QUANTITY | STOCK_CODE | INVOICE_DATE;

  private static final int INTEGER_DIGITS_MAX = 15; // |x| < 10^15
  private static final int DECIMALS_MAX = 9;
  private static final int EPOCH_INTEGER_DIGITS_MAX = 11; // t < 10^11

  /** Nanoseconds of one unit in the last place, by the number of decimals. */
  private static final long[] NANOS_OF_DECIMALS = {
    1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1
  };

  private final JsonScanner json =
      new JsonScanner("Price", "Quantity", "StockCode", "InvoiceDate"); // in the order of the bits

  /** Whether this is an ordinary row; if so, its four fields are in `sale`. */
  boolean scan(ByteBuffer value, Sale sale) {
    if (!value.hasArray()) {
      return false; // Kafka's clients always return buffers that have one
    }
    int from = value.arrayOffset() + value.position();
    return scan(value.array(), from, from + value.remaining(), sale);
  }

  private boolean scan(byte[] bytes, int from, int end, Sale sale) {
    JsonScanner json = this.json; // or the field would be read again after every call
    int at = json.open(bytes, from, end);
    if (at == UNUSUAL) {
      return false;
    }
    int found = 0;
    long price = 0;
    int priceScale = 0;
    long quantity = 0;
    int quantityScale = 0;
    int member = 0;
    do {
      int value = json.name(member++, bytes, at, end);
      if (value == UNUSUAL) {
        return false;
      }
      int field = json.field();
      switch (field) {
        case PRICE -> {
          at = amount(json, bytes, value, end);
          price = json.unscaled();
          priceScale = json.decimals();
        }
        case QUANTITY -> {
          at = amount(json, bytes, value, end);
          quantity = json.unscaled();
          quantityScale = json.decimals();
        }
        case STOCK_CODE -> at = stockCode(json, bytes, value, end, sale);
        case INVOICE_DATE -> at = invoiceDate(json, bytes, value, end, sale);
        default -> at = json.skip(bytes, value, end);
      }
      if (at == UNUSUAL) {
        return false;
      }
      found |= field;
      at = JsonScanner.skipBlanks(bytes, at, end);
    } while (at < end && bytes[at] == ',');
    if (found != ALL || !json.close(bytes, from, at, end)) {
      return false;
    }
    sale.setAmount(price, priceScale, quantity, quantityScale);
    return true;
  }

  /** A Price or a Quantity. */
  private static int amount(JsonScanner json, byte[] bytes, int at, int end) {
    int next = json.decimal(bytes, at, end);
    boolean usual = json.integerDigits() <= INTEGER_DIGITS_MAX && json.decimals() <= DECIMALS_MAX;
    return usual ? next : UNUSUAL;
  }

  private static int stockCode(JsonScanner json, byte[] bytes, int at, int end, Sale sale) {
    int next = json.plainString(bytes, at, end);
    int from = at + 1;
    int to = next - 1;
    if (next == UNUSUAL) {
      next = JsonScanner.skipNumber(bytes, at, end);
      if (next == UNUSUAL) {
        return UNUSUAL;
      }
      from = at;
      to = next;
    }
    if (from == to || to - from > SaleReader.STOCK_CODE_BYTES_MAX) {
      return UNUSUAL;
    }
    sale.code().set(bytes, from, to);
    return next;
  }

  private static int invoiceDate(JsonScanner json, byte[] bytes, int at, int end, Sale sale) {
    int next = json.decimal(bytes, at, end);
    if (next == UNUSUAL
        || bytes[at] == '-'
        || json.integerDigits() > EPOCH_INTEGER_DIGITS_MAX
        || json.decimals() > DECIMALS_MAX) {
      return UNUSUAL;
    }
    long nanosPerUnit = NANOS_OF_DECIMALS[json.decimals()];
    if (json.unscaled() >= Long.MAX_VALUE / nanosPerUnit) {
      return UNUSUAL; // the year 2262, where nanoseconds no longer fit a long
    }
    sale.setEpoch(json.unscaled() * nanosPerUnit, bytes, at, next);
    return next;
  }
}
