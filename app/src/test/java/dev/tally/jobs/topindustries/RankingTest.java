package dev.tally.jobs.topindustries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tally.job.MemoryState;
import dev.tally.jobs.topindustries.TopIndustries.RankBy;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rankings worked out by hand. */
final class RankingTest {
  private static final int T = 466_632; // 2023-03-27T00:00:00Z
  private static final Ranking ABSOLUTE = new Ranking(RankBy.ABSOLUTE, /* split= */ false);
  private static final Ranking RELATIVE = new Ranking(RankBy.RELATIVE, /* split= */ false);
  private static final Ranking SPLIT = new Ranking(RankBy.ABSOLUTE, /* split= */ true);

  private final IndustryHours hours = new IndustryHours(new MemoryState());

  /** Adds an order of a customer with these industries. */
  private void order(int hoursBefore, String amount, String... industries) {
    hours.countOrder(T - hoursBefore);
    Total total = Total.NONE.plus(Order.plain(new BigDecimal(amount)));
    hours.add(T - hoursBefore, List.of(industries), total);
  }

  private void customer(String... industries) {
    hours.countCustomer(List.of(industries), 1);
  }

  private List<String> ranks(Ranking ranking) {
    return ranking.first(T, hours).stream()
        .map(
            each ->
                String.format(
                    "%s %s - %s = %s, %s, %d orders",
                    each.industry(),
                    Order.plain(each.value()),
                    Order.plain(each.average()),
                    Order.plain(each.delta()),
                    each.change(),
                    each.orders()))
        .toList();
  }

  @Test
  void theLastDayIsComparedWithTheAverageOfTheDaysThatHaveOrders() {
    customer("Food");
    order(1, "5", "Food");
    order(24, "10.5", "Food"); // the first hour of the last day
    order(25, "1", "Food"); // the last hour of the slice before it
    order(26, "2", "Food");
    order(31 * 24, "4", "Food"); // the first hour of the first slice
    order(31 * 24 + 1, "1000", "Food"); // before it
    hours.countOrder(T - 49); // of another customer, in a third slice
    hours.countOrder(T); // in none
    assertEquals(3, Ranking.days(T, hours));
    assertEquals(List.of("Food 15.5 - 2.333333 = 13.166667, 5.642858, 2 orders"), ranks(ABSOLUTE));
  }

  @Test
  void sumsOfBinaryNoiseAreExact() {
    customer("Food");
    for (int i = 0; i < 10; i++) {
      order(1, "0.1", "Food");
    }
    order(1, "233639.66000000003", "Food");
    order(1, "-0.00000000000000000001", "Food");
    assertEquals(
        List.of(
            "Food 233640.66000000002999999999 - 0 = 233640.66000000002999999999, null, 12 orders"),
        ranks(ABSOLUTE));
  }

  @Test
  void quotientsAreRoundedHalfEven() {
    customer("Food");
    order(30, "0.000001", "Food");
    hours.countOrder(T - 50);
    // 0.000001 / 2 is between 0.000000 and 0.000001, of which the first is even.
    assertEquals(List.of("Food 0 - 0 = 0, null, 0 orders"), ranks(ABSOLUTE));
    order(30, "0.000002", "Food");
    // 0.000003 / 2 is between 0.000001 and 0.000002.
    assertEquals(List.of("Food 0 - 0.000002 = -0.000002, -1.000000, 0 orders"), ranks(ABSOLUTE));
  }

  @Test
  void theThreeLargestDifferencesComeFirstAndTiesByName() {
    customer("Polymer", "Food", "Cleaning", "Colours", "Oil&Gas");
    order(30, "8", "Food"); // it falls
    order(1, "8", "Polymer"); // it rises by as much
    order(1, "7", "Oil&Gas");
    assertEquals(
        List.of(
            "Food 0 - 8 = -8, -1.000000, 0 orders",
            "Polymer 8 - 0 = 8, null, 1 orders",
            "Oil&Gas 7 - 0 = 7, null, 1 orders"),
        ranks(ABSOLUTE));
  }

