package dev.tally.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The rankings that orders and customers call for, in plain code: all of them, at any hour. */
final class IndustryRecount {
  private static final Pattern ZONE = Pattern.compile(".*(Z|[+-]\\d\\d:\\d\\d)");
  private static final int DAYS = 30;
  private static final int DECIMALS = 6;

  private record Order(String customer, BigDecimal amount, Instant time) {}

  private record Standing(String industry, BigDecimal value, BigDecimal average, int orders) {
    BigDecimal delta() {
      return value.subtract(average);
    }
  }

  private final Map<String, Order> orders = new HashMap<>();
  private final Map<String, List<String>> industries = new HashMap<>();

  /** Takes all orders, of which the first of several with one order_id counts. */
  IndustryRecount(
      List<ConsumerRecord<byte[], byte[]>> orders, List<ConsumerRecord<byte[], byte[]>> customers) {
    for (ConsumerRecord<byte[], byte[]> record : orders) {
      JsonObject order = object(record.value());
      this.orders.putIfAbsent(
          order.get("order_id").getAsString(),
          new Order(
              order.get("customer_id").getAsString(),
              new BigDecimal(order.get("amount").getAsString()),
              instant(order.get("timestamp").getAsString())));
    }
    for (ConsumerRecord<byte[], byte[]> record : customers) {
      List<String> names = new ArrayList<>();
      if (record.value() != null) {
        JsonArray listed = object(record.value()).getAsJsonArray("industries");
        for (JsonElement each : listed) {
          names.add(each.getAsString());
        }
      }
      industries.put(new String(record.key(), UTF_8), names);
    }
  }

  private static JsonObject object(byte[] json) {
    return JsonParser.parseString(new String(json, UTF_8)).getAsJsonObject();
  }

  private static Instant instant(String text) {
    return ZONE.matcher(text).matches()
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  /** The first hour that has a ranking: the end of that of the first order. */
  Instant first() {
    return orders.values().stream()
        .map(order -> order.time().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS))
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** The values of the three records of an hour, in their order, as text without the offset. */
  List<String> ranking(Instant hour) {
    Instant yesterday = hour.minus(1, ChronoUnit.DAYS);
    Set<Long> days = new HashSet<>();
    Map<String, BigDecimal> values = new TreeMap<>();
    Map<String, BigDecimal> sums = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    industries.values().forEach(names -> names.forEach(n -> values.put(n, BigDecimal.ZERO)));
    for (Order order : orders.values()) {
      if (!order.time().isBefore(hour)
          || order.time().isBefore(yesterday.minus(DAYS, ChronoUnit.DAYS))) {
        continue;
      }
      boolean last = !order.time().isBefore(yesterday);
      if (!last) {
        days.add((yesterday.toEpochMilli() - 1 - order.time().toEpochMilli()) / 86_400_000);
      }
      for (String industry : industries.getOrDefault(order.customer(), List.of())) {
        (last ? values : sums).merge(industry, order.amount(), BigDecimal::add);
        counts.merge(industry, last ? 1 : 0, Integer::sum);
      }
    }
    return values.keySet().stream()
        .map(
            each ->
                new Standing(
                    each,
                    values.getOrDefault(each, BigDecimal.ZERO),
                    average(sums.getOrDefault(each, BigDecimal.ZERO), days.size()),
                    counts.getOrDefault(each, 0)))
        .sorted(
            Comparator.comparing((Standing standing) -> standing.delta().abs())
                .reversed()
                .thenComparing(Standing::industry))
        .limit(3)
        .map(standing -> text(standing, days.size()))
        .toList();
  }

  private static BigDecimal average(BigDecimal sum, int days) {
    return days == 0
        ? BigDecimal.ZERO
        : sum.divide(BigDecimal.valueOf(days), DECIMALS, RoundingMode.HALF_EVEN);
  }

  private static String text(Standing standing, int days) {
    BigDecimal average = standing.average();
    String change =
        average.signum() == 0
            ? "null"
            : plain(standing.delta().divide(average, DECIMALS, RoundingMode.HALF_EVEN));
    return String.format(
        "%s %s %s %s %s %d %d",
        standing.industry(),
        plain(standing.value()),
        plain(average),
        plain(standing.delta()),
        change,
        standing.orders(),
        days);
  }

  /** The same of a record that the job has written. */
  static String text(JsonObject answer) {
    return String.format(
        "%s %s %s %s %s %d %d",
        answer.get("industry").getAsString(),
        plain(answer.get("24h_value").getAsBigDecimal()),
        plain(answer.get("30d_avg").getAsBigDecimal()),
        plain(answer.get("delta").getAsBigDecimal()),
        answer.get("change").isJsonNull() ? "null" : plain(answer.get("change").getAsBigDecimal()),
        answer.get("orders").getAsInt(),
        answer.get("days").getAsInt());
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
