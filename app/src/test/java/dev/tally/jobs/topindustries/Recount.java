package dev.tally.jobs.topindustries;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The definition in plain code: which orders count, and what is told as of an hour. It forgets
 * nothing.
 */
final class Recount {
  private static final BigDecimal NOTHING = BigDecimal.ZERO;

  /** An order as it came; the amount has no trailing zeros. */
  record Came(UUID orderId, UUID customerId, BigDecimal amount, Instant time) {
    Instant hour() {
      return time.truncatedTo(ChronoUnit.HOURS);
    }
  }

  /** An industry as of an hour. */
  private record Standing(
      String industry, BigDecimal value, BigDecimal average, long orders, int days) {
    BigDecimal delta() {
      return value.subtract(average);
    }

    /** Empty text if there is none. */
    String change() {
      return average.signum() == 0 ? "null" : plain(quotient(delta(), average));
    }

    private BigDecimal size(boolean relative) {
      if (!relative) {
        return delta().abs();
      }
      if (average.signum() == 0) {
        return delta().signum() == 0 ? NOTHING : BigDecimal.TEN.pow(99);
      }
      return quotient(delta(), average).abs();
    }
  }

  private final Duration lateMax;
  private final boolean relative;
  private final boolean split;
  private final Map<UUID, List<Came>> byId = new HashMap<>();
  private final TreeMap<Instant, List<Came>> counted = new TreeMap<>();

  Recount(TopIndustries settings) {
    // Hours are compared, so what is not a whole hour counts as one.
    this.lateMax = Duration.ofHours((settings.lateMax().toSeconds() + 3599) / 3600);
    this.relative = settings.rankBy() == TopIndustries.RankBy.RELATIVE;
    this.split = settings.split();
  }

  /** Takes the next order; returns whether it is in conflict with an earlier one. */
  boolean conflicts(Came order) {
    List<Came> before = byId.computeIfAbsent(order.orderId(), none -> new ArrayList<>());
    Instant since = order.hour().minus(lateMax);
    boolean known = before.stream().anyMatch(each -> !each.hour().isBefore(since));
    boolean repeats =
        counted.getOrDefault(order.hour(), List.of()).stream().anyMatch(order::equals);
    before.add(order);
    if (!known) {
      counted.computeIfAbsent(order.hour(), none -> new ArrayList<>()).add(order);
    }
    return known && !repeats;
  }

  /** The first hour with orders that count, and no more than 33 days before `hour`. */
  Instant firstHour() {
    return counted.firstKey();
  }

  /** What is told as of an hour: one line a rank. */
  List<String> ranking(Instant hour, Map<UUID, Set<String>> industriesOf) {
    Set<String> industries = new TreeSet<>();
    industriesOf.values().forEach(industries::addAll);
    int days = 0;
    for (int day = 2; day <= 31; day++) {
      days += between(hour, day, day - 1).isEmpty() ? 0 : 1;
    }
    List<Standing> all = new ArrayList<>();
    for (String industry : industries) {
      List<Came> last = of(industry, between(hour, 1, 0), industriesOf);
      BigDecimal value = sum(last, industriesOf, split ? 1 : 0);
      List<Came> before = of(industry, between(hour, 31, 1), industriesOf);
      BigDecimal average = days == 0 ? NOTHING : sum(before, industriesOf, days);
      all.add(new Standing(industry, value, average, last.size(), days));
    }
    all.sort(
        Comparator.comparing((Standing each) -> each.size(relative))
            .reversed()
            .thenComparing(Standing::industry));
    return all.stream()
        .limit(3)
        .map(
            each ->
                String.join(
                    " ",
                    each.industry(),
                    plain(each.value()),
                    plain(each.average()),
                    plain(each.delta()),
                    each.change(),
                    each.orders() + "",
                    each.days() + ""))
        .toList();
  }

  private List<Came> between(Instant hour, int daysFrom, int daysTo) {
    List<Came> orders = new ArrayList<>();
    counted
        .subMap(hour.minus(Duration.ofDays(daysFrom)), hour.minus(Duration.ofDays(daysTo)))
        .values()
        .forEach(orders::addAll);
    return orders;
  }

  private static List<Came> of(
      String industry, List<Came> orders, Map<UUID, Set<String>> industriesOf) {
    return orders.stream()
        .filter(order -> industriesOf.getOrDefault(order.customerId(), Set.of()).contains(industry))
        .toList();
  }

  /** The sum of the orders, or of their shares; a quotient unless the divisor is 0. */
  private BigDecimal sum(List<Came> orders, Map<UUID, Set<String>> industriesOf, int divisor) {
    BigDecimal sum = NOTHING;
    for (Came order : orders) {
      int industries = industriesOf.getOrDefault(order.customerId(), Set.of()).size();
      // Sixty is divisible by every number of industries here.
      BigDecimal sixtieths = BigDecimal.valueOf(split ? 60 / industries : 60);
      sum = sum.add(order.amount().multiply(sixtieths));
    }
    return divisor == 0
        ? sum.divide(BigDecimal.valueOf(60), 30, RoundingMode.UNNECESSARY)
        : quotient(sum, BigDecimal.valueOf(60L * divisor));
  }

  private static BigDecimal quotient(BigDecimal dividend, BigDecimal divisor) {
    return dividend.divide(divisor, 6, RoundingMode.HALF_EVEN);
  }

  /** Without trailing zeros. */
  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
