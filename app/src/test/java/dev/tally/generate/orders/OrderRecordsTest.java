package dev.tally.generate.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tally.Stop;
import dev.tally.generate.Records;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class OrderRecordsTest {
  private static final String END = "2023-04-01T00:00:00Z";
  private static final Instant END_TIME = Instant.parse(END);
  private static final OrderMix PLAIN = new OrderMix(500, 0, 0, false, 1);

  private static Records orders(OrderMix mix) {
    return new OrderRecords(mix, History.parse(32, END, 0, mix.seed()), true);
  }

  private static List<JsonObject> read(Records orders, int count) {
    List<JsonObject> read = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      assertNull(orders.key(n));
      read.add(JsonParser.parseString(new String(orders.value(n, 0), UTF_8)).getAsJsonObject());
    }
    return read;
  }

  private static Instant time(JsonObject order) {
    String text = order.get("timestamp").getAsString();
    return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  @Test
  void anOrderHasOneToAHundredLinesOfKnownFormAndTheirSumAsAmount() {
    Records orders = orders(PLAIN);
    long bytes = 0;
    int noisy = 0;
    Set<Integer> sizes = new HashSet<>();
    Set<Integer> volumes = new HashSet<>();
    int count = 1_500;
    for (JsonObject order : read(orders, count)) {
      bytes += order.toString().length();
      assertEquals(
          List.of("order_id", "customer_id", "order_lines", "amount", "timestamp"),
          List.copyOf(order.keySet()));
      assertEquals(4, UUID.fromString(order.get("order_id").getAsString()).version());
      JsonArray lines = order.getAsJsonArray("order_lines");
      sizes.add(lines.size());
      BigDecimal sum = BigDecimal.ZERO;
      for (JsonElement each : lines) {
        JsonObject line = each.getAsJsonObject();
        assertEquals(2, UUID.fromString(line.get("product_id").getAsString()).variant());
        volumes.add(line.get("volume").getAsInt());
        BigDecimal price = line.get("price").getAsBigDecimal();
        assertTrue(price.signum() > 0 && price.scale() <= 2, price.toString());
        sum = sum.add(line.get("volume").getAsBigDecimal().multiply(price));
      }
      BigDecimal noise = order.get("amount").getAsBigDecimal().subtract(sum);
      assertTrue(noise.abs().doubleValue() < 1e-6, () -> noise.toString());
      noisy += noise.signum() == 0 ? 0 : 1;
      assertFalse(order.get("amount").getAsString().contains("E"), order::toString);
    }
    assertEquals(100, sizes.size());
    assertTrue(volumes.contains(0) && volumes.size() == 51, volumes.toString());
    assertTrue(noisy > count / 10 && noisy < count / 4, noisy + " with noise");
    long mean = bytes / count;
    assertTrue(mean > 3_800 && mean < 4_600, mean + " bytes an order, without blanks");
  }

  @Test
  void aHistoryHas100To200OrdersOnEachOf32DaysUpToItsEndInEveryFormOfTimestamp() {
    Records orders = orders(PLAIN);
    int[] ofDay = new int[32];
    Set<String> forms = new HashSet<>();
    Instant last = Instant.MIN;
    for (JsonObject order : read(orders, (int) orders.size())) {
      Instant time = time(order);
      assertTrue(time.plusMillis(1000).isAfter(last), "in order, but for what a form leaves out");
      last = time;
      ofDay[31 - (int) ((END_TIME.toEpochMilli() - 1 - time.toEpochMilli()) / 86_400_000)]++;
      forms.add(order.get("timestamp").getAsString().replaceAll("[0-9]", "0"));
    }
    for (int day = 0; day < 32; day++) {
      assertTrue(ofDay[day] >= 98 && ofDay[day] <= 202, Arrays.toString(ofDay));
    }
    assertTrue(Arrays.stream(ofDay).distinct().count() > 16, Arrays.toString(ofDay));
    String date = "0000-00-00T00:00:00";
    assertEquals(
        Set.of(
            date + "+00:00",
            date + ".000+00:00",
            date + "Z",
            date + ".000000Z",
            date + ".0-00:00",
            date,
            date + ".000000"),
        forms);
  }

  @Test
  void afterTheHistoryOrdersHaveTheTimeOfSendingOrGoOnEvenly() {
    History now = History.parse(1, "now", END_TIME.toEpochMilli() + 999, 1);
    assertEquals(END_TIME.toEpochMilli(), now.endMillis());
    assertEquals(7_000, now.millisOf(now.count(), 7_000_999_999L, 0.5));
    assertTrue(now.millisOf(now.count() - 1, 7, 0.5) < END_TIME.toEpochMilli());
    History fixed = History.parse(1, END, 0, 1);
    assertEquals(END_TIME.toEpochMilli(), fixed.millisOf(fixed.count(), 7, 0.5));
    assertEquals(
        END_TIME.plusSeconds(86_400).toEpochMilli(), fixed.millisOf(fixed.count() + 150, 7, 0.5));
    Records endless = new OrderRecords(PLAIN, fixed, false);
    assertEquals(Long.MAX_VALUE, endless.size());
    assertEquals(fixed.count(), endless.unpaced());
    assertEquals(0, History.parse(0, END, 0, 1).count());
  }

  @Test
  void theSameSeedGivesTheSameOrdersAndAnotherSeedOrEndGivesOtherIds() {
    OrderMix mix = new OrderMix(500, 0.2, 0.2, true, 1);
    Records one = orders(mix);
    Records same = orders(mix);
    List<JsonObject> read = read(orders(mix), 500);
    for (int n = 0; n < 500; n++) {
      assertArrayEquals(one.value(n, 5), same.value(n, 7));
    }
    List<Records> others =
        List.of(
            orders(new OrderMix(500, 0.2, 0.2, true, 2)),
            new OrderRecords(mix, History.parse(32, "2023-04-02T00:00:00Z", 0, 1), true));
    Set<String> ids = ids("order_id", read);
    Set<String> customers = ids("customer_id", read);
    for (Records other : others) {
      Set<String> otherIds = ids("order_id", read(other, 500));
      otherIds.retainAll(ids);
      assertEquals(Set.of(), otherIds);
    }
    // A second run is of the same customers.
    Set<String> again = ids("customer_id", read(others.get(1), 500));
    again.retainAll(customers);
    assertTrue(again.size() > customers.size() / 3, again.size() + " of " + customers.size());
  }

  private static Set<String> ids(String name, List<JsonObject> orders) {
    Set<String> ids = new HashSet<>();
    orders.forEach(order -> ids.add(order.get(name).getAsString()));
    return ids;
  }

  @Test
  void asManyOrdersAsAskedForComeAgainAndAsManyAreInConflict() {
    Map<String, JsonObject> first = new HashMap<>();
    int repeats = 0;
    int conflicts = 0;
    int count = 2_000;
    for (JsonObject order : read(orders(new OrderMix(500, 0.1, 0.2, false, 1)), count)) {
      JsonObject before = first.putIfAbsent(order.get("order_id").getAsString(), order);
      if (before != null && before.equals(order)) {
        repeats++;
      } else if (before != null) {
        conflicts++;
        assertEquals(before.get("customer_id"), order.get("customer_id"));
        assertNotEquals(before.get("order_lines"), order.get("order_lines"));
      }
    }
    assertTrue(Math.abs(repeats - count / 10) < 60, repeats + " repeats");
    assertTrue(Math.abs(conflicts - count / 5) < 90, conflicts + " conflicts");
    assertEquals(1_000, ids("order_id", read(orders(PLAIN), 1_000)).size());
  }

  @Test
  void shuffledOrdersAreTheSameOnesByUpTo64PlacesAway() {
    List<JsonObject> plain = read(orders(PLAIN), 1_280);
    List<JsonObject> shuffled = read(orders(new OrderMix(500, 0, 0, true, 1)), 1_280);
    int moved = 0;
    List<String> ids = plain.stream().map(order -> order.get("order_id").getAsString()).toList();
    Set<String> seen = new HashSet<>();
    for (int n = 0; n < 1_280; n++) {
      String id = shuffled.get(n).get("order_id").getAsString();
      assertTrue(seen.add(id));
      assertTrue(Math.abs(ids.indexOf(id) - n) < 64);
      moved += ids.indexOf(id) == n ? 0 : 1;
    }
    assertTrue(moved > 1_000, moved + " moved");
  }

  @Test
  void aHistoryThatBeginsBefore1970OrEndsTooLateIsRefused() {
    for (String end :
        List.of("soon", "1970-01-32T00:00:00Z", "1970-01-31T00:00:00Z", "9001-01-01T00:00:00Z")) {
      assertThrows(Stop.class, () -> History.parse(32, end, 0, 1), end);
    }
    assertEquals(0, History.parse(31, "1970-02-01T00:00:00Z", 0, 1).millisOf(0, 0, 0));
  }
}
