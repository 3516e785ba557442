package dev.tally.generate.orders;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tally.generate.Records;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Orders: a history, then a stream. Each is a function of its number, the seed, the end of the
 * history, and in a stream the time of sending; one that comes again is a function of an earlier
 * one.
 */
public final class OrderRecords implements Records {
  /** How far back an order can lie that comes again. */
  private static final int RECENT = 256;

  private static final int LINES_MAX = 100;
  private static final int VOLUME_MAX = 50;
  private static final int PRODUCTS = 10_000;
  private static final double PRICE_CENTS_MAX = 20_000;
  private static final int NO_VOLUME_ONE_IN = 32;
  private static final int FLOAT_SUM_ONE_IN = 4;

  /** A power of two, about ten hours of history. */
  private static final int SHUFFLE_ORDERS = 64;

  /** More numbers than an order draws, so that no two orders draw the same ones. */
  private static final int DRAWS_MAX = 1024;

  private final OrderMix mix;
  private final History history;
  private final boolean historyOnly;
  private final Ids orderIds;
  private final Ids customerIds;
  private final Ids productIds;
  private final long contentOrigin;
  private final long conflictOrigin;
  private final long turnOrigin;

  // The latest orders that were not copies, by number and time, in a ring.
  private final long[] recentNumbers = new long[RECENT];
  private final long[] recentMillis = new long[RECENT];
  private int originals;

  /**
   * Prepares nothing.
   *
   * @param historyOnly whether they end with the history
   */
  public OrderRecords(OrderMix mix, History history, boolean historyOnly) {
    this.mix = mix;
    this.history = history;
    this.historyOnly = historyOnly;
    this.customerIds = customerIds(mix.seed());
    SplittableRandom random = new SplittableRandom(mix.seed());
    this.productIds = new Ids(random.nextLong());
    // Otherwise, all orders of a second run with --history.end now would be in conflict with those
    // of the first: the same order_ids at other times.
    random = new SplittableRandom(random.nextLong() + history.endMillis());
    this.orderIds = new Ids(random.nextLong());
    this.contentOrigin = random.nextLong();
    this.conflictOrigin = random.nextLong();
    this.turnOrigin = random.nextLong();
  }

  /** The same in every run with this seed, so that a customers' file stays right. */
  static Ids customerIds(long seed) {
    return new Ids(~seed);
  }

  @Override
  public String name() {
    return "the generated orders";
  }

  @Override
  public long size() {
    return historyOnly ? history.count() : Long.MAX_VALUE;
  }

  /** The history is there before the stream begins, as in life. */
  @Override
  public long unpaced() {
    return history.count();
  }

  @Override
  public byte @Nullable [] key(long n) {
    return null;
  }

  @Override
  public byte[] value(long n, long wallNanos) {
    SplittableRandom turn = new SplittableRandom(turnOrigin + 4 * n * Ids.DRAW);
    double kind = turn.nextDouble();
    double within = turn.nextDouble();
    if (originals > 0 && kind < mix.repeatShare() + mix.conflictShare()) {
      int at = turn.nextInt(Math.min(originals, RECENT));
      long number = recentNumbers[at];
      boolean repeat = kind < mix.repeatShare();
      SplittableRandom lines = repeat ? draws(contentOrigin, number) : draws(conflictOrigin, n);
      return order(number, recentMillis[at], lines);
    }
    long number = mix.shuffled() ? shuffled(n) : n;
    long millis = history.millisOf(number, wallNanos, within);
    int at = originals++ % RECENT;
    recentNumbers[at] = number;
    recentMillis[at] = millis;
    return order(number, millis, draws(contentOrigin, number));
  }

  private static SplittableRandom draws(long origin, long n) {
    return new SplittableRandom(origin + n * DRAWS_MAX * Ids.DRAW);
  }

  /** Mixes whole blocks: multiplication by an odd number is a bijection of the places in one. */
  private long shuffled(long n) {
    long block = n - n % SHUFFLE_ORDERS;
    if (block + SHUFFLE_ORDERS > history.count()) {
      return n;
    }
    SplittableRandom draws = draws(turnOrigin, ~block);
    long odd = draws.nextInt(SHUFFLE_ORDERS) | 1;
    long first = draws.nextInt(SHUFFLE_ORDERS);
    return block + ((n - block) * odd + first) % SHUFFLE_ORDERS;
  }

  /** The square gives the first customers the most orders, as in life. */
  private byte[] order(long number, long millis, SplittableRandom lines) {
    SplittableRandom draws = draws(contentOrigin, ~number);
    double uniform = draws.nextDouble();
    long customer = (long) (uniform * uniform * mix.customers());
    Timestamp[] forms = Timestamp.values();
    Timestamp form = forms[draws.nextInt(forms.length)];
    StringBuilder json = new StringBuilder(9_000);
    json.append("{\"order_id\": \"").append(orderIds.of(number));
    json.append("\", \"customer_id\": \"").append(customerIds.of(customer));
    json.append("\", \"order_lines\": [");
    String amount = appendLines(json, lines);
    json.append("], \"amount\": ").append(amount);
    json.append(", \"timestamp\": \"").append(form.text(millis)).append("\"}");
    return json.toString().getBytes(US_ASCII);
  }

  /**
   * Writes the lines.
   *
   * @return their sum: now and then as a loop over doubles computes it, with its noise
   */
  private String appendLines(StringBuilder json, SplittableRandom draws) {
    int count = 1 + draws.nextInt(LINES_MAX);
    long cents = 0;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      boolean none = draws.nextInt(NO_VOLUME_ONE_IN) == 0;
      int volume = none ? 0 : 1 + draws.nextInt(VOLUME_MAX);
      double uniform = draws.nextDouble();
      int priceCents = 1 + (int) (uniform * uniform * uniform * PRICE_CENTS_MAX);
      double price = priceCents / 100.0;
      json.append(i == 0 ? "" : ", ").append("{\"product_id\": \"");
      json.append(productIds.of(draws.nextInt(PRODUCTS)));
      json.append("\", \"volume\": ").append(volume);
      json.append(", \"price\": ").append(price).append('}');
      cents += (long) volume * priceCents;
      sum += volume * price;
    }
    boolean floatSum = draws.nextInt(FLOAT_SUM_ONE_IN) == 0;
    // Below 10^7 neither has an exponent.
    return Double.toString(floatSum ? sum : cents / 100.0);
  }
}
