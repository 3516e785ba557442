package dev.tally.jobs.topindustries;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonPrimitive;
import dev.tally.job.Output;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The three industries that fluctuate most as of a whole hour T, out of all that any customer has.
 *
 * <p>Of an industry, the value is the sum of its orders in [T - 24 h, T). Its average is the sum of
 * those in [T - 31 d, T - 24 h), divided by the number of those thirty slices of 24 hours in which
 * any customer has an order; 0 if there is none. Sums are exact; quotients have 6 decimals, half
 * even.
 */
final class Ranking {
  /** Generous: the name of an industry, escaped, and numbers of some fifty digits. */
  static final int ANSWER_BYTES_MAX = 4_096;

  private static final int RANKS = 3;
  private static final int QUOTIENT_DECIMALS = 6;

  /**
   * An industry as of an hour.
   *
   * @param delta value - average
   * @param change delta / average; null if the average is 0
   * @param orders in the last 24 hours
   */
  record Ranked(
      String industry,
      BigDecimal value,
      BigDecimal average,
      BigDecimal delta,
      @Nullable BigDecimal change,
      long orders) {
    private boolean changesFromNothing() {
      return change == null && delta.signum() != 0;
    }

    private BigDecimal changeMagnitude() {
      return change == null ? BigDecimal.ZERO : change.abs();
    }
  }

  /** Sums of one industry, by how many industries the customers have. */
  private static final class Sums {
    private final Map<Integer, BigDecimal> day = new TreeMap<>();
    private final Map<Integer, BigDecimal> before = new TreeMap<>();
    private long orders;
  }

  /** A sum of quotients. */
  private record Fraction(BigDecimal numerator, BigDecimal denominator) {
    static Fraction of(Map<Integer, BigDecimal> sums) {
      BigInteger common = BigInteger.ONE;
      for (int divisor : sums.keySet()) {
        BigInteger each = BigInteger.valueOf(divisor);
        common = common.multiply(each).divide(common.gcd(each));
      }
      BigDecimal denominator = new BigDecimal(common);
      BigDecimal numerator = BigDecimal.ZERO;
      for (Map.Entry<Integer, BigDecimal> sum : sums.entrySet()) {
        BigDecimal times = denominator.divideToIntegralValue(BigDecimal.valueOf(sum.getKey()));
        numerator = numerator.add(sum.getValue().multiply(times));
      }
      return new Fraction(numerator, denominator);
    }

    BigDecimal dividedBy(int divisor) {
      return quotient(numerator, denominator.multiply(BigDecimal.valueOf(divisor)));
    }
  }

  private final RankBy rankBy;
  private final boolean split;

  /**
   * Ranks in one way.
   *
   * @param split whether the orders of a customer with several industries are divided
   */
  Ranking(RankBy rankBy, boolean split) {
    this.rankBy = rankBy;
    this.split = split;
  }

  /**
   * Tells the ranking as of an hour.
   *
   * @param hour in hours since 1970
   * @param customersOffset how far the customers have been read ({@link Customers#readToAll})
   */
  void tell(int hour, IndustryHours hours, long customersOffset, Output output) {
    int days = days(hour, hours);
    List<Ranked> first = first(hour, hours);
    for (int i = 0; i < first.size(); i++) {
      String date = Instant.ofEpochSecond(TimeUnit.HOURS.toSeconds(hour)).toString();
      output.answer(
          TopIndustries.OUTPUT,
          (date + "/" + (i + 1)).getBytes(UTF_8),
          json(date, i + 1, first.get(i), days, customersOffset).getBytes(UTF_8));
    }
  }

  private static String json(String date, int rank, Ranked ranked, int days, long customersOffset) {
    BigDecimal change = ranked.change();
    return "{\"agg_date\":\""
        + date
        + "\",\"rank\":"
        + rank
        + ",\"industry\":"
        + new JsonPrimitive(ranked.industry())
        + ",\"24h_value\":"
        + text(ranked.value())
        + ",\"30d_avg\":"
        + text(ranked.average())
        + ",\"delta\":"
        + text(ranked.delta())
        + ",\"change\":"
        + (change == null ? "null" : text(change))
        + ",\"orders\":"
        + ranked.orders()
        + ",\"days\":"
        + days
        + ",\"customers_offset\":"
        + customersOffset
        + "}";
  }

  /** Plain digits with one decimal at least, and no further trailing zeros. */
  private static String text(BigDecimal number) {
    BigDecimal plain = Order.plain(number);
    return (plain.scale() == 0 ? plain.setScale(1) : plain).toPlainString();
  }

  /** How many of the thirty slices before the last 24 hours have orders. */
  static int days(int hour, IndustryHours hours) {
    int days = 0;
    for (int i = 1; i <= TopIndustries.AVERAGE_DAYS; i++) {
      int end = hour - i * TopIndustries.DAY_HOURS;
      days += hours.anyOrders(end - TopIndustries.DAY_HOURS, end) ? 1 : 0;
    }
    return days;
  }

  /** The first industries as of an hour; fewer than three if there are no more. */
  List<Ranked> first(int hour, IndustryHours hours) {
    int days = days(hour, hours);
    List<Ranked> all = new ArrayList<>();
    sums(hour, hours).forEach((industry, sums) -> all.add(ranked(industry, sums, days)));
    all.sort(order());
    return List.copyOf(all.subList(0, Math.min(RANKS, all.size())));
  }

  private Map<String, Sums> sums(int hour, IndustryHours hours) {
    Map<String, Sums> all = new TreeMap<>();
    hours.industries().forEach(industry -> all.put(industry, new Sums()));
    int day = hour - TopIndustries.DAY_HOURS;
    hours
        .totals(hour - TopIndustries.RANKED_HOURS, hour)
        .forEach(
            (each, ofHour) ->
                ofHour.forEach(
                    (share, total) -> {
                      Sums sums = all.computeIfAbsent(share.industry(), none -> new Sums());
                      (each < day ? sums.before : sums.day)
                          .merge(split ? share.of() : 1, total.sum(), BigDecimal::add);
                      sums.orders += each < day ? 0 : total.orders();
                    }));
    return all;
  }

  private Ranked ranked(String industry, Sums sums, int days) {
    Fraction day = Fraction.of(sums.day);
    BigDecimal value = split ? day.dividedBy(1) : day.numerator();
    BigDecimal average = days == 0 ? BigDecimal.ZERO : Fraction.of(sums.before).dividedBy(days);
    BigDecimal delta = value.subtract(average);
    BigDecimal change = average.signum() == 0 ? null : quotient(delta, average);
    return new Ranked(industry, value, average, delta, change, sums.orders);
  }

  private static BigDecimal quotient(BigDecimal dividend, BigDecimal divisor) {
    return dividend.divide(divisor, QUOTIENT_DECIMALS, RoundingMode.HALF_EVEN);
  }

  private Comparator<Ranked> order() {
    Comparator<Ranked> largestFirst =
        rankBy == RankBy.ABSOLUTE
            ? Comparator.comparing((Ranked each) -> each.delta().abs()).reversed()
            : Comparator.comparing(Ranked::changesFromNothing)
                .thenComparing(Ranked::changeMagnitude)
                .reversed();
    return largestFirst.thenComparing(Ranked::industry);
  }
}
