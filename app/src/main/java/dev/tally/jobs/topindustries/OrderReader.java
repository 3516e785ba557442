package dev.tally.jobs.topindustries;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.tally.jobs.sources.RootObject;
import dev.tally.jobs.sources.Unreadable;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an order with gson's strict streaming reader until it has all that matters, and no farther,
 * and says exactly what is wrong with a value that does not get there. It is the reference: what it
 * accepts is what tally accepts. Stateless: any thread may use it.
 */
final class OrderReader {
  /** ISO 8601: seconds are not left out; without an offset it is UTC. */
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?)"
              + "(Z|[+-][0-9]{2}:[0-9]{2})?");

  private static final Pattern ZERO = Pattern.compile("-?0(?:\\.0+)?(?:[eE].*)?");
  private static final int INTEGER_DIGITS_MAX = 15; // below Order.AMOUNT_END

  /** The members, as far as they have been found. */
  private static final class Members implements RootObject.Members {
    private @Nullable UUID orderId;
    private @Nullable UUID customerId;
    private @Nullable BigDecimal amount;
    private @Nullable Instant time;

    @Override
    public boolean complete() {
      return orderId != null && customerId != null && amount != null && time != null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException, Unreadable {
      if (name.equals("order_id") && orderId == null) {
        orderId = uuid(name, json);
      } else if (name.equals("customer_id") && customerId == null) {
        customerId = uuid(name, json);
      } else if (name.equals("amount") && amount == null) {
        amount = amount(json);
      } else if (name.equals("timestamp") && time == null) {
        time = time(json);
      } else {
        return false;
      }
      return true;
    }

    private Order order() throws Unreadable {
      return new Order(
          required("order_id", orderId),
          required("customer_id", customerId),
          required("amount", amount),
          required("timestamp", time));
    }
  }

  private OrderReader() {}

  /**
   * Reads an order. If a name comes twice before all members are found, the first counts.
   *
   * @throws Unreadable with the field that is wrong and what was found there
   */
  static Order read(byte @Nullable [] value) throws Unreadable {
    Members members = new Members();
    // All that matters is ASCII, so that bytes which are not UTF-8 cannot look like it.
    RootObject.read(RootObject.text(value), members);
    return members.order();
  }

  private static <T> T required(String name, @Nullable T member) throws Unreadable {
    if (member == null) {
      throw new Unreadable(name + " is missing");
    }
    return member;
  }

  private static UUID uuid(String name, JsonReader json) throws IOException, Unreadable {
    boolean string = json.peek() == JsonToken.STRING;
    String text = RootObject.found(json);
    UUID uuid = string ? UuidText.parse(text) : null;
    if (uuid == null) {
      throw new Unreadable(name + " is not a UUID: " + RootObject.shortened(text));
    }
    return uuid;
  }

  private static BigDecimal amount(JsonReader json) throws IOException, Unreadable {
    boolean number = json.peek() == JsonToken.NUMBER;
    String text = RootObject.found(json);
    if (!number) {
      throw new Unreadable("amount is not a number: " + RootObject.shortened(text));
    }
    if (ZERO.matcher(text).matches()) {
      return BigDecimal.ZERO; // for any exponent; BigDecimal refuses large ones
    }
    BigDecimal amount;
    try {
      amount = new BigDecimal(text).stripTrailingZeros();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new Unreadable("amount is out of range: " + RootObject.shortened(text));
    }
    if (amount.scale() > Order.DECIMALS_MAX) {
      throw new Unreadable(
          "amount has more than "
              + Order.DECIMALS_MAX
              + " decimals: "
              + RootObject.shortened(text));
    }
    // Counts the digits before the point without building a number that may have a billion.
    if ((long) amount.precision() - amount.scale() > INTEGER_DIGITS_MAX) {
      throw new Unreadable("amount is out of range, |x| < 10^15: " + RootObject.shortened(text));
    }
    return Order.plain(amount);
  }

  private static Instant time(JsonReader json) throws IOException, Unreadable {
    boolean string = json.peek() == JsonToken.STRING;
    String text = RootObject.found(json);
    Matcher matcher = TIME.matcher(text);
    if (!string || !matcher.matches()) {
      throw new Unreadable(notATime(text));
    }
    Instant time;
    try {
      ZoneOffset offset =
          matcher.group(2) == null ? ZoneOffset.UTC : ZoneOffset.of(matcher.group(2));
      time = LocalDateTime.parse(matcher.group(1)).toInstant(offset);
    } catch (DateTimeException e) {
      throw new Unreadable(notATime(text));
    }
    if (time.getEpochSecond() < 0) {
      throw new Unreadable("timestamp is before 1970: " + RootObject.shortened(text));
    }
    return time;
  }

  private static String notATime(String text) {
    return "timestamp is not a time as 2023-03-09T17:45:36+00:00, with a fraction or without: "
        + RootObject.shortened(text);
  }
}
