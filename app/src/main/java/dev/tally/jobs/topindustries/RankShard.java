package dev.tally.jobs.topindustries;

import dev.tally.job.Damaged;
import dev.tally.job.DeadLetterReason;
import dev.tally.job.KeyedState;
import dev.tally.job.Output;
import dev.tally.job.Shard;
import dev.tally.job.Source;
import dev.tally.jobs.sources.Range;
import dev.tally.jobs.sources.Sources;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings the orders of all partitions together, and tells the ranking as of every whole hour that
 * the slowest source that has a say has passed by the grace; if all are silent, it is wall time
 * that passes. An order that comes later changes the rankings to come, as long as it lies in them.
 *
 * <p>Orders are summed by customer and hour, whether the customer has a row or not, and again by
 * industry and hour. When a row comes or changes, the hours of its customer move, so that sums
 * depend on how far orders and customers are read and not on how the two interleave.
 *
 * <p>What is closed depends on wall time, so it is in the memo, with what is known of the sources.
 * A replay gathers the rest. It begins where the oldest hour that is kept was first seen, and finds
 * all that lies in that hour or later; see {@link KnownOrders} for what follows from that.
 *
 * <p>Confined to the worker thread that owns the partition.
 */
final class RankShard implements Shard {
  private static final int NOTHING_CLOSED = Integer.MIN_VALUE;
  private static final int NO_HOUR = -1;

  // The first ranking follows the first order, unless that is one of a distant past.
  private static final int FIRST_BACK_HOURS_MAX = 33 * TopIndustries.DAY_HOURS;

  // Orders that are past are forgotten in portions, so that no commit has to wait for long.
  private static final int FORGOTTEN_AT_ONCE = 20_000;

  private static final byte[] KEPT_FROM = Keys.of(Keys.KEPT_FROM);

  private final long graceSeconds;
  private final int keptHours;
  private final Ranking ranking;
  private final UnsavedChanges state;
  private final IndustryHours hours;
  private final KnownOrders orders;
  private final Customers customers;
  private final Sources sources;

  // The newest hour whose ranking has been told. All hours are counted from 1970.
  private int closedHour = NOTHING_CLOSED;
  // Nothing before it is in a ranking to come. It follows closedHour, and a replay does not know
  // it.
  private int keptFrom;
  private int forgottenTo;
  private int newestHour = NO_HOUR;
  // What time it was when the last record had come, which wall time is added to in a silence.
  private long spokenSeconds = Range.NO_CLOCK;

  RankShard(TopIndustries settings, KeyedState saved, long clockNanos) {
    this.graceSeconds = settings.grace().toSeconds();
    this.keptHours = TopIndustries.RANKED_HOURS + settings.lateHours();
    this.ranking = new Ranking(settings.rankBy(), settings.split());
    this.state = new UnsavedChanges(saved);
    this.hours = new IndustryHours(saved);
    this.orders = new KnownOrders(state, settings.lateHours());
    this.customers = new Customers(state);
    this.sources = new Sources("orders", settings.holesAccepted());
    byte[] kept = saved.get(KEPT_FROM);
    if (kept != null) {
      if (kept.length != Integer.BYTES) {
        throw new Damaged("a saved hour of " + kept.length + " bytes");
      }
      this.keptFrom = ByteBuffer.wrap(kept).getInt();
    }
    if (clockNanos != NO_CLOCK) {
      newestHour = (int) TimeUnit.NANOSECONDS.toHours(clockNanos);
    }
  }

  @Override
  public void apply(
      long offset,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      long timestampMillis,
      Output output) {
    ByteBuffer record = value == null ? ByteBuffer.allocate(0) : value;
    Range range = null;
    Fact fact = null;
    try {
      if (record.hasRemaining() && record.get(record.position()) == RangeRecord.KIND) {
        range = RangeRecord.read(record);
      } else {
        fact = Fact.read(record);
      }
    } catch (Damaged e) {
      output.deadLetter(DeadLetterReason.UNREADABLE, String.valueOf(e.getMessage()));
    }
    if (range != null) {
      hear(range, output);
    }
    if (fact != null) {
      take(fact, output);
    }
  }

  private void take(Fact fact, Output output) {
    int hour = fact.hour();
    newestHour = Math.max(newestHour, hour);
    if (hour < keptFrom) {
      return;
    }
    Order order = fact.order();
    switch (orders.judge(fact)) {
      case NEW -> count(hour, order);
      case REPEATED -> {}
      case CONFLICT ->
          output.deadLetter(
              DeadLetterReason.CONFLICT,
              String.format(
                  "order_id %s of partition %d, offset %d, has come before with another customer,"
                      + " amount or time",
                  order.orderId(), fact.partition(), fact.offset()));
    }
  }

  private void count(int hour, Order order) {
    byte[] key = Keys.of(Keys.CUSTOMER_HOURS, order.customerId(), hour);
    byte[] before = state.get(key);
    Total total = before == null ? Total.NONE : Total.fromBytes(before);
    state.put(key, total.plus(order.amount()).toBytes());
    hours.countOrder(hour);
    hours.add(hour, customers.industriesOf(order.customerId()), Total.NONE.plus(order.amount()));
  }

  private void hear(Range range, Output output) {
    sources.hear(range, output.live());
    if (output.live()) {
      OptionalLong lowest = sources.lowestClock();
      if (lowest.isPresent()) {
        closeTo(wholeHours(lowest.getAsLong() - graceSeconds), output);
      }
    }
    spokenSeconds = Math.max(closedSeconds(), sources.highestClock());
  }

  private static int wholeHours(long seconds) {
    return (int) Math.floorDiv(seconds, TimeUnit.HOURS.toSeconds(1));
  }