  @Test
  void industriesWithoutOrdersFillTheRanksByName() {
    customer("Polymer", "Food", "Cleaning", "Colours");
    order(1, "8", "Polymer");
    assertEquals(
        List.of(
            "Polymer 8 - 0 = 8, null, 1 orders",
            "Cleaning 0 - 0 = 0, null, 0 orders",
            "Colours 0 - 0 = 0, null, 0 orders"),
        ranks(ABSOLUTE));
    hours.countCustomer(List.of("Cleaning", "Colours", "Food"), -1);
    assertEquals(List.of("Polymer 8 - 0 = 8, null, 1 orders"), ranks(ABSOLUTE));
  }

  @Test
  void byProportionAnIndustryWithoutAnAverageComesFirstIfItHasChanged() {
    customer("A", "B", "C", "D", "E");
    order(30, "100", "A");
    order(1, "150", "A"); // by half
    order(30, "1", "B");
    order(1, "3", "B"); // by two
    order(1, "7", "C"); // from nothing
    order(1, "5", "D"); // from nothing, too
    assertEquals(
        List.of(
            "C 7 - 0 = 7, null, 1 orders",
            "D 5 - 0 = 5, null, 1 orders",
            "B 3 - 1 = 2, 2.000000, 1 orders"),
        ranks(RELATIVE));
  }

  @Test
  void anOrderOfACustomerWithSeveralIndustriesCountsInFullForEach() {
    customer("Food", "Polymer", "Colours");
    order(1, "1", "Food", "Polymer", "Colours");
    order(30, "2", "Food", "Polymer");
    assertEquals(
        List.of(
            "Colours 1 - 0 = 1, null, 1 orders",
            "Food 1 - 2 = -1, -0.500000, 1 orders",
            "Polymer 1 - 2 = -1, -0.500000, 1 orders"),
        ranks(ABSOLUTE));
  }

  @Test
  void splitOrdersAreDividedEvenlyAndRoundedOnce() {
    customer("Food", "Polymer", "Colours");
    order(1, "1", "Food", "Polymer", "Colours");
    order(1, "1", "Food", "Polymer", "Colours");
    order(1, "0.1", "Food", "Polymer");
    order(30, "0.5", "Food");
    assertEquals(
        List.of(
            "Polymer 0.716667 - 0 = 0.716667, null, 3 orders",
            "Colours 0.666667 - 0 = 0.666667, null, 2 orders",
            "Food 0.716667 - 0.5 = 0.216667, 0.433334, 3 orders"),
        ranks(SPLIT));
  }

  @Test
  void answersArePlainDecimalsWithOneDecimalAtLeast() {
    customer("Oil&Gas \"1\"");
    order(1, "1.5e6", "Oil&Gas \"1\"");
    order(30, "300", "Oil&Gas \"1\"");
    Told told = new Told();
    ABSOLUTE.tell(T, hours, 38, told);
    assertEquals(
        List.of(
            "2023-03-27T00:00:00Z/1 {\"agg_date\":\"2023-03-27T00:00:00Z\",\"rank\":1,"
                + "\"industry\":\"Oil&Gas \\\"1\\\"\",\"24h_value\":1500000.0,\"30d_avg\":300.0,"
                + "\"delta\":1499700.0,\"change\":4999.0,\"orders\":1,\"days\":1,"
                + "\"customers_offset\":38}"),
        told.answers());
  }

  @Test
  void theLongestNameFitsAnAnswer() {
    String name = "\u0001".repeat(CustomerRow.NAME_BYTES_MAX);
    customer(name);
    for (int i = 0; i < 40; i++) {
      order(1 + 24 * (i % 2), "999999999999999.99999999999999999999", name);
    }
    Told told = new Told();
    ABSOLUTE.tell(T, hours, Long.MAX_VALUE, told);
    assertTrue(told.answers().get(0).length() < Ranking.ANSWER_BYTES_MAX);
  }
}