  private long closedSeconds() {
    return closedHour == NOTHING_CLOSED ? Range.NO_CLOCK : TimeUnit.HOURS.toSeconds(closedHour);
  }

  @Override
  public void row(Source table, long offset, byte[] key, byte @Nullable [] value) {
    UUID customerId = customers.noteRow(table, offset, key);
    if (customerId == null) {
      return;
    }
    List<String> before = customers.industriesOf(customerId);
    List<String> now = customers.told(customerId, table, offset, value);
    if (now.equals(before)) {
      return;
    }
    byte[] from = Keys.of(Keys.CUSTOMER_HOURS, customerId, keptFrom);
    byte[] to = Keys.of(Keys.CUSTOMER_HOURS, customerId, Integer.MAX_VALUE);
    state
        .first(from, to, Integer.MAX_VALUE)
        .forEach(
            (hourKey, saved) -> {
              int hour = ByteBuffer.wrap(hourKey).getInt(hourKey.length - Integer.BYTES);
              Total total = Total.fromBytes(saved);
              hours.remove(hour, before, total);
              hours.add(hour, now, total);
            });
    hours.countCustomer(before, -1);
    hours.countCustomer(now, 1);
    customers.setIndustries(customerId, now);
  }

  @Override
  public long rowsTo(Source table) {
    if (!customers.areOf(table)) {
      customers.clear();
      hours.clearIndustries();
    }
    return customers.readTo(table);
  }

  @Override
  public void resume(Source source, long position, String memo) {
    if (!memo.isEmpty()) {
      int comma = memo.indexOf(',');
      try {
        closedHour = Integer.parseInt(memo.substring(0, Math.max(comma, 0)));
      } catch (NumberFormatException e) {
        throw new Damaged("the memo '" + memo + "'");
      }
      sources.restore(memo.substring(comma + 1));
      spokenSeconds = Math.max(closedSeconds(), sources.highestClock());
      keepWhatIsRanked();
    }
  }

  @Override
  public String memo() {
    String known = sources.text();
    return closedHour == NOTHING_CLOSED && known.isEmpty() ? "" : closedHour + "," + known;
  }

  @Override
  public void flush(long position, Output output) {
    forgetSome();
  }

  @Override
  public void tick(long position, long silentMillis, Output output) {
    forgetSome();
    if (sources.allIdle() && spokenSeconds != Range.NO_CLOCK) {
      long now = spokenSeconds + TimeUnit.MILLISECONDS.toSeconds(silentMillis);
      closeTo(wholeHours(now - graceSeconds), output);
    }
  }

  @Override
  public void end(long position, Output output) {
    if (sources.highestClock() != Range.NO_CLOCK) {
      closeTo(wholeHours(sources.highestClock()), output);
    }
  }

  /** Tells the rankings up to an hour that have not been told. */
  private void closeTo(int hour, Output output) {
    if (hour <= closedHour || hours.firstHour().isEmpty()) {
      return;
    }
    int first =
        closedHour == NOTHING_CLOSED
            ? Math.max(hours.firstHour().getAsInt(), hour - FIRST_BACK_HOURS_MAX - 1) + 1
            : closedHour + 1;
    for (int each = first; each <= hour; each++) {
      customers.requireReadable();
      ranking.tell(each, hours, customers.readToAll(), output);
      closedHour = each;
    }
    keepWhatIsRanked();
  }

  private void keepWhatIsRanked() {
    if (closedHour != NOTHING_CLOSED) {
      keptFrom = Math.max(keptFrom, closedHour - keptHours);
      hours.forgetBefore(keptFrom);
    }
  }

  private void forgetSome() {
    if (forgottenTo == keptFrom) {
      return;
    }
    SortedMap<byte[], byte[]> past =
        state.first(
            Keys.of(Keys.ORDERS_OF_HOURS, forgottenTo),
            Keys.of(Keys.ORDERS_OF_HOURS, keptFrom),
            FORGOTTEN_AT_ONCE);
    past.forEach(this::forget);
    if (past.size() < FORGOTTEN_AT_ONCE) {
      forgottenTo = keptFrom;
    }
  }

  /** Forgets an order_id as far as it came with an hour, and the customer's total of it. */
  private void forget(byte[] key, byte[] customer) {
    ByteBuffer place = ByteBuffer.wrap(key, 1, key.length - 1);
    int hour = place.getInt();
    orders.forget(Keys.uuid(place), hour);
    if (customer.length > 0) {
      UUID customerId = Keys.uuid(ByteBuffer.wrap(customer));
      state.delete(Keys.of(Keys.CUSTOMER_HOURS, customerId, hour));
    }
    state.delete(key);
    forgottenTo = hour;
  }

  /** The newest hour seen, unless wall time has left it behind. */
  @Override
  public long clockNanos() {
    return newestHour == NO_HOUR || newestHour < keptFrom
        ? NO_CLOCK
        : TimeUnit.HOURS.toNanos(newestHour);
  }

  @Override
  public long horizonNanos() {
    return keptFrom == 0 ? NO_CLOCK : TimeUnit.HOURS.toNanos(keptFrom);
  }

  @Override
  public void save(KeyedState.Batch batch) {
    state.put(KEPT_FROM, ByteBuffer.allocate(Integer.BYTES).putInt(keptFrom).array());
    customers.noteReadTo();
    state.save(batch);
    hours.save(batch, keptFrom);
  }

  @Override
  public long memoryBytes() {
    return state.memoryBytes() + hours.memoryBytes();
  }

  /** What can be dropped is saved, and was dropped with the save. */
  @Override
  public void trimTo(long bytes) {}
}
